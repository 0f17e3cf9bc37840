internal import Dispatch
internal import LarderBlobs
internal import LarderFormat
internal import LarderIndex
internal import LarderSystem

/// One sweep under way: it shares out the portions, and holds what they all need.
///
/// It runs beside any number of writers and takes no lock. What it concludes, it concludes from the index after the
/// sessions concerned were declared dead; what it changes, it changes in transactions that look again.
final class Sweep: Sendable {
  let store: ArtifactStore
  let options: SweepOptions
  let ledger: SweepLedger
  let liveness: SessionLiveness
  let disposal: Disposal
  let misplaced: MisplacedFiles
  private let verified = Locked<[Int]>([])
  /// How the index proved damaged when a portion was read, unless its own check has named that.
  private let damage = Locked<(words: String?, isNamed: Bool)>((nil, false))
  private let clock: Clock
  private let start: UInt64

  init(_ store: ArtifactStore, _ options: SweepOptions) throws {
    self.store = store
    self.options = options
    clock = store.clock
    start = clock.uptime()
    disposal = Disposal(store, options)
    liveness = try SessionLiveness(store, fences: disposal.acts)
    misplaced = MisplacedFiles(store.tree)
    let totals = try store.index.totals()
    ledger = SweepLedger(
      clock: clock, total: (options.quick ? 0 : totals.storedBytes, totals.blobs), progress: options.progress)
  }

  func run() throws -> SweepReport {
    let leftovers = try LeftoverSweep(self)
    // Those that die while this sweep is under way may have files in shards that it has left already.
    let dead = disposal.acts ? try liveness.dead() : []
    let plan = SweepPlan(
      verified: options.maximumDuration == nil ? [:] : try store.index.sweeps(),
      maximumDuration: options.maximumDuration, now: start)
    try run(plan)
    try notingDamage {
      try recordVerified()
      try leftovers.run()
    }
    tellDamage()
    let report = ledger.report()
    if disposal.acts && report.isComplete { try liveness.forget(dead) }
    return report
  }

  /// The time since the beginning, in nanoseconds.
  var elapsed: UInt64 { clock.uptime() - start }

  /// How long ago something was changed, in nanoseconds.
  func age(_ changed: Timestamp) -> Int64 { max(0, clock.now().nanoseconds - changed.nanoseconds) }

  /// Runs the disposal of a session's file; if it fails, the session stays on record for the next sweep.
  func keeping(_ session: SessionID, _ body: () throws -> SweepReport.Action) throws -> SweepReport.Action {
    do { return try body() } catch {
      liveness.keep(session)
      guard let error = error as? SystemError, error.isRefused || error.isReadOnly else { throw error }
      return .none
    }
  }

  // Portions

  private func run(_ plan: SweepPlan) throws {
    let next = Locked(0)
    let failure = Locked<(any Error)?>(nil)
    DispatchQueue.concurrentPerform(iterations: jobs) { _ in
      while failure.withLock({ $0 == nil }) {
        let place = next.withLock { next in
          defer { next += 1 }
          return next
        }
        guard let portion = plan.portion(at: place, now: clock.uptime()) else { return }
        do { try run(portion) } catch { failure.withLock { [error] in $0 = $0 ?? error } }
      }
    }
    if let error = failure.withLock({ $0 }) { throw error }
  }

  private var jobs: Int { max(1, options.jobs ?? min(Host.processorCount, 4)) }

  private func run(_ portion: Portion) throws {
    try notingDamage {
      switch portion {
      case .shard(let number):
        try ShardSweep(sweep: self, number: number).run()
        try EntrySweep(sweep: self, number: number).run()
      case .rest:
        try RestSweep(sweep: self).run()
      }
      ledger.finish(portion)
      try record(portion)
    }
  }

  /// Where the index proves damaged the rest of the cache is looked at all the same.
  private func notingDamage(_ body: () throws -> Void) throws {
    do { try body() } catch let error as IndexError where error.code == .damaged {
      damage.withLock { $0.words = $0.words ?? error.message }
    }
  }

  /// Tells of the damage that kept portions from being verified, once for all of them.
  private func tellDamage() {
    let (words, isNamed) = damage.withLock { $0 }
    if let words, !isNamed { addFault(words) }
  }

  /// Tells of a fault that the index has found in itself.
  func tell(fault: String) {
    damage.withLock { $0.isNamed = true }
    addFault(fault)
  }

  private func addFault(_ words: String) {
    ledger.add(
      .init(.index, path: store.directory.description.index.place, detail: words, action: disposal.replaceIndex()))
  }

  // Progress

  /// Portions that were verified and not recorded yet. A transaction for each would hold up the writers.
  private static let portionsAtOnce = 32

  private func record(_ portion: Portion) throws {
    if options.quick || store.settings.readOnly { return }
    let due = verified.withLock { verified in
      verified.append(portion.number)
      return verified.count >= Self.portionsAtOnce
    }
    if due { try recordVerified() }
  }

  private func recordVerified() throws {
    let portions = verified.withLock { verified in
      defer { verified = [] }
      return verified
    }
    if portions.isEmpty { return }
    do throws(IndexError) { try store.index.recordSweep(portions, at: clock.now()) } catch {
      // On a full disk the portions are verified again the next time.
      if error.code != .full && error.code != .fileLimit { throw error }
    }
  }
}
