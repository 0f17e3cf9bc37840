internal import LarderBlobs
internal import LarderFormat
internal import LarderIndex
internal import LarderSystem

/// The session of an open cache and the number of its next placement. Readers never open one.
struct WritingSession: Sendable {
  var id: SessionID?
  /// Counts placements and is never set back: no name is used twice.
  var placements: UInt64 = 0
  /// Puts under way: while there are any the session cannot end, or their files would pass for orphans.
  var puts = 0
  /// Whether there may be a file of the session that neither has a row nor was removed.
  var mayHaveLeftFiles = false
  /// Whether a put took the space that is set aside.
  var hasTakenReserve = false
  var debt = BarrierDebt()
}

extension ArtifactStore {
  /// The session of this store, opened on first use: its id is one whose lock byte this process holds, so that nobody
  /// takes its blobs in flight for orphans.
  func openSession() throws -> SessionID {
    try session.withLock { current in
      if let id = current.id { return id }
      guard !settings.readOnly, directory.locks != nil else {
        throw LarderError(
          .refused, "The cache at '\(directory.path)' is open read-only. Open it for writing to store something.")
      }
      for _ in 0..<100 {
        let id = SessionID(rawValue: random.next())
        guard try directory.locks?.tryLock(.exclusive, at: LockByte.session(id)) == true else { continue }
        do {
          try index.open(SessionRecord(id: id, host: Host.name, boot: Host.bootID, opened: clock.now()))
        } catch {
          try? directory.locks?.unlock(at: LockByte.session(id))
          throw error
        }
        current.id = id
        current.mayHaveLeftFiles = false
        current.debt.sessions.insert(id)
        return id
      }
      throw LarderError(
        .busy, "Cannot get a session for the cache at '\(directory.path)': its locks are held by others.")
    }
  }

  /// Writes what is buffered and ends the session; a later put opens another one. A store whose process is killed loses
  /// counters, never artifacts.
  package func endSession() {
    flushStatistics()
    let ended: (id: SessionID, mayHaveLeftFiles: Bool)? = session.withLock { session in
      guard session.puts == 0, let id = session.id else { return nil }
      session.id = nil
      return (id, session.mayHaveLeftFiles)
    }
    guard let ended else { return }
    // A session that may have left a file stays on record, dead, until a sweep has looked for its files.
    if ended.mayHaveLeftFiles { try? index.fence(ended.id) } else { try? index.close(ended.id) }
    try? directory.locks?.unlock(at: LockByte.session(ended.id))
  }

  /// Gives up a session whose commits are refused, or of which a commit may still happen: it is declared dead, and what
  /// it placed is left to a sweep. The next put opens another one.
  func abandon(_ id: SessionID) {
    session.withLock { session in
      // Puts of other threads abandon the same session.
      guard session.id == id else { return }
      // Before anyone here opens the next one, and reads a key that a commit of the old one may still change. If it
      // fails, whoever finds the lock free declares the session dead.
      try? index.fence(id)
      try? directory.locks?.unlock(at: LockByte.session(id))
      session.id = nil
    }
  }

  /// Runs a put, during which the session does not end.
  func putting<Result: ~Copyable, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
    session.withLock { $0.puts += 1 }
    defer { endPut() }
    return try body()
  }

  private func endPut() {
    let owesReserve = session.withLock { session in
      session.puts -= 1
      guard session.puts == 0, session.hasTakenReserve else { return false }
      session.hasTakenReserve = false
      return true
    }
    if owesReserve { Reserve.restore(in: directory.handle) }
  }

  /// The name for the next placement of a session.
  func nextName(_ form: StoredForm, _ session: SessionID) -> BlobName {
    BlobName(
      contentDigest: form.contentDigest, session: session.rawValue, n: nextPlacement(), encoding: form.encoding)
  }

  /// The name for a file that is being written, where the file system has no unnamed ones.
  func stagingName(_ session: SessionID) throws -> StagingName? {
    guard try tree.needsStagingNames() else { return nil }
    return StagingName(session: session.rawValue, n: nextPlacement())
  }

  private func nextPlacement() -> UInt64 {
    session.withLock { current in
      current.placements += 1
      return current.placements
    }
  }
}
