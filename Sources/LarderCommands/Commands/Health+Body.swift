internal import Larder
internal import LarderSystem

extension Command {
  @Sendable static func checkHealth(_ invocation: Invocation, _ context: Context) throws -> ExitStatus {
    let now = context.clock.now()
    let directory = try ChosenDirectory(invocation, context).path
    let period = invocation.number("period") ?? 7 * 86_400_000_000_000
    var checks: [HealthCheck]
    do {
      let store = try invocation.openCache(for: .looking, context)
      defer { store.endSession() }
      let facts = try store.healthFacts(since: now.adding(nanoseconds: -period))
      checks = invocation.healthThresholds.checks(facts, now: now)
    } catch let error as LarderError where error.isOfIndex {
      // Not to be able to look is the worst that there is to see.
      checks = [HealthCheck(.index, .fail, error.messageWithCommand)]
    }
    let report = HealthReport(directory: directory, checks: checks)
    let status = report.status(strict: invocation.flag("strict"))
    if invocation.flag("json") || !invocation.flag("quiet") || status != .done {
      try context.report(invocation, report.json, lines: report.lines, stressing: .health)
    }
    return status
  }
}

extension LarderError {
  /// Whether the cache is there, and cannot be looked at.
  fileprivate var isOfIndex: Bool { [.damaged, .index, .io, .busy, .refused].contains(code) }
}

extension Invocation {
  fileprivate var healthThresholds: HealthThresholds {
    var thresholds = HealthThresholds()
    if let percent = number("max-fill") { thresholds.fill = percent }
    if let bytes = number("min-free") { thresholds.free = bytes }
    if let nanoseconds = number("max-verified-age") { thresholds.verified = nanoseconds }
    if let count = number("max-damaged") { thresholds.damaged = count }
    if let count = number("max-failures") { thresholds.failures = count }
    if let bytes = number("max-residue") { thresholds.residue = bytes }
    return thresholds
  }
}
