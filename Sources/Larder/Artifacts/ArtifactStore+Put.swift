package import LarderBlobs
internal import LarderCrypto
package import LarderFormat
package import LarderIndex
internal import LarderSystem

/// An entry that waits for its content.
package struct EntryDraft: Sendable {
  package var key: ArtifactKey
  package var call: CallName
  package var document: [UInt8] = []
  package var detail: [UInt8] = []
  package var representation: String
  /// Nanoseconds.
  package var timeToLive: Int64?
  /// Nanoseconds.
  package var idle: Int64?
  /// Nanoseconds.
  package var cost: Int64 = 0
  package var tags: [String] = []
  package var encoding: Encoding?
  package var mode: EntryCommit.Mode = .replace
  package var removalsSeen: Int64?

  package init(key: ArtifactKey, call: CallName = CallName(), representation: String) {
    self.key = key
    self.call = call
    self.representation = representation
  }
}

/// What became of a put.
package enum PutOutcome: Sendable {
  case stored
  /// Nothing was stored, because this entry is there.
  case present(StoredEntry)
  /// Nothing was stored, because a user removed the key meanwhile.
  case invalidated
}

extension ArtifactStore {
  /// How often a commit that was overtaken by a removal is tried again.
  private static let rounds = 3

  /// Stores bytes that are in memory.
  package func put(_ content: UnsafeRawBufferPointer, _ draft: EntryDraft) throws(LarderError) -> PutOutcome {
    let digest = SHA256.hash(content)
    return try makingRoom(for: Int64(content.count)) { () throws(LarderError) in
      try failing("store an artifact") {
        var blob = PendingBlob(content: content, digest: digest)
        return try putting { try commit(draft, size: Int64(content.count), &blob) }
      }
    }
  }

  /// Stores what a writer took in.
  package func put(_ staged: consuming StagedBlob, _ draft: EntryDraft) throws(LarderError) -> PutOutcome {
    let size = staged.form.contentSize
    var blob: PendingBlob? = PendingBlob(staged: staged)
    return try failing("store an artifact") {
      guard var pending = blob.take() else { return .invalidated }
      return try putting { try commit(draft, size: size, &pending) }
    }
  }

  /// A writer for content that comes in pieces.
  package func writer(encoding: Encoding?, expectedSize: Int64?) throws(LarderError) -> BlobWriter {
    try failing("store an artifact") {
      BlobWriter(
        tree, encoding ?? settings.encoding, inlineLimit: inlineLimit, expectedSize: expectedSize,
        stagingName: try stagingName(try openSession()))
    }
  }

  var inlineLimit: Int { index.capabilities.inlineBlobs ? settings.inlineLimit : 0 }

  private func commit(_ draft: EntryDraft, size: Int64, _ blob: inout PendingBlob) throws -> PutOutcome {
    for _ in 0..<Self.rounds {
      let session = try openSession()
      let source = try self.source(&blob, draft, session)
      let entry = record(draft, blob.digest, size: size)
      let outcome = try index.commit(
        EntryCommit(
          session: session, entry: entry, seal: sealer.seal(entry), blob: source, mode: draft.mode,
          removalsSeen: draft.removalsSeen))
      if let settled = try settle(outcome, [source], draft, size: size, placedBytes: blob.placedBytes) {
        return settled
      }
    }
    throw LarderError(
      .busy, "A put was overtaken by removals \(Self.rounds) times in the cache at '\(directory.path)'. Try again.")
  }

  /// Acts on the answer of the index; nil when the commit has to be tried again.
  func settle(
    _ outcome: CommitOutcome, _ sources: [EntryCommit.BlobSource], _ draft: EntryDraft, size: Int64, placedBytes: Int64
  ) throws -> PutOutcome? {
    switch outcome {
    case .committed(let surplus, let condemned):
      for name in surplus { discard(name) }
      finish(condemned)
      count(draft.call) { counters in
        counters.puts += 1
        counters.bytesWritten.addClamping(size)
        counters.computed.addClamping(draft.cost)
      }
      // The artifact is stored, whatever becomes of this: the next put looks at the size again.
      try? keepWithinLimit(added: placedBytes)
      return .stored
    case .present(let entry):
      sources.forEach(withdraw)
      return .present(entry)
    case .refused(.invalidated):
      sources.forEach(withdraw)
      return .invalidated
    case .refused(.blobGone):
      sources.forEach(withdraw)
      return nil
    case .refused(.sessionClosed):
      // The sweep that declared the session dead may be removing its files: what was placed is copied.
      session.withLock { $0.id = nil }
      return nil
    case .refused(.indexClosed):
      throw LarderError(.busy, "The index of the cache at '\(directory.path)' is being moved. Open the cache again.")
    }
  }

