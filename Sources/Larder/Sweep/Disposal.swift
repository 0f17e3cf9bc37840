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

  /// Makes sure that what is to be moved aside has a place, before the first row is condemned for it: evidence must not be
  /// left where somebody takes it for the rest of a removal.
  func prepare() throws {
    if repair == .quarantine { try store.tree.prepareQuarantine() }
  }

  func carryOut(_ planned: Repair) throws {
    let now = store.clock.now()
    switch planned {
    case .removeFile(let file, let reason, _):
      // It had no row, and its session can give it none any more.
      if let name = file.blob, try store.index.blob(named: name) != nil { return }
      try remove(file.path, repair == .quarantine ? reason : nil)
    case .removeResidue(let file, _): try store.tree.remove(file)
    case .removeDraft(let name): try store.tree.remove(path: name)
    case .putInPlace(let file, let name): try store.tree.putInPlace(file, as: name)
    case .withdraw(let blob, let reason, let words, let missing):
      if let missing, try store.tree.status(missing)?.kind == .file { return }
      try settle(store.index.withdraw(blob, reason: reason, evidence: evidence(words), at: now))
    case .drop(let key, let seen, let reason):
      try settle(store.index.drop(key, seen, reason: reason, evidence: evidence("its entry was removed"), at: now))
    case .removeUnreferenced(let blob):
      try settle(store.index.condemnUnreferenced([blob], evidence: evidence("nothing refers to it")))
    case .finish(let leftover): try settle(RemovalOutcome(condemned: [leftover]))
    case .dropEntriesWithoutKey:
      try settle(store.index.dropEntriesWithoutKey(evidence: evidence("its entry was removed")))
    case .dropFalseEdges(let blob, let files):
      try settle(
        store.index.dropFalseEdges(of: blob, but: files, evidence: evidence("no tree has it as a file")))
    case .correctTotals: try store.index.correctTotals()
    }
  }

  private func evidence(_ words: String) -> String? { repair == .quarantine ? words : nil }

  private func settle(_ outcome: RemovalOutcome) throws {
    for blob in outcome.condemned {
      guard let name = blob.name, try store.index.liveBlobs(at: name).isEmpty else { continue }
      try remove("blobs/\(name.path)", repair == .quarantine ? blob.evidence : nil)
    }
    try store.index.forget(outcome.condemned)
  }

  /// With words a file is moved aside, and they say why.
  private func remove(_ path: String, _ words: String?) throws {
    guard let words else { return try store.tree.remove(path: path) }
    try store.tree.quarantine(path, reason: words, at: store.clock.now())
  }
}
