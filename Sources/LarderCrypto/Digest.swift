/// 32 bytes: a SHA-256 digest or an HMAC-SHA-256 tag.
///
/// Four words rather than an array: it is compared, hashed and passed without touching memory that has to be counted.
@frozen
package struct Digest: Hashable, Sendable {
  @usableFromInline var words: (UInt64, UInt64, UInt64, UInt64)

  package static let byteCount = 32

  /// Reads 32 bytes; nil for any other count.
  package init?(_ bytes: some Collection<UInt8>) {
    guard bytes.count == 32 else { return nil }
    self.init { buffer in _ = buffer.initialize(from: bytes) }
  }

  /// Lets `fill` write the 32 bytes.
  package init(_ fill: (UnsafeMutableBufferPointer<UInt8>) -> Void) {
    words = (0, 0, 0, 0)
    withUnsafeMutableBytes(of: &words) { raw in fill(raw.bindMemory(to: UInt8.self)) }
  }

  @inlinable package func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result
  {
    try Swift.withUnsafeBytes(of: words, body)
  }

  package var bytes: [UInt8] { withUnsafeBytes { [UInt8]($0) } }

  package static func == (left: Digest, right: Digest) -> Bool {
    left.words.0 == right.words.0 && left.words.1 == right.words.1 && left.words.2 == right.words.2
      && left.words.3 == right.words.3
  }

  // All of it: keys can be chosen by users, and those may begin alike.
  package func hash(into hasher: inout Hasher) { withUnsafeBytes { hasher.combine(bytes: $0) } }
}

extension Digest {
  /// 64 lower-case hexadecimal digits.
  package var hex: String { hexadecimal(bytes) }

  /// Reads 64 lower-case hexadecimal digits; nil for anything else.
  package init?(hex: String) {
    guard let bytes = hexadecimalBytes(hex), bytes.count == 32 else { return nil }
    self.init(bytes)
  }
}

/// Two lower-case hexadecimal digits a byte.
package func hexadecimal(_ bytes: some Collection<UInt8>) -> String {
  String(unsafeUninitializedCapacity: bytes.count * 2) { buffer in
    var index = 0
    for byte in bytes {
      for shift: UInt8 in [4, 0] {
        let nibble = byte >> shift & 15
        buffer[index] = nibble < 10 ? 0x30 + nibble : 0x57 + nibble
        index += 1
      }
    }
    return index
  }
}

/// The bytes that lower-case hexadecimal digits stand for; nil for anything else.
package func hexadecimalBytes(_ text: String) -> [UInt8]? {
  let digits = text.utf8
  guard digits.count.isMultiple(of: 2) else { return nil }
  var bytes: [UInt8] = []
  bytes.reserveCapacity(digits.count / 2)
  var high: UInt8?
  for digit in digits {
    let value: UInt8
    switch digit {
    case 0x30...0x39: value = digit - 0x30
    case 0x61...0x66: value = digit - 0x57
    default: return nil
    }
    if let first = high {
      bytes.append(first << 4 | value)
      high = nil
    } else {
      high = value
    }
  }
  return bytes
}
