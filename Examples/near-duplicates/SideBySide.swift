/// Two texts beside each other: what differs, with a few equal lines around it.
struct SideBySide {
  let left: Lines
  let right: Lines
  let alignment: Alignment
  var context = 3
  var mostRows = 70

  /// One row of the table; a row with neither line stands for equal lines that are left out.
  struct Row: Equatable {
    let kind: Alignment.Kind
    let left: Int?
    let right: Int?
    var omitted = 0
  }

  func rows() -> [Row] {
    var rows: [Row] = []
    var (l, r) = (0, 0)
    for (index, run) in alignment.runs.enumerated() {
      let before = index == 0 ? 0 : context
      let after = index == alignment.runs.count - 1 ? 0 : context
      for offset in 0..<run.length {
        if run.kind == .same, run.length > before + after + 1, offset >= before, offset < run.length - after {
          if offset == before {
            rows.append(Row(kind: .same, left: nil, right: nil, omitted: run.length - before - after))
          }
          continue
        }
        rows.append(
          Row(
            kind: run.kind, left: run.kind == .added ? nil : l + offset, right: run.kind == .removed ? nil : r + offset)
        )
      }
      l += run.leftLength
      r += run.rightLength
    }
    return rows
  }

  func html() -> HTML {
    let rows = rows()
    var body = rows.prefix(mostRows).map(row).joined()
    if rows.count > mostRows {
      body += "<tr class=gap><td colspan=4>the other \(rows.count - mostRows) rows are not shown</td></tr>"
    }
    return "<table class=code><colgroup><col class=n><col><col class=n><col></colgroup>\(body)</table>"
  }

  private func row(_ row: Row) -> HTML {
    guard row.left != nil || row.right != nil else {
      return "<tr class=gap><td colspan=4>\(row.omitted) equal lines</td></tr>"
    }
    var (leftHTML, rightHTML) = (cell(left, row.left), cell(right, row.right))
    if row.kind == .changed, let l = row.left, let r = row.right {
      let difference = WordDifference(left.text(of: l), right.text(of: r))
      (leftHTML, rightHTML) = (difference.left, difference.right)
    }
    return """
      <tr class=\(row.kind.name)>\(number(row.left))<td>\(leftHTML)</td>\(number(row.right))<td>\(rightHTML)</td></tr>

      """
  }

  private func cell(_ lines: Lines, _ line: Int?) -> HTML { line.map { HTML(escaping: lines.text(of: $0)) } ?? "" }

  private func number(_ line: Int?) -> HTML { line.map { "<td>\($0 + 1)</td>" } ?? "<td></td>" }
}

extension Alignment.Kind {
  var name: String {
    switch self {
    case .same: "same"
    case .changed: "changed"
    case .removed: "removed"
    case .added: "added"
    }
  }
}
