package import LarderSystem

/// Moments as they are shown, always in UTC.
package enum DateText {
  /// RFC 3339 with as many digits of the second as it has: `2026-11-18T03:12:45Z`, `2026-11-18T03:12:45.25Z`.
  package static func rfc3339(_ time: Timestamp) -> String {
    let (date, clock, nanoseconds) = parts(time)
    var fraction = String(nanoseconds)
    fraction = String(repeating: "0", count: 9 - fraction.count) + fraction
    while fraction.hasSuffix("0") { fraction.removeLast() }
    return "\(date)T\(clock)\(fraction.isEmpty ? "" : "." + fraction)Z"
  }

  /// For people, to the minute: `2026-11-18 03:12`.
  package static func minute(_ time: Timestamp) -> String {
    let (date, clock, _) = parts(time)
    return "\(date) \(clock.prefix(5))"
  }

  private static func parts(_ time: Timestamp) -> (date: String, clock: String, nanoseconds: Int64) {
    let (seconds, nanoseconds) = floorDivide(time.nanoseconds, 1_000_000_000)
    let (days, second) = floorDivide(seconds, 86_400)
    let (year, month, day) = civil(days)
    let clock = [second / 3600, second / 60 % 60, second % 60].map(twoDigits).joined(separator: ":")
    return ("\(year)-\(twoDigits(month))-\(twoDigits(day))", clock, nanoseconds)
  }

  // 64 bits of nanoseconds end in the years 1677 and 2262, so a year always has four digits.
  // Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": years begin in March, eras have 400 years.
  private static func civil(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let (era, dayOfEra) = floorDivide(days + 719_468, 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let march = (5 * dayOfYear + 2) / 153
    let month = march < 10 ? march + 3 : march - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * march + 2) / 5 + 1)
  }

  private static func floorDivide(_ value: Int64, _ divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }

  private static func twoDigits(_ value: Int64) -> String { (value < 10 ? "0" : "") + String(value) }
}
