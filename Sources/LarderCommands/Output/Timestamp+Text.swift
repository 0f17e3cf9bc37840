package import LarderSystem

extension Timestamp {
  /// For people, in UTC to the minute: `2026-11-18 03:12`.
  package var minute: String {
    let (day, time) = (rfc3339.prefix(10), rfc3339.dropFirst(11).prefix(5))
    return "\(day) \(time)"
  }

  /// Seconds since an earlier moment; 0 where the clock was set back in between.
  package func seconds(since earlier: Timestamp) -> Double {
    let (distance, overflow) = nanoseconds.subtractingReportingOverflow(earlier.nanoseconds)
    return overflow ? 0 : Double(max(distance, 0)) / 1e9
  }
}
