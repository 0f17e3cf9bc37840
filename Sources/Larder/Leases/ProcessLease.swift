internal import LarderFormat
internal import LarderSystem

/// The lease of a key between processes: a locked byte range, which the kernel frees when its owner dies.
///
/// Where it cannot be had the computation goes on without it: it saves work, correctness never depends on it.
final class ProcessLease: Sendable {
  private let store: ArtifactStore
  private let byte: Int64
  private let limit: Duration?
  private let isTaken = Locked(false)

  init(_ store: ArtifactStore, _ key: ArtifactKey, limit: Duration?) {
    self.store = store
    self.limit = limit
    byte = LockByte.lease(key)
  }

  /// Gives the lease back; more than once does nothing.
  func release() {
    let wasTaken = isTaken.withLock { taken in
      defer { taken = false }
      return taken
    }
    if wasTaken { try? store.directory.locks?.unlock(at: byte) }
  }

  /// Waits until the lease is this process's, its owner is gone, or the limit is over.
  func wait() {
    var pause = Pause(store.clock, limit)
    while !take(), let rest = pause.next() { Clock.rest(nanoseconds: rest) }
  }

  /// Waits without holding up a thread.
  ///
  /// - Throws: `CancellationError`.
  nonisolated(nonsending) func waitAsynchronously() async throws {
    var pause = Pause(store.clock, limit)
    while !take(), let rest = pause.next() { try await Task.sleep(nanoseconds: rest) }
  }

  /// Whether the wait is over.
  private func take() -> Bool {
    guard store.directory.locks != nil,
      let taken = try? store.directory.locks?.tryLock(.exclusive, at: byte)
    else { return true }
    if taken { isTaken.withLock { $0 = true } }
    return taken
  }
}

/// The rests between two looks at a lock: from 2 to 50 ms, until the limit.
private struct Pause {
  private let clock: Clock
  private let end: UInt64?
  private var rest: UInt64 = 2_000_000

  init(_ clock: Clock, _ limit: Duration?) {
    self.clock = clock
    end = limit.map { clock.uptime() &+ $0.nanoseconds }
  }

  mutating func next() -> UInt64? {
    if let end, clock.uptime() >= end { return nil }
    defer { rest = min(rest * 3 / 2, 50_000_000) }
    return rest
  }
}
