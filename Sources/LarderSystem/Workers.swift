#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif
internal import CSystem

/// Threads for one piece of work, which end with it.
///
/// A pool of Dispatch would do, if it did not need descriptors of its own at moments of its own: it ends a process that has
/// none left, and work that opens files is what takes the last ones.
package enum Workers {
  /// Calls `body` once with each number below `count`, on as many threads, the calling one among them, and returns when all
  /// are done. Where the system gives no more threads, the calling one does the rest.
  package static func perform(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
    var threads: [pthread_t] = []
    var left = Array(0..<max(count, 0))
    while left.count > 1, let number = left.last, let thread = start({ body(number) }) {
      threads.append(thread)
      left.removeLast()
    }
    for number in left { body(number) }
    for thread in threads { pthread_join(thread, nil) }
  }

  private final class Job {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  private static func start(_ body: @escaping @Sendable () -> Void) -> pthread_t? {
    // Signals are for the threads of whoever uses Larder: a new one takes none.
    var all = sigset_t()
    var found = sigset_t()
    sigfillset(&all)
    // Those of its own mistakes excepted.
    for number in [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT] { sigdelset(&all, number) }
    pthread_sigmask(SIG_SETMASK, &all, &found)
    defer { pthread_sigmask(SIG_SETMASK, &found, nil) }
    let job = Unmanaged.passRetained(Job(body))
    #if canImport(Glibc)
      var thread = pthread_t()
      let code = pthread_create(
        &thread, nil,
        { job in
          if let job { Unmanaged<Job>.fromOpaque(job).takeRetainedValue().body() }
          return nil
        }, job.toOpaque())
      if code == 0 { return thread }
    #else
      var thread: pthread_t?
      let code = pthread_create(
        &thread, nil,
        { job in
          Unmanaged<Job>.fromOpaque(job).takeRetainedValue().body()
          return nil
        }, job.toOpaque())
      if code == 0 { return thread }
    #endif
    job.release()
    return nil
  }
}
