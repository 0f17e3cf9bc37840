internal import LarderBlobs
internal import LarderCrypto
internal import LarderFormat
internal import LarderIndex
internal import LarderSystem

// Where the blob of a commit comes from, and where files go that lost their purpose.
extension ArtifactStore {
  /// A sound blob with this content that is there already, or the pending one, placed; with `own` the pending one even
  /// where a sound one is there, since that one can be removed before the commit.
  func source(
    _ blob: inout PendingBlob, _ draft: EntryDraft, _ session: SessionID, own: Bool
  ) throws -> EntryCommit.BlobSource {
    let isDurable = settings.durability == .durable
    guard let found = try index.liveBlob(blob.digest, domain: "") else {
      let (record, seal) = try place(&blob, draft, session, durable: isDurable)
      return .placed(record, seal)
    }
    switch try condition(of: found) {
    case .sound where own, .flushed where own:
      let (record, seal) = try place(&blob, draft, session, durable: isDurable || found.record.durable)
      return .placed(record, seal)
    case .sound:
      borrow(found)
      return .existing(found.id)
    case .flushed:
      return .flushed(found.id)
    case .damaged:
      // Entries that were durable stay so.
      let (record, seal) = try place(&blob, draft, session, durable: isDurable || found.record.durable)
      return .healed(found.id, record, seal)
    }
  }

  private enum Condition {
    case sound
    /// Sound, and made durable just now.
    case flushed
    case damaged
  }

  /// Whether a blob may be referred to: its bytes are looked at, because a put that succeeds must leave the content
  /// readable, whatever happened to the copy that was there.
  private func condition(of blob: StoredBlob) throws -> Condition {
    guard sealer.verifies(blob.record, blob.seal) else { return .damaged }
    switch blob.record.place {
    case .inline(let stored):
      return SHA256.hash(stored) == blob.record.form.storedDigest ? .sound : .damaged
    case .file:
      guard let name = blob.record.name else { return .damaged }
      do throws(BlobReadError) {
        if settings.durability == .durable && !blob.record.durable {
          try tree.makeDurable(name, blob.record.form)
          return .flushed
        }
        try tree.verify(name, blob.record.form)
        return .sound
      } catch {
        // A process without free descriptors or memory knows nothing of the blob.
        if case .io(let cause) = error, cause.isShortage { throw cause }
        return .damaged
      }
    }
  }

  private func place(
    _ blob: inout PendingBlob, _ draft: EntryDraft, _ session: SessionID, durable: Bool
  ) throws -> (BlobRecord, Seal) {
    let record = try blob.place(
      encoding: draft.encoding ?? settings.encoding, durable: durable, store: self, session: session)
    return (record, sealer.seal(record))
  }

  // Files that lost their purpose

  /// Unlinks what was placed for a commit that did not happen; never after an unknown outcome.
  func withdraw(_ source: EntryCommit.BlobSource) {
    switch source {
    case .placed(let record, _), .healed(_, let record, _): record.name.map(discard)
    case .existing, .flushed: break
    }
  }

  /// Removes a file that nobody can refer to; if that fails it is an orphan for the next sweep.
  func discard(_ name: BlobName) {
    do throws(SystemError) { try tree.remove(name) } catch {
      session.withLock { session in
        if session.id?.rawValue == name.session { session.mayHaveLeftFiles = true }
      }
    }
  }

  /// Finishes what a commit replaced.
  ///
  /// A power cut must not bring back a durable entry without its blob, so a commit that replaced one is made durable
  /// before the file goes.
  func finish(replaced condemned: [CondemnedBlob]) {
    if settings.durability == .fast, condemned.contains(where: \.wasDurable),
      (try? index.markDurable([], upTo: BlobID(rawValue: 0), and: [])) == nil
    {
      return
    }
    finish(condemned)
  }

  /// Finishes announced deletions: damaged files go to the quarantine. What fails here is finished by a sweep.
  func finish(_ condemned: [CondemnedBlob]) {
    guard !condemned.isEmpty else { return }
    var finished: [CondemnedBlob] = []
    for blob in condemned {
      do throws(SystemError) {
        if let name = blob.name { try dispose(of: name, evidence: blob.evidence) }
        finished.append(blob)
      } catch { continue }
    }
    try? index.forget(finished)
  }

  private func dispose(of name: BlobName, evidence: String?) throws(SystemError) {
    if let evidence {
      try tree.quarantine("blobs/\(name.path)", reason: evidence, at: clock.now())
    } else {
      try tree.remove(name)
    }
  }
}
