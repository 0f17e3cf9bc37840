#if LOCKED_BY_PTHREAD
  internal import Glibc

  /// The lock of thread-sanitizer runs: the sanitizer cannot see the hand-over inside `Mutex` and would report it.
  /// Unchecked because `value` is touched only between lock and unlock of `mutex`.
  package final class Locked<Value>: @unchecked Sendable {
    private var value: Value
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>

    package init(_ value: sending Value) {
      self.value = value
      mutex = .allocate(capacity: 1)
      pthread_mutex_init(mutex, nil)
    }

    deinit {
      pthread_mutex_destroy(mutex)
      mutex.deallocate()
    }

    package func withLock<Result: ~Copyable, Failure: Error>(
      _ body: (inout sending Value) throws(Failure) -> sending Result
    ) throws(Failure) -> sending Result {
      pthread_mutex_lock(mutex)
      defer { pthread_mutex_unlock(mutex) }
      return try body(&value)
    }

    /// Does nothing where the lock is held.
    package func withLockIfFree(_ body: (inout sending Value) -> Void) {
      guard pthread_mutex_trylock(mutex) == 0 else { return }
      defer { pthread_mutex_unlock(mutex) }
      body(&value)
    }
  }
#else
  package import Synchronization

  /// A value and the lock that guards it: the only lock in the package.
  package final class Locked<Value>: Sendable {
    @usableFromInline let mutex: Mutex<Value>

    package init(_ value: sending Value) { mutex = Mutex(value) }

    // Inlined into other modules: as a generic function of this one it costs more than the lock.
    @inlinable
    @inline(__always)
    package func withLock<Result: ~Copyable, Failure: Error>(
      _ body: (inout sending Value) throws(Failure) -> sending Result
    ) throws(Failure) -> sending Result {
      try mutex.withLock(body)
    }

    /// Does nothing where the lock is held.
    package func withLockIfFree(_ body: (inout sending Value) -> Void) {
      mutex.withLockIfAvailable { value in body(&value) }
    }
  }
#endif
