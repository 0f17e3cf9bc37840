/// Reads a duration: `250ms`, `10s`, `5m`, `2h`, `7d`.
///
/// - Returns: Nanoseconds; nil when the text is none, or longer than 64 bits of them (292 years).
package func timeSpan(_ text: String) -> Int64? {
  guard let (number, unit) = splitNumber(text), let factor = timeUnits[unit] else { return nil }
  let (nanoseconds, overflow) = number.multipliedReportingOverflow(by: factor)
  return overflow ? nil : nanoseconds
}

private let timeUnits: [String: Int64] = [
  "ms": 1_000_000, "s": 1_000_000_000, "m": 60_000_000_000, "h": 3_600_000_000_000, "d": 86_400_000_000_000,
]
