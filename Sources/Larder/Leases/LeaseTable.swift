internal import Dispatch
internal import LarderFormat
internal import LarderSystem

/// The leases of this process: who computes which key, and who waits for it.
///
/// Shared by all open caches of the process, because two of them may be open on one directory. Between processes a
/// lease is a lock on a byte range, see ``ArtifactStore``.
final class LeaseTable: Sendable {
  static let process = LeaseTable()

  /// One key of one cache.
  struct Place: Hashable, Sendable {
    var cache: CacheID
    var key: ArtifactKey
  }

  enum Caller: Sendable { case synchronous, asynchronous }

  /// The answer to a synchronous caller.
  enum Grant: Sendable {
    case owned
    /// Somebody else computed meanwhile: look again.
    case released
    /// The owner is asynchronous. Waiting for it could block the very thread that it needs to go on, so the caller
    /// computes without a lease.
    case unowned
  }

  /// The places whose computation is running further up in this task or thread.
  @TaskLocal static var running: Set<Place> = []

  private struct Lease {
    var owner: Caller
    var threads: [DispatchSemaphore] = []
    var tasks: [UInt64: CheckedContinuation<Void, Never>] = [:]
  }

  private struct State {
    var leases: [Place: Lease] = [:]
    var lastTicket: UInt64 = 0
    /// Tickets whose task was cancelled before it could wait.
    var cancelled: Set<UInt64> = []
  }

  private let state = Locked(State())

  /// Takes the lease of a place, or waits until its owner is done.
  func acquire(_ place: Place) -> Grant {
    let semaphore = DispatchSemaphore(value: 0)
    let grant: Grant? = state.withLock { state in
      guard let lease = state.leases[place] else {
        state.leases[place] = Lease(owner: .synchronous)
        return .owned
      }
      if lease.owner == .asynchronous { return .unowned }
      state.leases[place]?.threads.append(semaphore)
      return nil
    }
    if let grant { return grant }
    semaphore.wait()
    return .released
  }

  /// Takes the lease of a place and returns true, or waits until its owner is done and returns false.
  func acquire(_ place: Place) async throws -> Bool {
    let ticket: UInt64? = state.withLock { state in
      if state.leases[place] == nil {
        state.leases[place] = Lease(owner: .asynchronous)
        return nil
      }
      state.lastTicket += 1
      return state.lastTicket
    }
    guard let ticket else { return true }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let waits = state.withLock { state in
          if state.cancelled.remove(ticket) != nil { return false }
          guard state.leases[place] != nil else { return false }
          state.leases[place]?.tasks[ticket] = continuation
          return true
        }
        if !waits { continuation.resume() }
      }
    } onCancel: {
      let continuation = state.withLock { state in
        if let continuation = state.leases[place]?.tasks.removeValue(forKey: ticket) { return Optional(continuation) }
        state.cancelled.insert(ticket)
        return nil
      }
      continuation?.resume()
    }
    _ = state.withLock { $0.cancelled.remove(ticket) }
    try Task.checkCancellation()
    return false
  }

  /// Gives a lease back and wakes everybody who waited for it.
  func release(_ place: Place) {
    let lease = state.withLock { $0.leases.removeValue(forKey: place) }
    guard let lease else { return }
    for thread in lease.threads { thread.signal() }
    for task in lease.tasks.values { task.resume() }
  }
}
