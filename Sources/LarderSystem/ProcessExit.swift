#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// What has to be done before this process ends in an orderly way.
package enum ProcessExit {
  private static let handlers = Locked<[@Sendable () -> Void]>([])

  /// Runs `handler` when the process exits; not when it is killed.
  package static func register(_ handler: @escaping @Sendable () -> Void) {
    let isFirst = handlers.withLock { list in
      list.append(handler)
      return list.count == 1
    }
    if isFirst { atexit { ProcessExit.run() } }
  }

  private static func run() {
    for handler in handlers.withLock({ $0 }) { handler() }
  }
}
