/// Reads a size: plain bytes, or a number with a unit, `20MB` being 20,000,000 and `20MiB` 20,971,520 bytes.
///
/// - Returns: The bytes; nil when the text is none or the number is beyond 64 bits.
package func byteSize(_ text: String) -> Int64? {
  guard let (number, unit) = splitNumber(text), let factor = sizeUnits[unit] else { return nil }
  let (bytes, overflow) = number.multipliedReportingOverflow(by: factor)
  return overflow ? nil : bytes
}

private let sizeUnits: [String: Int64] = [
  "": 1, "B": 1,
  "kB": 1000, "KB": 1000, "MB": 1_000_000, "GB": 1_000_000_000, "TB": 1_000_000_000_000, "PB": 1_000_000_000_000_000,
  "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40, "PiB": 1 << 50,
]

/// Splits decimal digits, at least one, from what follows them; nil when the number does not fit.
func splitNumber(_ text: String) -> (number: Int64, rest: String)? {
  let digits = text.utf8.prefix { (0x30...0x39).contains($0) }
  guard !digits.isEmpty, let number = Int64(Substring(digits)) else { return nil }
  return (number, String(Substring(text.utf8.dropFirst(digits.count))))
}
