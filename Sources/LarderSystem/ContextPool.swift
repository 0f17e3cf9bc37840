/// Contexts of C libraries that are used again: making one costs more than decoding or hashing a small value.
package final class ContextPool: Sendable {
  /// Unchecked because a context is either in the list or with the one who took it, never both.
  private struct Idle: @unchecked Sendable { let context: OpaquePointer }

  private let idle = Locked<[Idle]>([])
  private let limit: Int
  private let make: @Sendable () -> OpaquePointer?
  private let free: @Sendable (OpaquePointer) -> Void

  package init(
    limit: Int = 8, make: @escaping @Sendable () -> OpaquePointer?, free: @escaping @Sendable (OpaquePointer) -> Void
  ) {
    self.limit = limit
    self.make = make
    self.free = free
  }

  /// A context in whatever state its last user left it; nil when there is no memory for one.
  package func take() -> OpaquePointer? {
    idle.withLock { $0.popLast() }?.context ?? make()
  }

  package func giveBack(_ context: OpaquePointer) {
    let entry = Idle(context: context)
    let kept = idle.withLock { list in
      if list.count >= limit { return false }
      list.append(entry)
      return true
    }
    if !kept { free(context) }
  }

  /// For a context that stopped in the middle of something.
  package func discard(_ context: OpaquePointer) { free(context) }
}
