internal import LarderBlobs
internal import LarderFormat
internal import LarderIndex
internal import LarderSystem

/// What a sweep does about what it found: the one place where it changes anything.
///
/// Each change goes the way of every removal: the rows first, in a transaction that looks again whether they are what
/// the sweep saw; then the files; then the condemned rows are forgotten. A file that any live row is in stays.
struct Disposal: Sendable {
  private let store: ArtifactStore
  private let repair: SweepOptions.Repair
  private let isDry: Bool

  init(_ store: ArtifactStore, _ options: SweepOptions) {
    self.store = store
    repair = options.repair
    isDry = options.dryRun
  }

  /// Whether anything is changed.
  var acts: Bool { repair != .none && !isDry }

  /// What becomes of a file that has to go.
  var fileAction: SweepReport.Action { repair == .quarantine ? .quarantined : .deleted }

  /// Has the index replaced by what can be read of it, as soon as nobody else has the cache open. Until then nothing is
  /// mended.
  func replaceIndex() -> SweepReport.Action {
    if acts { store.noteDamage() }
    return .none
  }

  /// Refuses to begin where what is to be moved aside can have no place.
  func check() throws {
    if acts && repair == .quarantine { try store.tree.checkQuarantine() }
  }

  /// Makes sure that what is to be moved aside has a place, before the first row is condemned for it: evidence must not be
  /// left where somebody takes it for the rest of a removal.
  func prepare() throws {
    guard repair == .quarantine else { return }
    do throws(SystemError) { try store.tree.prepareQuarantine() } catch {
      guard error.needsRoom else { throw error }
      throw LarderError(
        .fullDisk,
        "Cannot make the directory 'quarantine' in the cache at '\(store.directory.path)': \(error.reason). Free some space, "
          + "or some files where there is enough; or repair with --delete, which takes no room.", cause: error)
    }
  }

  /// Carries out a repair.
  ///
  /// - Returns: How many entries it removed, and the files that it had to leave where they are. Their rows are condemned all
  ///   the same: no read may come upon them, and the next repair finds them as the rest of a removal.
  func carryOut(_ planned: Repair) throws -> (entries: Int, obstacles: [Obstacle]) {
    var entries = 0
    let obstacles = try carryOut(planned, &entries)
    return (entries, obstacles)
  }

  private func carryOut(_ planned: Repair, _ entries: inout Int) throws -> [Obstacle] {
    let now = store.clock.now()
    switch planned {
    case .removeFile(let file, let reason, _):
      // It had no row, and its session can give it none any more.
      if let name = file.blob, try store.index.blob(named: name) != nil { return [] }
      return try remove(file.path, repair == .quarantine ? reason : nil)
    case .removeResidue(let file, _):
      return try attempt(file.path, .removal) { () throws(SystemError) in try store.tree.remove(file) }
    case .removeDraft(let name):
      return try attempt(name, .removal) { () throws(SystemError) in try store.tree.remove(path: name) }
    case .putInPlace(let file, let name):
      return try attempt(file.path, .move(to: "blobs/\(name.shard)")) { () throws(SystemError) in
        try store.tree.putInPlace(file, as: name)
      }
    case .withdraw(let blob, let reason, let words, let missing):
      if let missing {
        let path = "blobs/\(missing.path)"
        var isBack = false
        let obstacles = try attempt(path, .look) { () throws(SystemError) in
          isBack = try store.tree.status(missing)?.kind == .file
        }
        // Where one cannot look any more nobody knows whether it is back.
        if isBack || !obstacles.isEmpty { return obstacles }
      }
      let outcome = try store.index.withdraw(blob, reason: reason, evidence: evidence(words), at: now)
      entries = outcome.removed.count
      return try settle(outcome)
    case .drop(let key, let seen, let reason):
      return try settle(
        store.index.drop(key, seen, reason: reason, evidence: evidence("its entry was removed"), at: now))
    case .removeUnreferenced(let blob):
      return try settle(store.index.condemnUnreferenced([blob], evidence: evidence("nothing refers to it")))
    case .finish(let leftover): return try settle(RemovalOutcome(condemned: [leftover]))
    case .dropEntriesWithoutKey:
      return try settle(store.index.dropEntriesWithoutKey(evidence: evidence("its entry was removed")))
    case .dropFalseEdges(let blob, let files):
      return try settle(
        store.index.dropFalseEdges(of: blob, but: files, evidence: evidence("no tree has it as a file")))
    case .correctTotals:
      try store.index.correctTotals()
      return []
    }
  }

  private func evidence(_ words: String) -> String? { repair == .quarantine ? words : nil }

  private func settle(_ outcome: RemovalOutcome) throws -> [Obstacle] {
    var obstacles: [Obstacle] = []
    var settled: [CondemnedBlob] = []
    for blob in outcome.condemned {
      if let name = blob.name, try store.index.liveBlobs(at: name).isEmpty {
        let obstacle = try remove("blobs/\(name.path)", repair == .quarantine ? blob.evidence : nil)
        obstacles += obstacle
        if !obstacle.isEmpty { continue }
      }
      settled.append(blob)
    }
    try store.index.forget(settled)
    return obstacles
  }

  /// With words a file is moved aside, and they say why.
  private func remove(_ path: String, _ words: String?) throws -> [Obstacle] {
    guard let words else {
      return try attempt(path, .removal) { () throws(SystemError) in try store.tree.remove(path: path) }
    }
    return try attempt(path, .move(to: BlobTree.quarantineName)) { () throws(SystemError) in
      try store.tree.quarantine(path, reason: words, at: store.clock.now())
    }
  }

  /// Deals with one file. What keeps it from that is no reason to leave the others; a shortage of this process is.
  private func attempt(
    _ path: String, _ attempt: Obstacle.Attempt, _ body: () throws(SystemError) -> Void
  ) throws -> [Obstacle] {
    do throws(SystemError) {
      try body()
      return []
    } catch {
      if error.isShortage { throw error }
      return [Obstacle(path: path, attempt: attempt, error: error)]
    }
  }
}
