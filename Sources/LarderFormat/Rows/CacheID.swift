internal import LarderCrypto

/// The id of a cache: 128 random bits, drawn when it is made; seals of one cache mean nothing in another.
package struct CacheID: Hashable, Sendable, CustomStringConvertible {
  package let high: UInt64
  package let low: UInt64

  package init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// Reads 32 lower-case hexadecimal digits; nil for anything else.
  package init?(_ hex: String) {
    guard let bytes = hexadecimalBytes(hex) else { return nil }
    self.init(bytes: bytes)
  }

  /// Reads 16 bytes; nil for any other count.
  package init?(bytes: [UInt8]) {
    guard bytes.count == 16 else { return nil }
    high = bytes[..<8].reduce(0) { $0 << 8 | UInt64($1) }
    low = bytes[8...].reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// 32 lower-case hexadecimal digits.
  package var description: String { hexadecimal(bytes) }

  package var bytes: [UInt8] { withUnsafeBytes { [UInt8]($0) } }

  /// Lends the 16 bytes, most significant first.
  package func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    Swift.withUnsafeBytes(of: (high.bigEndian, low.bigEndian), body)
  }
}
