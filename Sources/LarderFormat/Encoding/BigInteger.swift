/// An integer of any size, for callers that read numbers from text. It is encoded as an integer of the standard library
/// with the same value is; beyond 64 bits as tag 2 or 3 of RFC 8949 §3.4.3.
package struct BigInteger: Encodable, Hashable, Sendable {
  package let isNegative: Bool
  /// The absolute value, most significant byte first, without leading zeros; empty for zero.
  package let magnitude: [UInt8]

  package init(isNegative: Bool, magnitude: [UInt8]) {
    self.magnitude = Array(magnitude.drop { $0 == 0 })
    self.isNegative = isNegative && !self.magnitude.isEmpty
  }

  /// Always throws: only the encoders of this package write integers of any size.
  package func encode(to encoder: any Encoder) throws {
    throw EncodingError.invalidValue(
      "an integer", .init(codingPath: encoder.codingPath, debugDescription: "it has no standard encoding"))
  }
}

extension BigInteger: SpeciallyEncoded {
  func encodeSpecially(into node: Int, of arena: EncodingArena) throws {
    // A negative number n is written as −1 − n.
    let number = isNegative ? magnitude.decremented : magnitude
    try arena.leaf(node) { writer in
      if number.count <= 8 {
        let small = number.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        writer.wide(magnitude: UInt128(small), isNegative ? .negative : .unsigned)
      } else {
        writer.tag(isNegative ? 3 : 2)
        writer.byteString(number)
      }
    }
  }
}

extension [UInt8] {
  /// The number that is one less, without leading zeros; the number itself is not zero.
  fileprivate var decremented: [UInt8] {
    var bytes = self
    for index in bytes.indices.reversed() {
      bytes[index] &-= 1
      if bytes[index] != 0xFF { break }
    }
    return Array(bytes.drop { $0 == 0 })
  }
}
