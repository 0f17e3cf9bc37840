internal import LarderSystem

/// Rows of cells in aligned columns.
package struct TextTable: Sendable {
  /// On which side of its column a cell stands.
  package enum Side: Sendable { case left, right }

  private let sides: [Side]
  private let elastic: Int?
  private var rows: [[String]] = []

  /// - Parameters:
  ///   - sides: Of each column.
  ///   - elastic: The column that is cut where lines have to fit; nil for the last left-aligned one.
  package init(_ sides: [Side], elastic: Int? = nil) {
    self.sides = sides
    self.elastic = elastic ?? sides.lastIndex(of: .left)
  }

  /// Adds a row; control characters are made visible, because cells hold names that somebody else chose.
  package mutating func add(_ cells: [String]) { rows.append(cells.map(printable)) }

  /// The lines, two spaces between columns and none at the end.
  ///
  /// Where a width is given, the elastic column is cut with `…` so that lines fit.
  package func lines(indent: Int = 0, width: Int? = nil) -> [String] {
    var widths = [Int](repeating: 0, count: sides.count)
    for row in rows {
      for (column, cell) in row.enumerated() { widths[column] = max(widths[column], columns(of: cell)) }
    }
    if let width, let elastic {
      let others = indent + 2 * (sides.count - 1) + widths.enumerated().reduce(0) { $0 + ($1.0 == elastic ? 0 : $1.1) }
      widths[elastic] = min(widths[elastic], max(8, width - others))
    }
    return rows.map { row in
      var line = String(repeating: " ", count: indent)
      for (column, cell) in row.enumerated() {
        let text = cut(cell, to: widths[column])
        let space = String(repeating: " ", count: widths[column] - columns(of: text))
        line += (column > 0 ? "  " : "") + (sides[column] == .left ? text + space : space + text)
      }
      while line.last == " " { line.removeLast() }
      return line
    }
  }
}

/// How many columns of a terminal the text takes: two for the wide characters of East Asia and for pictographs.
func columns(of text: String) -> Int { text.reduce(0) { $0 + columns(of: $1) } }

private func columns(of character: Character) -> Int {
  guard let first = character.unicodeScalars.first else { return 0 }
  if first.value < 0x300 { return 1 }
  if first.properties.generalCategory == .nonspacingMark { return 0 }
  switch first.value {
  case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
    0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x20000...0x3FFFD:
    return 2
  default: return first.properties.isEmojiPresentation ? 2 : 1
  }
}

/// The text, with an ellipsis for what does not fit into so many columns.
func cut(_ text: String, to width: Int) -> String {
  guard columns(of: text) > width else { return text }
  var result = ""
  var used = 0
  for character in text {
    let more = columns(of: character)
    if used + more > width - 1 { break }
    result.append(character)
    used += more
  }
  return result + "…"
}
