internal import LarderSystem

/// What a sweep has found so far, from all of its threads.
final class SweepLedger: Sendable {
  private struct State {
    var report = SweepReport()
    var told: UInt64 = 0
  }

  private let state = Locked(State())
  private let clock: Clock
  private let start: UInt64
  private let total: (bytes: Int64, blobs: Int64)
  private let progress: (@Sendable (SweepProgress) -> Void)?

  /// At most ten reports of progress a second.
  private static let pace: UInt64 = 100_000_000

  init(
    clock: Clock, total: (bytes: Int64, blobs: Int64), progress: (@Sendable (SweepProgress) -> Void)?
  ) {
    self.clock = clock
    self.total = total
    self.progress = progress
    start = clock.uptime()
  }

  /// Notes a problem; `action` other than none means that it is mended.
  func add(_ problem: SweepReport.Problem) {
    state.withLock { state in
      state.report.counts[problem.kind, default: 0] += 1
      state.report.bytes[problem.kind, default: 0] += problem.bytes
      if problem.action != .none { state.report.mended[problem.kind, default: 0] += 1 }
      if problem.kind != .foreign { state.report.reclaimableBytes += problem.bytes }
      if state.report.problems.count < SweepReport.listedProblems { state.report.problems.append(problem) }
    }
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

  /// The report, its problems in an order that does not depend on the threads.
  func report() -> SweepReport {
    var report = state.withLock { $0.report }
    report.duration = .nanoseconds(Int64(clamping: clock.uptime() - start))
    report.isComplete = report.portions == Portion.count
    let order = Dictionary(uniqueKeysWithValues: SweepReport.Kind.allCases.enumerated().map { ($1, $0) })
    report.problems.sort { left, right in
      let (first, second) = (order[left.kind] ?? 0, order[right.kind] ?? 0)
      if first != second { return first < second }
      return (left.path ?? "", left.key?.description ?? "", left.detail)
        < (right.path ?? "", right.key?.description ?? "", right.detail)
    }
    return report
  }
}
