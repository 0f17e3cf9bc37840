/// An integer of any size, kept as its sign and decimal digits.
package struct JSONInteger: Hashable, Sendable, CustomStringConvertible {
  package let isNegative: Bool
  /// Without leading zeros; "0" is zero, which is never negative.
  package let digits: String

  /// Takes decimal digits, at least one.
  package init(isNegative: Bool, digits: some StringProtocol) {
    let significant = digits.drop { $0 == "0" }
    self.digits = significant.isEmpty ? "0" : String(significant)
    self.isNegative = isNegative && !significant.isEmpty
  }

  package init(_ value: some BinaryInteger) {
    self.init(isNegative: value < 0, digits: String(value.magnitude))
  }

  package var description: String { (isNegative ? "-" : "") + digits }

  /// The value where it fits 64 bits with a sign.
  package var int64: Int64? { Int64(description) }

  /// The value where it fits 64 bits without one.
  package var uint64: UInt64? { UInt64(description) }

  /// The absolute value as big-endian bytes without leading zeros; empty for zero.
  package var magnitudeBytes: [UInt8] {
    // Schoolbook conversion: 18 digits at a time into words of 64 bits, least significant first.
    var words: [UInt64] = []
    var rest = Substring(digits).utf8
    while !rest.isEmpty {
      let chunk = rest.prefix(rest.count % 18 == 0 ? 18 : rest.count % 18)
      rest = rest.dropFirst(chunk.count)
      var carry: UInt64 = chunk.reduce(0) { $0 * 10 + UInt64($1 - 0x30) }
      let scale: UInt64 = chunk.reduce(1) { scale, _ in scale * 10 }
      for index in words.indices {
        let (high, low) = words[index].multipliedFullWidth(by: scale)
        let (sum, overflow) = low.addingReportingOverflow(carry)
        words[index] = sum
        carry = high + (overflow ? 1 : 0)
      }
      if carry > 0 { words.append(carry) }
    }
    let bytes = words.reversed().flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (56 - 8 * $0)) } }
    return Array(bytes.drop { $0 == 0 })
  }
}
