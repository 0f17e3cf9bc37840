internal import LarderSystem

/// How a cache is, for a monitor and for people.
package struct HealthReport: Sendable {
  private let directory: String
  private let checks: [HealthCheck]

  package init(directory: String, checks: [HealthCheck]) {
    self.directory = directory
    self.checks = checks
  }

  private var state: HealthCheck.State { checks.map(\.state).max() ?? .ok }

  /// The status to end with; where it is `strict`, a warning is a problem too.
  package func status(strict: Bool) -> ExitStatus {
    state == .fail || strict && state == .warn ? .problems : .done
  }

  package var lines: [String] {
    var table = TextTable([.left, .left, .left])
    for check in checks { table.add([check.state.rawValue, check.name.rawValue, check.words]) }
    let bad = Int64(checks.count { $0.state != .ok })
    let sum = bad == 0 ? "well" : "\(HumanText.count(bad, "check", "checks")) of \(checks.count) not well"
    return ["The cache at '\(directory)': \(sum)"] + table.lines(indent: 2)
  }

  package var json: [(String, JSONText.Value)] {
    [
      ("schema", .string("larder.health/1")), ("dir", .string(directory)), ("status", .string(state.rawValue)),
      (
        "checks",
        .array(
          checks.map { check in
            .object([
              ("check", .string(check.name.rawValue)), ("status", .string(check.state.rawValue)),
              ("value", .optional(check.value) { .integer($0) }),
              ("threshold", .optional(check.threshold) { .integer($0) }), ("message", .string(check.words)),
            ])
          })
      ),
    ]
  }
}
