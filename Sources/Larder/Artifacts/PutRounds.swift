internal import LarderBlobs
internal import LarderFormat
internal import LarderIndex
internal import LarderSystem

/// The attempts of one put to make its artifact exist, until one has a known end.
///
/// A commit is tried again when removals overtook it, when its session was declared dead, when its files could not be
/// flushed (once, with new files), and when its answer got lost.
struct PutRounds {
  private let store: ArtifactStore
  private let draft: EntryDraft
  private var left = 3
  private var failure: (any Error)?
  /// Commits that may have happened: an entry with the seal of one of them is this put's.
  private var unsettled: [EntryCommit] = []
  private var stored: EntryRecord?
  /// Whether the files of the last round could not be flushed: the next one needs new ones, written from the start.
  private(set) var hasLostFiles = false

  /// Whether nothing that somebody else removes may be in the way of the round that began.
  var isLast: Bool { left == 0 }

  init(_ store: ArtifactStore, _ draft: EntryDraft) {
    self.store = store
    self.draft = draft
  }

  /// The session for the next round; nil when there is none, see ``end()``.
  mutating func next() throws -> SessionID? {
    guard left > 0 else { return nil }
    left -= 1
    // Before the key is read: what the old session left under way is refused from here on.
    let session = try store.openSession()
    stored = try settledMeanwhile()
    return stored == nil ? session : nil
  }

  /// What became of the put when no round is left.
  func end() throws -> PutOutcome {
    if let stored {
      store.countPut(stored)
      return .stored
    }
    throw failure
      ?? LarderError(
        .busy, "A put was overtaken by removals three times in the cache at '\(store.directory.path)'. Try again.")
  }

  /// Makes a commit; nil when another round is needed.
  mutating func commit(_ commit: EntryCommit, placedBytes: Int64) throws -> PutOutcome? {
    hasLostFiles = false
    let outcome: CommitOutcome
    do {
      outcome = try store.submit(commit)
    } catch let error as CommitGroup.FlushFailure {
      // Nothing was committed.
      store.withdraw(commit)
      if failure is CommitGroup.FlushFailure { throw error.cause }
      failure = error
      hasLostFiles = true
      return nil
    } catch let error as IndexError where error.isOutcomeUnknown {
      // What was placed may be in use already: it is never removed here.
      unsettled.append(commit)
      store.abandon(commit.session)
      failure = error
      return nil
    } catch {
      store.withdraw(commit)
      throw error
    }
    return try store.settle(outcome, commit, placedBytes: placedBytes)
  }

  /// The entry of a commit whose answer got lost, if it has happened.
  private func settledMeanwhile() throws -> EntryRecord? {
    if unsettled.isEmpty { return nil }
    guard let entry = try store.index.entry(for: draft.key), unsettled.contains(where: { $0.seal == entry.seal }) else {
      return nil
    }
    if store.settings.durability == .durable {
      try store.index.markDurable([], upTo: BlobID(rawValue: 0), and: [])
    } else {
      store.owe(hasFiles: true, surplus: [])
    }
    return entry.record
  }
}

extension ArtifactStore {
  /// Commits; what is to be durable is flushed before.
  fileprivate func submit(_ commit: EntryCommit) throws -> CommitOutcome {
    let files = commit.unflushedFiles
    if settings.durability == .durable { return try commitGroup.commit(commit, files: files) }
    do throws(SystemError) { try tree.sync(files) } catch { throw CommitGroup.FlushFailure(cause: error) }
    return try index.commit(commit)
  }

  /// Acts on the answer of the index; nil when the commit has to be tried again.
  fileprivate func settle(
    _ outcome: CommitOutcome, _ commit: EntryCommit, placedBytes: Int64
  ) throws -> PutOutcome? {
    switch outcome {
    case .committed(let surplus, let condemned):
      if settings.durability == .fast { owe(hasFiles: commit.hasPlacedFiles, surplus: surplus) }
      for name in surplus { discard(name) }
      finish(replaced: condemned)
      countPut(commit.entry)
      // The artifact is stored, whatever becomes of this: the next put looks at the size again.
      try? keepWithinLimit(added: placedBytes)
      return .stored
    case .present(let entry):
      withdraw(commit)
      return .present(entry)
    case .refused(.invalidated):
      withdraw(commit)
      return .invalidated
    case .refused(.blobGone):
      withdraw(commit)
      return nil
    case .refused(.sessionClosed):
      // The answer is certain, and whatever the sweep that declared the session dead has left of its files is litter.
      withdraw(commit)
      abandon(commit.session)
      return nil
    case .refused(.indexClosed):
      withdraw(commit)
      throw LarderError(.busy, "The index of the cache at '\(directory.path)' is being moved. Open the cache again.")
    }
  }

  fileprivate func countPut(_ entry: EntryRecord) {
    count(CallName(namespace: entry.namespace, function: entry.function)) { counters in
      counters.puts += 1
      counters.bytesWritten.addClamping(entry.size)
      counters.computed.addClamping(entry.cost)
    }
  }

  fileprivate func withdraw(_ commit: EntryCommit) {
    withdraw(commit.blob)
    commit.children.forEach(withdraw)
  }
}

extension EntryCommit {
  fileprivate var hasPlacedFiles: Bool {
    func isFile(_ source: BlobSource) -> Bool {
      switch source {
      case .placed(let record, _), .healed(_, let record, _): record.name != nil
      case .existing, .flushed: false
      }
    }
    return isFile(blob) || children.contains(where: isFile)
  }

  /// The placed files that their rows will call durable, and that nobody has flushed.
  fileprivate var unflushedFiles: [BlobName] {
    var files: [BlobName] = []
    func add(_ source: BlobSource) {
      switch source {
      case .placed(let record, _), .healed(_, let record, _):
        if record.durable, let name = record.name { files.append(name) }
      case .existing, .flushed: break
      }
    }
    add(blob)
    children.forEach(add)
    return files
  }
}
