internal import LarderFormat
internal import LarderIndex
internal import LarderSystem

/// Which sessions still write: what they have placed and not committed yet is none of a sweep's business.
///
/// A session writes as long as its row says open and its process holds the session's lock byte, however long that process
/// has been stopped. Neither age nor clocks play a part. A session whose lock is free is dead, and is declared so before
/// anything is concluded from it: from then on the index refuses its commits, so what has no row then never gets one.
final class SessionLiveness: Sendable {
  private let index: any CacheIndex
  /// An opening of its own: the locks of this very process would not show through the one that holds them.
  private let locks: Descriptor?
  private let fences: Bool
  private let kept = Locked<Set<SessionID>>([])

  /// - Parameters:
  ///   - store: The cache.
  ///   - fences: Whether dead sessions are declared dead; a sweep that only reads leaves them as they are.
  /// - Throws: `SystemError` where the locks are there and cannot be opened.
  init(_ store: ArtifactStore, fences: Bool) throws(SystemError) {
    index = store.index
    self.fences = fences
    do throws(SystemError) {
      locks = try store.directory.handle.open(CacheDirectory.locksName, [.read, .noFollow])
    } catch {
      guard error.isMissing || error.isRefused else { throw error }
      locks = nil
    }
  }

  /// Whether files of a session without rows may get rows yet.
  func isWriting(_ session: SessionID) throws -> Bool {
    guard let record = try index.sessions().first(where: { $0.id == session }), record.state == .open else {
      return false
    }
    return try isHeld(session) || !declareDead(session)
  }

  /// Whether the index knows of a session. It forgets those of which no file is left, and one that was replaced knows of
  /// none of those before.
  func isOnRecord(_ session: SessionID) throws -> Bool { try index.sessions().contains { $0.id == session } }

  /// The sessions that can place no more files.
  func dead() throws -> Set<SessionID> {
    var dead: Set<SessionID> = []
    for record in try index.sessions() {
      if try record.state == .dead || (!isHeld(record.id) && declareDead(record.id)) { dead.insert(record.id) }
    }
    return dead
  }

  /// Without the locks nobody can tell, and a session counts as alive.
  private func isHeld(_ session: SessionID) throws -> Bool {
    try locks?.isLocked(at: LockByte.session(session)) ?? true
  }

  private func declareDead(_ session: SessionID) throws -> Bool {
    if fences { try index.fence(session) }
    return true
  }

  // Sessions of which something is left stay on record

  /// Notes that a file of a session could not be dealt with.
  func keep(_ session: SessionID) { _ = kept.withLock { $0.insert(session) } }

  /// Forgets sessions all of whose files are settled.
  func forget(_ sessions: Set<SessionID>) throws {
    for session in sessions.subtracting(kept.withLock { $0 }) { try index.forget(session) }
  }
}
