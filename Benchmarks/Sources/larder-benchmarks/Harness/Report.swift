internal import Foundation

/// What a run prints.
struct Report: Encodable {
  let directory: String
  let fileSystem: String
  var groups: [GroupResult] = []

  static func title(_ directory: String, _ fileSystem: String) -> String {
    "Larder beside bare primitives, in \(directory) (\(fileSystem)). Times in µs.\n"
  }

  /// The table of one group.
  static func table(_ group: GroupResult) -> String {
    var text = "\n" + padded(group.name, 44, left: true)
    for head in ["median", "min", "p90", "mean", "x I/O", "x floor"] { text += padded(head, 10) }
    text += "\n"
    for result in group.results {
      text += "  " + padded(result.name, 42, left: true)
      for time in [result.median, result.minimum, result.p90, result.mean] { text += padded(number(time), 10) }
      text += padded(result.timesPrimitive.map(number) ?? "", 10)
      text += padded(result.timesFloor.map(number) ?? "", 10) + "\n"
    }
    return text
  }

  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }

  private static func padded(_ text: String, _ width: Int, left: Bool = false) -> String {
    let space = String(repeating: " ", count: max(width - text.count, 0))
    return left ? text + space : space + text
  }

  private static func number(_ value: Double) -> String {
    let digits = value < 10 ? 2 : value < 1000 ? 1 : 0
    return String(format: "%.\(digits)f", value)
  }
}
