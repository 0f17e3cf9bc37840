internal import Larder
internal import LarderCrypto
internal import LarderFormat
internal import LarderIndex

/// What differs between two entries.
struct DiffReport {
  private let old: EntryInspection
  private let new: EntryInspection
  private let calls: CallComparison
  /// Nil where only the calls were to be compared.
  private let values: ValueComparison?

  init(_ old: EntryInspection, _ new: EntryInspection, comparesValues: Bool) {
    self.old = old
    self.new = new
    calls = CallComparison(RecordedCall(old.entry.record), RecordedCall(new.entry.record))
    values = comparesValues ? ValueComparison(old, new) : nil
  }

  private var keys: [String] { [old, new].map(\.entry.record.key.description) }

  var isEqual: Bool { keys[0] == keys[1] && calls.differences.isEmpty && values?.isEqual ?? true }
}

/// How the artifacts of two entries differ.
private struct ValueComparison {
  let old: EntryInspection
  let new: EntryInspection
  /// Nil where one of them is no tree, or cannot be read.
  let files: TreeComparison?

  init(_ old: EntryInspection, _ new: EntryInspection) {
    self.old = old
    self.new = new
    if case .manifest(let before, _) = old.tree, case .manifest(let after, _) = new.tree {
      files = TreeComparison(before, after)
    } else {
      files = nil
    }
  }

  var isEqual: Bool {
    let (old, new) = (old.entry.record, new.entry.record)
    return old.contentDigest == new.contentDigest && old.representation == new.representation
  }
}

// For people

extension DiffReport {
  /// Lines of differences that are shown without `--verbose`.
  private static let most = 50

  func lines(verbose: Bool) -> [String] {
    var lines = head
    lines += table(calls.differences.map(row), verbose)
    if let values {
      lines.append(values.sentence)
      if let files = values.files { lines += table(files.differences.map(row), verbose) }
    }
    return lines
  }

  private var head: [String] {
    if keys[0] == keys[1] { return ["Both are one and the same call, \(keys[0].prefix(12))."] }
    let count = Int64(calls.differences.count)
    let shown = "\(keys[0].prefix(12)) and \(keys[1].prefix(12))"
    if !calls.isComplete {
      let found = count == 0 ? "." : ": \(HumanText.count(count, "difference", "differences")) in what is known."
      return ["Not both of \(shown) are calls: one was put under a bare key\(found)"]
    }
    return ["\(HumanText.count(count, "difference", "differences")) between the calls \(shown)"]
  }

  private func table(_ rows: [[String]], _ verbose: Bool) -> [String] {
    var table = TextTable([.left, .left, .left])
    let shown = verbose ? rows[...] : rows.prefix(Self.most)
    for row in shown { table.add(row) }
    let more = rows.count - shown.count
    return table.lines(indent: 2)
      + (more > 0 ? ["  … and \(HumanText.grouped(Int64(more))) more: --verbose shows them"] : [])
  }

  private func row(_ difference: CallComparison.Difference) -> [String] {
    let place =
      switch difference.subject {
      case .namespace, .function, .version: difference.subject.rawValue
      case .argument: difference.path
      case .environment: "env " + difference.path
      case .unkeyed: difference.path + " (outside the key)"
      }
    return [difference.change.rawValue, place, text(difference.old, difference.new)]
  }

  private func text(_ old: CallComparison.Content?, _ new: CallComparison.Content?) -> String {
    guard let old, let new else { return (old ?? new).map(\.words) ?? "" }
    if old.words != new.words { return "\(old.words) → \(new.words)" }
    if old.kind == .secret || old.preview == nil { return "the value differs, and was not kept" }
    return "\(old.words), the content differs"
  }

  private func row(_ difference: TreeComparison.Difference) -> [String] {
    let change = difference.old == nil ? "added" : difference.new == nil ? "removed" : "changed"
    func shown(_ kind: TreeManifest.Item.Kind) -> String {
      let words = kind.words
      return words == "/" ? "directory" : String(words.drop { $0 == " " })
    }
    let text: String
    if let old = difference.old, let new = difference.new {
      text = shown(old) == shown(new) ? "\(shown(old)), the content differs" : "\(shown(old)) → \(shown(new))"
    } else {
      text = (difference.old ?? difference.new).map(shown) ?? ""
    }
    return [change, String(decoding: difference.path, as: UTF8.self), text]
  }
}

extension CallComparison.Content {
  fileprivate var words: String {
    switch kind {
    case .file: "file \(preview ?? "")"
    case .tree: "directory \(preview ?? "")"
    case .secret: "secret"
    case .argument, .environment, .unkeyed, nil: preview.map { $0.isEmpty ? "none" : $0 } ?? "not kept"
    }
  }
}

extension ValueComparison {
  fileprivate var sentence: String {
    let (old, new) = (old.entry.record, new.entry.record)
    if isEqual { return "The artifacts are equal: \(HumanText.size(old.size)), \(old.representation)" }
    func shown(_ record: EntryRecord) -> String {
      "\(HumanText.size(record.size)), \(record.representation), digest \(record.contentDigest.hex.prefix(12))"
    }
    return "The artifacts differ: \(shown(old)) → \(shown(new))"
  }
}

// For machines

extension DiffReport {
  var json: [(String, JSONText.Value)] {
    [
      ("schema", .string("larder.diff/1")), ("keys", .array(keys.map { .string($0) })), ("equal", .bool(isEqual)),
      ("known", .bool(calls.isComplete)), ("changes", .array(calls.differences.map(json))),
      ("values", .optional(values) { .object($0.json) }),
    ]
  }

  private func json(_ difference: CallComparison.Difference) -> JSONText.Value {
    .object([
      ("subject", .string(difference.subject.rawValue)), ("path", .string(difference.path)),
      ("change", .string(difference.change.rawValue)), ("old", json(difference.old)), ("new", json(difference.new)),
      ("old_preview", .optional(difference.old?.preview) { .string($0) }),
      ("new_preview", .optional(difference.new?.preview) { .string($0) }),
    ])
  }

  private func json(_ content: CallComparison.Content?) -> JSONText.Value {
    .optional(content?.value) { $0.json }
  }
}

extension ValueComparison {
  fileprivate var json: [(String, JSONText.Value)] {
    [
      ("equal", .bool(isEqual)), ("old", json(old)), ("new", json(new)),
      (
        "files",
        .optional(files) { files in
          .array(
            files.differences.map { difference in
              .object([
                ("path", .string(String(decoding: difference.path, as: UTF8.self))),
                ("old", .optional(difference.old) { .object($0.json) }),
                ("new", .optional(difference.new) { .object($0.json) }),
              ])
            })
        }
      ),
    ]
  }

  private func json(_ side: EntryInspection) -> JSONText.Value {
    let record = side.entry.record
    return .object([
      ("digest", .string(record.contentDigest.hex)), ("size", .integer(record.size)),
      ("representation", .string(record.representation)),
    ])
  }
}
