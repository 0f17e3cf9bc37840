#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Keeps those signals that ask a process to end from ending it between two steps that belong together, so that nothing is
/// left for others to clear up.
///
/// For a program that has said so; in the process of somebody else signals are not ours to hold back. Larder never relies on it:
/// a process can be killed at any step.
package enum InterruptDelay {
  private static let isOn = Locked(false)

  /// From now on, for the whole process. To be called before there are other threads than the main one.
  package static func enable() { isOn.withLock { $0 = true } }

  /// Does steps that belong together. A signal that came meanwhile ends the process afterwards.
  package static func during<Result: ~Copyable, Failure: Error>(
    _ steps: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    guard isOn.withLock({ $0 }) else { return try steps() }
    var delayed = signals
    var found = sigset_t()
    pthread_sigmask(SIG_BLOCK, &delayed, &found)
    defer { pthread_sigmask(SIG_SETMASK, &found, nil) }
    return try steps()
  }

  /// Whether a signal waits for the steps to end: what takes long is to be given up.
  package static var isPending: Bool {
    guard isOn.withLock({ $0 }) else { return false }
    var pending = sigset_t()
    var blocked = sigset_t()
    sigpending(&pending)
    pthread_sigmask(SIG_BLOCK, nil, &blocked)
    return numbers.contains { sigismember(&pending, $0) == 1 && sigismember(&blocked, $0) == 1 }
  }

  /// - Throws: Where a signal waits, so that what was begun is taken back.
  package static func check() throws(SystemError) {
    if isPending { throw SystemError(.interrupted, EINTR) }
  }

  private static let numbers = [SIGINT, SIGTERM, SIGHUP]

  private static var signals: sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    for number in numbers { sigaddset(&set, number) }
    return set
  }
}
