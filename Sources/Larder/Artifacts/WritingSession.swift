internal import LarderBlobs
internal import LarderFormat
internal import LarderIndex
internal import LarderSystem

/// The session of an open cache and the number of its next placement. Readers never open one.
struct WritingSession: Sendable {
  var id: SessionID?
  /// Counts placements and is never set back: no name is used twice.
  var placements: UInt64 = 0
  /// The sessions of this store whose blobs no barrier has made durable yet, ended ones included.
  var unsynced: Set<SessionID> = []
  /// Puts under way: while there are any the session cannot end, or their files would pass for orphans.
  var puts = 0
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
        try index.open(SessionRecord(id: id, host: Host.name, boot: Host.bootID, opened: clock.now()))
        current.id = id
        current.unsynced.insert(id)
        return id
      }
      throw LarderError(
        .busy, "Cannot get a session for the cache at '\(directory.path)': its locks are held by others.")
    }
  }

  /// Runs a put, during which the session does not end.
  func putting<Result>(_ body: () throws -> Result) rethrows -> Result {
    session.withLock { $0.puts += 1 }
    defer { session.withLock { $0.puts -= 1 } }
    return try body()
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
