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
      /// Whether calls that libraries make below Larder are struck and counted too, where ``willPerform(_:)`` hears of
      /// them.
      let reachesLibraries: Bool
      /// Whether that goes for ``SystemCall/unlock`` too, which no real file system refuses.
      let reachesUnlocking: Bool
      package init(reachingLibraries: Bool = false, reachingUnlocking: Bool = false, _ script: @escaping Script) {
        reachesLibraries = reachingLibraries
        reachesUnlocking = reachingUnlocking
        self.script = script
      }
      /// The number of calls made so far.
      package var calls: Int { count.withLock { $0 } }
    }

    @TaskLocal package static var plan: Plan?

    /// The plan for every thread of the process that has none of its own: work that is handed to other threads leaves
    /// its task behind.
    package static let processPlan = Locked<Plan?>(nil)

    private static var current: Plan? { plan ?? processPlan.withLock { $0 } }

    /// For a call that a library is about to make: the error number that it must fail with instead, EINTR included, or
    /// nil. It may also be the last one.
    package static func willPerform(_ call: SystemCall) -> Int32? {
      guard let plan = current, plan.reachesLibraries, call != .unlock || plan.reachesUnlocking else { return nil }
      return strike(call, plan)
    }

    /// How many bytes a library's transfer may ask for.
    package static func libraryLimit(_ call: SystemCall, _ count: Int) -> Int {
      guard let plan = current, plan.reachesLibraries else { return count }
      return limit(call, count, plan)
    }

    static func strike(_ call: SystemCall) -> Int32? {
      guard let plan = current else { return nil }
      return strike(call, plan)
    }

    static func limit(_ call: SystemCall, _ count: Int) -> Int {
      guard let plan = current else { return count }
      return limit(call, count, plan)
    }

    private static func strike(_ call: SystemCall, _ plan: Plan) -> Int32? {
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

    private static func limit(_ call: SystemCall, _ count: Int, _ plan: Plan) -> Int {
      guard plan.script(call, plan.calls - 1) == .short else { return count }
      return min(count, 1)
    }
  }
#endif
