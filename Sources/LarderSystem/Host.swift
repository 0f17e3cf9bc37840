#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The machine and process that this code runs on.
package enum Host {
  package static var name: String {
    var buffer = [CChar](repeating: 0, count: 256)
    guard gethostname(&buffer, buffer.count - 1) == 0 else { return "" }
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Names the time since the machine started; empty where the system has no such name.
  package static let bootID: String = {
    guard let file = try? Descriptor("/proc/sys/kernel/random/boot_id", .read),
      let bytes = try? file.contents(limit: 100)
    else { return "" }
    return String(decoding: bytes, as: UTF8.self).trimmed
  }()

  package static var processID: Int32 { getpid() }
  package static var userID: UInt32 { geteuid() }

  package static var processorCount: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }
}

extension String {
  fileprivate var trimmed: String { String(self.prefix { !$0.isWhitespace }) }
}

/// Randomness for identifiers; handed in, so that tests can fix it.
package struct RandomSource: Sendable {
  package var next: @Sendable () -> UInt64
  package init(_ next: @escaping @Sendable () -> UInt64) { self.next = next }
  package static let system = RandomSource {
    var generator = SystemRandomNumberGenerator()
    return generator.next()
  }
}
