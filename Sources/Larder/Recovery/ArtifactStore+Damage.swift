internal import LarderFormat
internal import LarderIndex
internal import LarderSystem

extension ArtifactStore {
  /// Whether the index proved damaged while it was open for writing; then it is time to open the cache again.
  package var isDamaged: Bool { damaged.withLock { $0 } }

  /// The failure of a call of the index in the words of the front door. What concerns those who open the cache later
  /// is noted for them.
  func failed(_ error: IndexError) -> LarderError {
    if error.code == .damaged, settings.mends { noteDamage() }
    return .index(error)
  }

  /// Leaves word that the index is damaged: whoever opens the cache next would meet the damage as this process did.
  func noteDamage() {
    let isNew = damaged.withLock { damaged in
      defer { damaged = true }
      return !damaged
    }
    if isNew { try? IndexRecovery.leaveMark(in: directory.handle) }
  }

  /// Lets go of the directory while calls are still under way: those that need the index fail from now on.
  package func abandon() {
    index.close()
    try? directory.locks?.unlock(at: LockByte.openers)
  }
}
