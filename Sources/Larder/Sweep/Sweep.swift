internal import LarderBlobs
internal import LarderCrypto
internal import LarderFormat
internal import LarderIndex
internal import LarderSystem

/// One sweep under way: it shares out the portions, and holds what they all need.
///
/// It runs beside any number of writers and takes no lock. What it concludes, it concludes from the index after the
/// sessions concerned were declared dead. First it looks at everything, then it carries out the repairs that it has decided
/// on, in transactions that look again: so a repair tells of the same things as a sweep that only looks.
final class Sweep: Sendable {
  let store: ArtifactStore
  let options: SweepOptions
  let ledger: SweepLedger
  let liveness: SessionLiveness
  let disposal: Disposal
  let misplaced: MisplacedFiles
  let danglingTrees = DanglingTrees()
  private let repairs = RepairPlan()
  /// What was verified and is not recorded yet, and why it last could not be.
  private let verified = Locked<(portions: [Int], failure: String?)>(([], nil))
  /// How the index proved damaged when a portion was read, unless its own check has named that.
  private let damage = Locked<(words: String?, isNamed: Bool)>((nil, false))
  /// What the index found when it checked itself; nil before.
  private let soundness = Locked<Bool?>(nil)
  private let toldTrees = Locked<Set<BlobID>>([])
  private let strays = Locked<Set<BlobName>?>(nil)
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
    // Where they cannot be read the portions tell of it.
    let totals = (try? store.index.totals()) ?? IndexTotals()
    ledger = SweepLedger(
      clock: clock, repair: options.repair, total: (options.quick ? 0 : totals.storedBytes, totals.blobs),
      progress: options.progress)
  }

  func run() throws -> SweepReport {
    try disposal.check()
    // Whoever repairs by a damaged index removes what is sound: it has to be replaced first. A sweep of short duration
    // does not read all of the index each time, and checks it before it changes anything.
    if disposal.acts, options.maximumDuration == nil, try !isIndexSound() { return ledger.report() }
    let leftovers = try noting { try LeftoverSweep(self) }
    // Those that die while this sweep is under way may have files in shards that it has left already.
    let dead = disposal.acts ? try noting { try liveness.dead() } ?? [] : []
    let verified = options.maximumDuration == nil ? [:] : try noting { try store.index.sweeps() } ?? [:]
    try run(SweepPlan(verified: verified, maximumDuration: options.maximumDuration, now: start))
    _ = try noting { try leftovers?.run() }
    let planned = repairs.takeAll()
    let trees = danglingTrees.found
    let mayAct = try planned.isEmpty && trees.count == 0 || mayAct()
    // The rows are removed where they are missing their files; see ``ShardSweep`` and ``EntrySweep``.
    for var tree in trees.first {
      if !mayAct { tree.action = .none }
      ledger.add(tree)
    }
    if var last = trees.first.last {
      if !mayAct { last.action = .none }
      ledger.add(trees.count - trees.first.count, like: last)
    }
    _ = try noting { try carryOut(planned) }
    if mayAct { _ = try noting { try recordRest() } }
    tellDamage()
    let report = ledger.report()
    if disposal.acts && report.isComplete && mayAct { try liveness.forget(dead) }
    return report
  }

  /// The time since the beginning, in nanoseconds.
  var elapsed: UInt64 { clock.uptime() - start }

  /// How long ago something was changed, in nanoseconds.
  func age(_ changed: Timestamp) -> Int64 { max(0, clock.now().nanoseconds - changed.nanoseconds) }

  /// What the file system says of the file that goes when a row goes: nil where there is none, where what lies there is
  /// not ours, and where another live row is in the same file.
  func ownFile(_ name: BlobName, of blob: BlobID) throws -> FileStatus? {
    let found: FileStatus?
    do throws(SystemError) { found = try store.tree.status(name) } catch {
      guard error.concernsPlace else { throw error }
      found = nil
    }
    guard let status = found, status.kind == .file, try store.index.liveBlobs(at: name).allSatisfy({ $0 == blob })
    else {
      return nil
    }
    return status
  }

  // Findings

  /// Tells of a problem, with the action that mends it, and plans the repair.
  func report(_ problem: SweepReport.Problem, _ repair: Repair? = nil) throws {
    ledger.add(problem)
    if let repair {
      try plan(repair, of: problem.kind, path: problem.path, bytes: problem.bytes, action: problem.action)
    }
  }

  /// Tells of a place that cannot be read; throws what is no matter of that place.
  func reportUnreadable(_ error: SystemError, _ path: String, _ name: BlobName?) throws {
    guard error.concernsPlace else { throw error }
    let remedy =
      error.isRefused
      ? "give the user of this sweep the right to read it, or sweep as its owner"
      : error.isOutOfPlace ? "move away what lies there, or put the directory back" : "check the disk"
    try report(
      .init(
        .unreadable, path: path, blob: name?.contentDigest.hex,
        detail: "it cannot be read (\(error.reason)): \(remedy)"))
  }

  /// Plans a repair of something that is told elsewhere.
  func plan(
    _ repair: Repair, of kind: SweepReport.Kind, path: String? = nil, bytes: Int64 = 0,
    action: SweepReport.Action = .none
  ) throws {
    guard disposal.acts else { return }
    try carryOut(
      repairs.add(PlannedRepair(repair: repair, kind: kind, path: path, bytes: bytes, action: action)))
  }

  private func carryOut(_ planned: [PlannedRepair]) throws {
    if planned.isEmpty { return }
    guard try mayAct() else { return ledger.takeBack(planned) }
    try disposal.prepare()
    // What is in the wrong place first: it may go with its tree, which would leave it without a row.
    let planned = planned.filter(\.repair.putsInPlace) + planned.filter { !$0.repair.putsInPlace }
    for (place, repair) in planned.enumerated() {
      do {
        let (entries, obstacles) = try disposal.carryOut(repair.repair)
        tell(obstacles, of: repair, removed: entries)
      } catch {
        ledger.takeBack(planned[place...])
        throw error
      }
    }
  }

  /// Tells what a repair could not deal with. If its file cannot be dealt with, a session stays on record for the next sweep.
  private func tell(_ obstacles: [Obstacle], of repair: PlannedRepair, removed entries: Int) {
    if obstacles.isEmpty { return }
    switch repair.repair {
    case .removeFile(_, _, let session), .removeResidue(_, let session): liveness.keep(session)
    default: break
    }
    for obstacle in obstacles {
      if obstacle.path == repair.path {
        ledger.add(obstacle, to: repair, removed: entries)
      } else {
        ledger.add(obstacle)
      }
    }
  }

  // Portions

  private func run(_ plan: SweepPlan) throws {
    let next = Locked(0)
    let failure = Locked<(any Error)?>(nil)
    Workers.perform(jobs) { [self] _ in
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

  /// Files that one job has open at the same time: a connection to the index with its log, a directory and a file in it.
  private static let filesOfJob = 6

  /// As many as there are files for: a sweep that could do with fewer must not fail for want of them.
  private var jobs: Int {
    let wanted = max(1, options.jobs ?? min(Host.processorCount, 4))
    return max(1, min(wanted, OpenFileLimit.left(upTo: wanted * Self.filesOfJob) / Self.filesOfJob))
  }

  private func run(_ portion: Portion) throws {
    let isVerified: Void? = try noting {
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
    if isVerified == nil { ledger.giveUp(portion) }
  }

  // Damage of the index

  /// Whether the index has no fault that only it can see; it is asked once, and its faults are told. For a repair it
  /// compares its trees with each other, as what is missing in one of them looks like nothing that anybody needs.
  func isIndexSound() throws -> Bool {
    try soundness.withLock { known in
      if let known { return known }
      let faults = try store.index.check(quick: options.quick && !disposal.acts)
      for fault in faults { tell(fault: fault) }
      known = faults.isEmpty
      return faults.isEmpty
    }
  }

  /// Whether what the index says may be acted upon. A sweep that only looks says what would be done.
  private func mayAct() throws -> Bool {
    if !disposal.acts { return true }
    return try damage.withLock { $0.words == nil } && isIndexSound()
  }

  /// Gives nil where the index is too damaged for an answer: the rest of the cache is looked at all the same.
  private func noting<Answer>(_ body: () throws -> Answer) throws -> Answer? {
    do { return try body() } catch let error as IndexError where error.code == .damaged {
      damage.withLock { $0.words = $0.words ?? error.message }
      return nil
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

  // What several portions would tell of

  /// Whether a tree with something wrong about its edges is met for the first time: several entries can have one tree.
  func isFirst(toTellOf tree: BlobID) -> Bool { toldTrees.withLock { $0.insert(tree).inserted } }

  /// Whether a row names this file that no tree of the index leads to. They are all read when the first file without a row
  /// is met.
  func isNamedByStray(_ name: BlobName) throws -> Bool {
    try strays.withLock { known in
      let names = try known ?? store.index.strayFiles()
      known = names
      return names.contains(name)
    }
  }

  // Progress

  /// Portions that were verified and not recorded yet. A transaction for each would hold up the writers. Once there is
  /// something to repair they wait for that: who is interrupted before finds it again.
  private static let portionsAtOnce = 32

  private func record(_ portion: Portion) throws {
    if options.quick || store.settings.readOnly { return }
    let due = verified.withLock { verified in
      verified.portions.append(portion.number)
      return verified.portions.count.isMultiple(of: Self.portionsAtOnce) && repairs.isEmpty
    }
    if due { try recordVerified(within: Self.moment) }
  }

  /// How long a sweep under way waits for others who write, and how long it does so at its end: to look takes no writer.
  private static let moment = Duration.milliseconds(20)
  private static let lastMoment = Duration.seconds(1)

  private func recordVerified(within limit: Duration) throws {
    let portions = verified.withLock { verified in
      defer { verified.portions = [] }
      return verified.portions
    }
    if portions.isEmpty { return }
    do throws(IndexError) { try store.index.recordSweep(portions, at: clock.now(), within: limit) } catch {
      // The sweep has its answer without this note; they are noted later, or verified again the next time.
      guard [.full, .fileLimit, .busy].contains(error.code) else { throw error }
      verified.withLock { verified in
        verified.portions += portions
        verified.failure = error.message
      }
    }
  }

  /// Notes what is left to be noted, and tells where it could not be.
  private func recordRest() throws {
    try recordVerified(within: Self.lastMoment)
    let (portions, failure) = verified.withLock { $0 }
    if let failure, !portions.isEmpty { ledger.noteUnrecorded(failure) }
  }
}
