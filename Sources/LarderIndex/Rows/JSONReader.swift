internal import LarderCrypto
internal import LarderFormat
internal import LarderSystem

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Text that ``JSONWriter`` has not written.
struct JSONFault: Error {}

/// Reads exactly what ``JSONWriter`` writes, in place: keys come in their order, so a key is a comparison of bytes and
/// becomes no text, and nothing that repeats, nests or is spelled in another way is ever taken for a row.
struct JSONReader {
  private var next: UnsafePointer<UInt8>
  private let end: UnsafePointer<UInt8>

  /// Reads a part of memory that outlives the reader.
  init?(_ bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress else { return nil }
    next = start.assumingMemoryBound(to: UInt8.self)
    end = next + bytes.count
  }

  var isAtEnd: Bool { next == end }
  private var count: Int { end - next }

  /// Passes over a text, if it is what comes next.
  mutating func take(_ text: StaticString) -> Bool {
    let length = text.utf8CodeUnitCount
    guard count >= length, memcmp(next, text.utf8Start, length) == 0 else { return false }
    next += length
    return true
  }

  mutating func expect(_ text: StaticString) throws(JSONFault) { if !take(text) { throw JSONFault() } }

  /// The text up to a quote, in which nothing is escaped.
  private mutating func plain() throws(JSONFault) -> UnsafeBufferPointer<UInt8> {
    try expect("\"")
    guard let quote = memchr(next, 0x22, count) else { throw JSONFault() }
    let text = UnsafeBufferPointer(start: next, count: UnsafePointer(quote.assumingMemoryBound(to: UInt8.self)) - next)
    next += text.count + 1
    return text
  }

  mutating func string() throws(JSONFault) -> String {
    try expect("\"")
    let start = next
    while next < end {
      let byte = next.pointee
      if byte == UInt8(ascii: "\"") {
        let text = UnsafeBufferPointer(start: start, count: next - start)
        next += 1
        guard let string = String(validating: text, as: UTF8.self) else { throw JSONFault() }
        return string
      }
      if byte < 0x20 { throw JSONFault() }
      if byte == UInt8(ascii: "\\") {
        next = start
        return try escapedString()
      }
      next += 1
    }
    throw JSONFault()
  }

  private mutating func escapedString() throws(JSONFault) -> String {
    var text: [UInt8] = []
    while next < end {
      let byte = next.pointee
      next += 1
      if byte == UInt8(ascii: "\"") {
        guard let string = String(validating: text, as: UTF8.self) else { throw JSONFault() }
        return string
      }
      if byte < 0x20 { throw JSONFault() }
      guard byte == UInt8(ascii: "\\") else {
        text.append(byte)
        continue
      }
      if take("\"") {
        text.append(UInt8(ascii: "\""))
      } else if take("\\") {
        text.append(UInt8(ascii: "\\"))
      } else {
        try expect("u00")
        let character = UInt8(truncatingIfNeeded: try hexadecimal(2))
        guard character < 0x20 else { throw JSONFault() }
        text.append(character)
      }
    }
    throw JSONFault()
  }

  mutating func strings() throws(JSONFault) -> [String] {
    try expect("[")
    if take("]") { return [] }
    var texts = [try string()]
    while take(",") { texts.append(try string()) }
    try expect("]")
    return texts
  }

  mutating func integer() throws(JSONFault) -> Int64 {
    let isNegative = take("-")
    let start = next
    var value: UInt64 = 0
    while next < end {
      let digit = next.pointee &- 0x30
      guard digit < 10 else { break }
      let (product, tooLarge) = value.multipliedReportingOverflow(by: 10)
      let (sum, overflow) = product.addingReportingOverflow(UInt64(digit))
      if tooLarge || overflow { throw JSONFault() }
      value = sum
      next += 1
    }
    let digits = next - start
    guard digits > 0, digits == 1 || start.pointee != 0x30 else { throw JSONFault() }
    if isNegative {
      guard value > 0, value <= 1 << 63 else { throw JSONFault() }
      return Int64(truncatingIfNeeded: 0 &- value)
    }
    guard value < 1 << 63 else { throw JSONFault() }
    return Int64(value)
  }

  mutating func optionalInteger() throws(JSONFault) -> Int64? { take("null") ? nil : try integer() }

  mutating func real() throws(JSONFault) -> Double {
    if take("\"inf\"") { return .infinity }
    if take("\"-inf\"") { return -.infinity }
    if take("\"nan\"") { return .nan }
    let start = next
    while next < end {
      switch next.pointee {
      case 0x30...0x39, UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "e"):
        next += 1
        continue
      default: break
      }
      break
    }
    let text = String(decoding: UnsafeBufferPointer(start: start, count: next - start), as: UTF8.self)
    guard let number = Double(text), number.isFinite, number.description == text else { throw JSONFault() }
    return number
  }

  mutating func flag() throws(JSONFault) -> Bool {
    if take("true") { return true }
    try expect("false")
    return false
  }

  mutating func digest() throws(JSONFault) -> Digest {
    guard count >= 66, next.pointee == 0x22, next[65] == 0x22 else { throw JSONFault() }
    let digits = next + 1
    var isSound = true
    let digest = Digest { bytes in
      for index in 0..<32 {
        let (high, low) = (Self.value(ofDigit: digits[2 * index]), Self.value(ofDigit: digits[2 * index + 1]))
        if high | low > 15 { isSound = false }
        bytes[index] = high << 4 | low & 15
      }
    }
    guard isSound else { throw JSONFault() }
    next += 66
    return digest
  }

  private static func value(ofDigit digit: UInt8) -> UInt8 {
    switch digit {
    case 0x30...0x39: digit - 0x30
    case 0x61...0x66: digit - 0x57
    default: 255
    }
  }

  private mutating func hexadecimal(_ digits: Int) throws(JSONFault) -> UInt64 {
    guard count >= digits else { throw JSONFault() }
    var value: UInt64 = 0
    for _ in 0..<digits {
      let digit = Self.value(ofDigit: next.pointee)
      guard digit < 16 else { throw JSONFault() }
      value = value << 4 | UInt64(digit)
      next += 1
    }
    return value
  }

  mutating func session() throws(JSONFault) -> UInt64 {
    try expect("\"")
    let number = try hexadecimal(16)
    try expect("\"")
    return number
  }

  mutating func number() throws(JSONFault) -> UInt64 {
    let text = try plain()
    guard 1...16 ~= text.count, text.count == 1 || text[0] != 0x30 else { throw JSONFault() }
    var value: UInt64 = 0
    for byte in text {
      let digit = Self.value(ofDigit: byte)
      guard digit < 16 else { throw JSONFault() }
      value = value << 4 | UInt64(digit)
    }
    return value
  }

  mutating func time() throws(JSONFault) -> Timestamp {
    guard let time = Timestamp(rfc3339: try plain()) else { throw JSONFault() }
    return time
  }

  mutating func optionalTime() throws(JSONFault) -> Timestamp? { take("null") ? nil : try time() }

  mutating func base64() throws(JSONFault) -> [UInt8] {
    guard let bytes = Base64.decode(try plain()) else { throw JSONFault() }
    return bytes
  }

  mutating func encoding() throws(JSONFault) -> Encoding {
    if take("\"zstd\"") { return .zstd }
    if take("\"raw\"") { return .raw }
    try expect("\"lz4\"")
    return .lz4
  }
}
