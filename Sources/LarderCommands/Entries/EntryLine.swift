internal import Larder
internal import LarderIndex
internal import LarderSystem

/// One entry in a list.
struct EntryLine {
  let entry: StoredEntry
  let now: Timestamp

  private var age: Double { now.seconds(since: entry.record.created) }
  private var isPinned: Bool { entry.use.pinnedUntil.map { $0 > now } ?? false }

  /// For machines: equal in every index that holds the entry, but for age and score.
  var json: String { JSONText.object([("schema", .string("larder.ls/1"))] + members) }

  /// The entry as every report for machines has it.
  var members: [(String, JSONText.Value)] {
    let (record, use) = (entry.record, entry.use)
    return [
      ("key", .string(record.key.description)), ("namespace", .string(record.namespace)),
      ("function", .string(record.function)), ("version", .string(record.version)), ("size", .integer(record.size)),
      ("stored_size", .optional(entry.blob) { .integer($0.record.form.storedSize) }),
      ("representation", .string(record.representation)), ("cost_seconds", .double(Double(record.cost) / 1e9)),
      ("uses", .integer(use.uses)), ("created", .string(record.created.rfc3339)),
      ("last_use", .string(use.last.rfc3339)),
      ("expires", .optional(record.notAfter) { .string($0.rfc3339) }),
      ("tags", .array(record.tags.map { .string($0) })), ("pinned", .bool(isPinned)), ("age_seconds", .double(age)),
      ("score", .double(use.score)),
    ]
  }

  static func head(wholeKey: Bool) -> String {
    row("KEY", "SIZE", "COST", "USES", "AGE", "FUNCTION", keyWidth: wholeKey ? 64 : 12)
  }

  /// For people.
  func text(wholeKey: Bool) -> String {
    let record = entry.record
    var name = record.function.isEmpty ? "–" : record.function
    if !record.version.isEmpty { name += "@" + record.version }
    if !record.namespace.isEmpty { name += " in " + record.namespace }
    for tag in record.tags { name += " #" + tag }
    let key = record.key.description
    return EntryLine.row(
      wholeKey ? key : String(key.prefix(12)), HumanText.size(record.size),
      record.cost == 0 ? "–" : HumanText.duration(seconds: Double(record.cost) / 1e9),
      HumanText.grouped(entry.use.uses),
      HumanText.duration(seconds: age), printable(name), keyWidth: wholeKey ? 64 : 12)
  }

  /// Columns of fixed widths: a list is written while it is read.
  private static func row(
    _ key: String, _ size: String, _ cost: String, _ uses: String, _ age: String, _ name: String, keyWidth: Int
  ) -> String {
    let cells = [right(size, 10), right(cost, 12), right(uses, 6), right(age, 12)]
    let key = key + String(repeating: " ", count: max(0, keyWidth - key.count))
    return ([key] + cells + [name]).joined(separator: "  ")
  }

  private static func right(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }
}