  func record(_ draft: EntryDraft, _ digest: Digest, size: Int64) -> EntryRecord {
    let now = clock.now()
    return EntryRecord(
      key: draft.key, namespace: draft.call.namespace, function: draft.call.function, version: draft.call.version,
      document: draft.document, detail: draft.detail, contentDigest: digest, size: size,
      representation: draft.representation, created: now,
      notAfter: draft.timeToLive.map { now.adding(nanoseconds: $0) },
      idle: draft.idle, cost: draft.cost, tags: draft.tags)
  }

  // Where the blob of a commit comes from

  /// A sound blob with this content that is there already, or the pending one, placed.
  func source(
    _ blob: inout PendingBlob, _ draft: EntryDraft, _ session: SessionID
  ) throws -> EntryCommit.BlobSource {
    guard let found = try index.liveBlob(blob.digest, domain: "") else {
      let (record, seal) = try place(&blob, draft, session)
      return .placed(record, seal)
    }
    if isSound(found) { return .existing(found.id) }
    let (record, seal) = try place(&blob, draft, session)
    return .healed(found.id, record, seal)
  }

  /// Whether a blob may be referred to: its bytes are looked at, because a put that succeeds must leave the content
  /// readable, whatever happened to the copy that was there.
  private func isSound(_ blob: StoredBlob) -> Bool {
    guard sealer.verifies(blob.record, blob.seal) else { return false }
    // A durable entry must not stand on bytes that another writer never flushed.
    if settings.durability == .durable && !blob.record.durable { return false }
    switch blob.record.place {
    case .inline(let stored): return SHA256.hash(stored) == blob.record.form.storedDigest
    case .file: return blob.record.name.map { (try? tree.verify($0, blob.record.form)) != nil } ?? false
    }
  }

  private func place(
    _ blob: inout PendingBlob, _ draft: EntryDraft, _ session: SessionID
  ) throws -> (BlobRecord, Seal) {
    let record = try blob.place(
      encoding: draft.encoding ?? settings.encoding, durable: settings.durability == .durable, store: self,
      session: session)
    return (record, sealer.seal(record))
  }

  // Files that lost their purpose

  /// Unlinks what a refused commit had placed; only after an answer from the index, never after an unknown outcome.
  func withdraw(_ source: EntryCommit.BlobSource) {
    switch source {
    case .placed(let record, _), .healed(_, let record, _): record.name.map(discard)
    case .existing: break
    }
  }

  /// Removes a file that nobody can refer to; if that fails it is an orphan for the next sweep.
  func discard(_ name: BlobName) { _ = try? tree.remove(name) }

  /// Finishes announced deletions; what fails here is finished by a sweep.
  func finish(_ condemned: [CondemnedBlob]) {
    guard !condemned.isEmpty else { return }
    var finished: [CondemnedBlob] = []
    for blob in condemned {
      if let name = blob.name, (try? tree.remove(name)) == nil { continue }
      finished.append(blob)
    }
    try? index.forget(finished)
  }

  /// Runs a write and gives its failures the words of the front door.
  func failing<Result: ~Copyable>(_ action: String, _ body: () throws -> Result) throws(LarderError) -> Result {
    do { return try body() } catch let error as LarderError { throw error } catch let error as IndexError {
      throw failed(error)
    } catch let error as SystemError {
      throw .system("\(action) in the cache at '\(directory.path)'", error)
    } catch {
      throw LarderError(.io, "Cannot \(action) in the cache at '\(directory.path)'.", cause: error)
    }
  }
}
