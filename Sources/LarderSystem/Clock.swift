#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// A moment in UTC: nanoseconds since 1970-01-01, good until the year 2262.
package struct Timestamp: Hashable, Comparable, Sendable {
  package var nanoseconds: Int64
  package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  package static func < (left: Timestamp, right: Timestamp) -> Bool { left.nanoseconds < right.nanoseconds }

  package func adding(nanoseconds more: Int64) -> Timestamp {
    let (sum, overflow) = nanoseconds.addingReportingOverflow(more)
    return Timestamp(nanoseconds: overflow ? (more > 0 ? .max : .min) : sum)
  }
}

/// Where time comes from; handed in, so that tests decide what time it is.
package struct Clock: Sendable {
  /// The time of day.
  package var now: @Sendable () -> Timestamp
  /// Nanoseconds that never go back, for measuring how long something took.
  package var uptime: @Sendable () -> UInt64

  package init(now: @escaping @Sendable () -> Timestamp, uptime: @escaping @Sendable () -> UInt64) {
    self.now = now
    self.uptime = uptime
  }

  package static let system = Clock(
    now: {
      var time = timespec()
      clock_gettime(CLOCK_REALTIME, &time)
      return Timestamp(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    },
    uptime: {
      var time = timespec()
      clock_gettime(CLOCK_MONOTONIC, &time)
      return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    })

  /// Lets the calling thread rest; for polling where the system offers no wait that can be cancelled.
  package static func rest(nanoseconds: UInt64) {
    var time = timespec(tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
    var rest = timespec()
    while nanosleep(&time, &rest) == -1 && errno == EINTR { time = rest }
  }
}

extension Duration {
  /// The duration in whole nanoseconds, not below zero and not above what 63 bits hold.
  package var nanoseconds: UInt64 {
    let (seconds, attoseconds) = components
    guard seconds >= 0, attoseconds >= 0 else { return 0 }
    guard seconds < 9_223_372_036 else { return UInt64(Int64.max) }
    return UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
  }
}
