internal import LarderBlobs
internal import LarderFormat
internal import LarderIndex
internal import LarderSystem

/// What a sweep does about what it found: the one place where it changes anything.
///
/// Each change goes the way of every removal: the rows first, in a transaction that looks again whether they are what
/// the sweep saw; then the files; then the condemned rows are forgotten.
struct Disposal: Sendable {
  typealias Action = SweepReport.Action

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
  /// Whether the report tells of changes, made or not.
  private var tells: Bool { repair != .none }

  /// Does something, or only tells of it.
  private func act(_ action: Action, _ body: () throws -> Void) rethrows -> Action {
    guard tells else { return .none }
    if acts { try body() }
    return action
  }

  /// Removes a file that has no row.
  func dispose(_ path: String, reason: String) throws -> Action {
    try act(repair == .delete ? .deleted : .quarantined) { try remove(path, reason) }
  }

  /// Removes a file that nobody could have a use for: it was never whole.
  func removeResidue(_ file: StagedFile) throws -> Action {
    try act(.deleted) { try store.tree.remove(file) }
  }

  /// Removes the draft of a description that was published by somebody else.
  func removeDraft(_ name: String) throws -> Action { try act(.deleted) { try store.tree.remove(path: name) } }

  /// Moves a file to where its row says that it is.
  func putInPlace(_ file: TreeFile, as name: BlobName) throws -> Action {
    try act(.moved) { try store.tree.putInPlace(file, as: name) }
  }

  /// Removes the row of a blob that cannot be served, with the entries that depend on it.
  func withdraw(_ blob: BlobID, _ reason: MissReason, words: String, hasFile: Bool) throws -> Action {
    let done: Action = !hasFile ? .removed : repair == .delete ? .deleted : .quarantined
    return try act(done) {
      try settle(store.index.withdraw(blob, reason: reason, at: store.clock.now()), words)
    }
  }

  /// Removes an entry that cannot be served, if it is still the one that was seen.
  func drop(_ entry: StoredEntry, _ reason: MissReason, files: Int? = nil) throws -> Action {
    try act(.removed) {
      let outcome = try store.index.drop(
        entry.record.key, EntrySighting(entry, files: files), reason: reason, at: store.clock.now())
      try settle(outcome, "its entry was removed")
    }
  }

  /// Removes a blob to which nothing refers, if that is still so.
  func removeUnreferenced(_ blob: BlobID) throws -> Action {
    try act(.deleted) {
      let outcome = try store.index.condemnUnreferenced([blob])
      try settle(outcome, "nothing refers to it")
    }
  }

  /// Finishes what an interrupted removal left.
  func finish(_ leftovers: [CondemnedBlob]) throws -> Action {
    try act(.finished) { try settle(RemovalOutcome(condemned: leftovers), "its removal was interrupted") }
  }

  /// Removes entries that nobody can look up.
  func dropEntriesWithoutKey() throws -> Action {
    try act(.removed) { try settle(store.index.dropEntriesWithoutKey(), "its entry was removed") }
  }

  /// Has the index replaced by what can be read of it, as soon as nobody else has the cache open. Until then nothing is
  /// mended.
  func replaceIndex() -> Action {
    if acts { store.noteDamage() }
    return .none
  }

  /// Counts the totals anew.
  func correctTotals() throws -> Action { try act(.corrected) { try store.index.correctTotals() } }

  private func settle(_ outcome: RemovalOutcome, _ reason: String) throws {
    for blob in outcome.condemned {
      guard let name = blob.name else { continue }
      if blob.isDamaged { try remove("blobs/\(name.path)", reason) } else { try store.tree.remove(name) }
    }
    try store.index.forget(outcome.condemned)
  }

  private func remove(_ path: String, _ reason: String) throws {
    if repair == .delete {
      do throws(SystemError) { return try store.tree.remove(path: path) } catch {
        // What took the place of a file may be a directory, and what is in it may be somebody's.
        guard error.isDirectory else { throw error }
      }
    }
    try store.tree.quarantine(path, reason: reason, at: store.clock.now())
  }
}
