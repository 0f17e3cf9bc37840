extension Timestamp {
  /// The day in UTC, counted from 1970-01-01.
  package var day: Int64 { nanoseconds.flooredQuotient(by: 86_400_000_000_000) }

  /// The moment in the form of RFC 3339, in UTC with nanoseconds: `2026-11-20T12:00:00.000000000Z`.
  package var rfc3339: String {
    let seconds = nanoseconds.flooredQuotient(by: 1_000_000_000)
    // Not by taking the seconds away again, whose product does not fit at the beginning of time.
    let remainder = nanoseconds % 1_000_000_000
    let fraction = remainder < 0 ? remainder + 1_000_000_000 : remainder
    let days = seconds.flooredQuotient(by: 86_400)
    let rest = seconds - days * 86_400
    let (year, month, day) = civil(days)
    return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))T\(padded(rest / 3600, 2)):"
      + "\(padded(rest / 60 % 60, 2)):\(padded(rest % 60, 2)).\(padded(fraction, 9))Z"
  }
}

/// The date of a day counted from 1970-01-01, in the proleptic Gregorian calendar.
///
/// After Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": years begin in March, so that the leap day is last.
private func civil(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
  let shifted = days + 719_468
  let era = shifted.flooredQuotient(by: 146_097)
  let dayOfEra = shifted - era * 146_097
  let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
  let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
  let monthFromMarch = (5 * dayOfYear + 2) / 153
  let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
  let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
  return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
}

private func padded(_ number: Int64, _ width: Int) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, width - digits.count)) + digits
}

extension Int64 {
  fileprivate func flooredQuotient(by divisor: Int64) -> Int64 {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }
}
