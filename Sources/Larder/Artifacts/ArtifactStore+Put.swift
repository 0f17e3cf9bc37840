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
  /// Stores bytes that are in memory.
  package func put(_ content: UnsafeRawBufferPointer, _ draft: EntryDraft) throws(LarderError) -> PutOutcome {
    let digest = SHA256.hash(content)
    return try makingRoom(for: Int64(content.count)) { () throws(LarderError) in
      try failing("store an artifact") {
        var blob = PendingBlob(content: content, digest: digest)
        return try putting { try InterruptDelay.during { try commit(draft, size: Int64(content.count), &blob) } }
      }
    }
  }

  /// Stores what a writer took in.
  package func put(_ staged: consuming StagedBlob, _ draft: EntryDraft) throws(LarderError) -> PutOutcome {
    let size = staged.form.contentSize
    var blob = PendingBlob(staged: staged)
    return try makingRoom(for: size) { () throws(LarderError) in
      try failing("store an artifact") {
        try putting { try InterruptDelay.during { try commit(draft, size: size, &blob) } }
      }
    }
  }

  /// A writer for content that comes in pieces; to be used within ``putting(_:)``, so that the session lives as long as
  /// the name of its file.
  ///
  /// Content of unknown size comes from where it cannot be read again, so on a full disk room is made for it as it goes.
  package func writer(encoding: Encoding?, expectedSize: Int64?) throws(LarderError) -> BlobWriter {
    try failing("store an artifact") {
      BlobWriter(
        tree, encoding ?? settings.encoding, inlineLimit: inlineLimit, expectedSize: expectedSize,
        stagingName: try stagingName(try openSession()),
        whenFull: expectedSize == nil ? roomForPieces() : { _ in false })
    }
  }

  var inlineLimit: Int { index.capabilities.inlineBlobs ? settings.inlineLimit : 0 }

  private func commit(_ draft: EntryDraft, size: Int64, _ blob: inout PendingBlob) throws -> PutOutcome {
    var rounds = PutRounds(self, draft)
    while let session = try rounds.next() {
      if rounds.hasLostFiles { blob.distrustFile() }
      let source = try self.source(&blob, draft, session, own: rounds.isLast)
      let entry = record(draft, blob.digest, size: size)
      let commit = EntryCommit(
        session: session, entry: entry, seal: sealer.seal(entry), blob: source, mode: draft.mode,
        removalsSeen: draft.removalsSeen)
      if let outcome = try rounds.commit(commit, placedBytes: blob.placedBytes) { return outcome }
    }
    return try rounds.end()
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
