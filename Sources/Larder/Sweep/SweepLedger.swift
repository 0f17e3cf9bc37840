internal import LarderSystem

/// What a sweep has found so far, from all of its threads.
final class SweepLedger: Sendable {
  fileprivate struct State {
    var report = SweepReport()
    var problems: [SweepReport.Kind: [SweepReport.Problem]] = [:]
    var told: UInt64 = 0
  }

  private let state = Locked(State())
  private let clock: Clock
  private let start: UInt64
  private let total: (bytes: Int64, blobs: Int64)
  private let progress: (@Sendable (SweepProgress) -> Void)?
  private let repair: SweepOptions.Repair

  /// At most ten reports of progress a second.
  private static let pace: UInt64 = 100_000_000

  init(
    clock: Clock, repair: SweepOptions.Repair, total: (bytes: Int64, blobs: Int64),
    progress: (@Sendable (SweepProgress) -> Void)?
  ) {
    self.repair = repair
    self.clock = clock
    self.total = total
    self.progress = progress
    start = clock.uptime()
  }

  /// Notes a problem with the action that mends it, whether or not anything is mended; with none it stays.
  func add(_ problem: SweepReport.Problem) {
    state.withLock { state in
      state.report.counts[problem.kind, default: 0] += 1
      state.report.bytes[problem.kind, default: 0] += problem.bytes
      state.count(problem.kind, problem.action, problem.bytes, 1, repair)
      var problem = problem
      if repair == .none { problem.action = .none }
      state.problems[problem.kind, default: []].append(problem)
      // Those that are listed are the first in order, not the first found: that depends on the threads.
      if state.problems[problem.kind, default: []].count >= 2 * SweepReport.listedProblems {
        state.shorten(problem.kind)
      }
    }
  }

  /// Notes further problems like one that was noted: they are counted and not listed.
  func add(_ count: Int, like problem: SweepReport.Problem) {
    state.withLock { state in
      state.report.counts[problem.kind, default: 0] += Int64(count)
      state.count(problem.kind, problem.action, 0, Int64(count), repair)
    }
  }

  /// Notes that repairs were not carried out.
  func takeBack(_ planned: some Sequence<PlannedRepair>) {
    state.withLock { state in for repair in planned { _ = state.takeBack(repair, self.repair) } }
  }

  /// Notes a file that a repair could not deal with: what was told of it remains, with the reason, and the entries that
  /// needed it are gone.
  func add(_ obstacle: Obstacle, to planned: PlannedRepair, removed entries: Int) {
    state.withLock { state in
      state.report.obstacles += 1
      state.report.entriesOfObstacles += Int64(entries)
      let place = state.takeBack(planned, repair)
      if let place { state.problems[planned.kind]?[place].detail += "; " + obstacle.words }
    }
  }

  /// Notes a file of which nothing was told: it goes with something else, such as another file of its tree.
  func add(_ obstacle: Obstacle) {
    state.withLock { $0.report.obstacles += 1 }
    add(.init(.leftover, path: obstacle.path, detail: obstacle.words))
  }

  func count(entries: Int64 = 0, blobs: Int64 = 0, inFlight: Int64 = 0, readBytes: Int64 = 0) {
    state.withLock { state in
      state.report.entries += entries
      state.report.blobs += blobs
      state.report.inFlight += inFlight
      state.report.readBytes += readBytes
      guard let progress else { return }
      let now = clock.uptime()
      guard now - state.told >= Self.pace || state.told == 0 else { return }
      state.told = now
      // Within the lock, so that one call ends before the next begins.
      progress(
        SweepProgress(
          readBytes: state.report.readBytes, totalBytes: max(total.bytes, state.report.readBytes),
          blobs: state.report.blobs, totalBlobs: max(total.blobs, state.report.blobs),
          elapsed: .nanoseconds(Int64(clamping: now - start))))
    }
  }

  func finish(_ portion: Portion) { state.withLock { $0.report.portions += 1 } }

  /// Notes a portion that could not be verified to its end.
  func giveUp(_ portion: Portion) { state.withLock { $0.report.unverifiable += 1 } }

  /// Notes why it could not be recorded what was verified.
  func noteUnrecorded(_ words: String) { state.withLock { $0.report.unrecorded = words } }

  /// The report, its problems in an order that does not depend on the threads; the last call.
  func report() -> SweepReport {
    var report = state.withLock { state in
      for kind in SweepReport.Kind.allCases {
        state.shorten(kind)
        state.report.problems += state.problems.removeValue(forKey: kind) ?? []
      }
      return state.report
    }
    report.duration = .nanoseconds(Int64(clamping: clock.uptime() - start))
    report.isComplete = report.portions == Portion.count
    return report
  }
}

extension SweepLedger.State {
  /// Counts what a repair does about a problem, or would do.
  mutating func count(
    _ kind: SweepReport.Kind, _ action: SweepReport.Action, _ bytes: Int64, _ sign: Int64, _ repair: SweepOptions.Repair
  ) {
    if action == .none { return }
    report.repairable += sign
    if repair != .none { report.actions[kind, default: [:]][action, default: 0] += sign }
    switch action {
    case .deleted, .removed, .finished: report.reclaimableBytes += sign * bytes
    case .quarantined: report.quarantinedBytes += sign * bytes
    case .none, .moved, .corrected: break
    }
  }

  /// Counts a problem as one that remains; gives where it is listed.
  mutating func takeBack(_ planned: PlannedRepair, _ repair: SweepOptions.Repair) -> Int? {
    count(planned.kind, planned.action, planned.bytes, -1, repair)
    guard let place = problems[planned.kind]?.firstIndex(where: { $0.path == planned.path }) else { return nil }
    problems[planned.kind]?[place].action = .none
    return place
  }

  /// Keeps of a kind what is listed.
  mutating func shorten(_ kind: SweepReport.Kind) {
    guard var found = problems[kind] else { return }
    found.sort { $0.isListed(before: $1) }
    problems[kind] = Array(found.prefix(SweepReport.listedProblems))
  }
}

extension SweepReport.Problem {
  /// The order in which problems of one kind are listed.
  func isListed(before other: Self) -> Bool {
    (path ?? "", key?.description ?? "", detail) < (other.path ?? "", other.key?.description ?? "", other.detail)
  }
}
