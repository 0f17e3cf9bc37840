#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Makes one system call. All of Larder's calls pass here, so this is where tests make them fail, fall short, be
/// interrupted or be the last one. A release build has only the call and its loop over EINTR.
@inline(__always)
func perform<Result: FixedWidthInteger & SignedInteger>(
  _ call: SystemCall, on path: @autoclosure () -> String? = nil, _ body: () -> Result
) throws(SystemError) -> Result {
  while true {
    #if DEBUG
      if let number = Faults.strike(call) {
        if number == EINTR { continue }
        throw SystemError(call, number, path: path())
      }
    #endif
    let result = body()
    if result != -1 { return result }
    let number = errno
    if number != EINTR { throw SystemError(call, number, path: path()) }
  }
}

/// A step that is no call of Larder's own but may fail in tests like one; a release build has nothing here.
@inline(__always)
package func step(_ call: SystemCall, on path: @autoclosure () -> String? = nil) throws(SystemError) {
  #if DEBUG
    if let number = Faults.strike(call), number != EINTR { throw SystemError(call, number, path: path()) }
  #endif
}

/// How many bytes the next transfer may ask for: all of them, unless a test wants it short.
@inline(__always)
func allowance(_ call: SystemCall, _ count: Int) -> Int {
  #if DEBUG
    return Faults.limit(call, count)
  #else
    return count
  #endif
}

#if DEBUG
  /// What a test does to system calls made by its task; debug builds only.
  package enum Faults {
    /// What happens to one call.
    package enum Fault: Hashable, Sendable {
      /// The call fails with this error number without being made; EINTR is met by the retry.
      case error(Int32)
      /// A transfer moves one byte only.
      case short
      /// The process ends before the call, as by `kill -9`.
      case kill
    }

    /// Decides over each call: `(call, how many calls came before it)`.
    package typealias Script = @Sendable (SystemCall, Int) -> Fault?

    package final class Plan: Sendable {
      let script: Script
      let count = Locked(0)
      package init(_ script: @escaping Script) { self.script = script }
      /// The number of calls made so far.
      package var calls: Int { count.withLock { $0 } }
    }

    @TaskLocal package static var plan: Plan?

    static func strike(_ call: SystemCall) -> Int32? {
      guard let plan else { return nil }
      let index = plan.count.withLock { count in
        defer { count += 1 }
        return count
      }
      switch plan.script(call, index) {
      case .error(let number): return number
      case .kill:
        kill(getpid(), SIGKILL)
        return EIO
      case .short, nil: return nil
      }
    }

    static func limit(_ call: SystemCall, _ count: Int) -> Int {
      guard let plan, plan.script(call, plan.calls - 1) == .short else { return count }
      return min(count, 1)
    }
  }
#endif
