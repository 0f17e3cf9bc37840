/// Reads CBOR in the core deterministic encoding of RFC 8949 §4.2.1, and refuses everything else.
///
/// Every value has one encoding, so bytes that pass are equal exactly when their values are. Nothing is allocated
/// by a length for which the bytes have not been seen.
package struct CBORReader {
  package typealias Major = CBORWriter.Major

  package let bytes: [UInt8]
  /// The place of the next item.
  package private(set) var offset: Int

  package init(_ bytes: [UInt8], at offset: Int = 0) {
    self.bytes = bytes
    self.offset = offset
  }

  /// The initial byte and argument of an item; for floats the argument holds the bits.
  package struct Head: Hashable, Sendable {
    package let major: Major
    /// The low five bits of the initial byte, which tell simple values and floats apart.
    package let detail: UInt8
    package let argument: UInt64
    package let offset: Int
  }

  package var isAtEnd: Bool { offset == bytes.count }

  /// Ends the reading: nothing may follow the last item.
  package func finish() throws(CBORError) {
    guard isAtEnd else { throw CBORError(.trailing, at: offset) }
  }

  package mutating func head() throws(CBORError) -> Head {
    let start = offset
    guard offset < bytes.count else { throw CBORError(.truncated, at: start) }
    let initial = bytes[offset]
    offset += 1
    guard let major = Major(rawValue: initial >> 5) else { throw CBORError(.reserved, at: start) }
    let detail = initial & 31
    var argument = UInt64(detail)
    switch detail {
    case 0..<24: break
    case 24...27:
      let count = 1 << Int(detail - 24)
      guard bytes.count - offset >= count else { throw CBORError(.truncated, at: start) }
      argument = 0
      for _ in 0..<count {
        argument = argument << 8 | UInt64(bytes[offset])
        offset += 1
      }
    case 31:
      throw CBORError(major == .unsigned || major == .negative || major == .tag ? .reserved : .indefinite, at: start)
    default: throw CBORError(.reserved, at: start)
    }
    if major == .simple {
      try Self.checkSimple(detail, argument, at: start)
    } else {
      let least: UInt64 = detail < 24 ? 0 : detail == 24 ? 24 : 1 << (4 << UInt64(detail - 24))
      guard argument >= least else { throw CBORError(.longHead, at: start) }
    }
    if major == .bytes || major == .text {
      guard argument <= UInt64(bytes.count - offset) else { throw CBORError(.truncated, at: start) }
    } else if major == .array || major == .map {
      // Each element takes a byte at least, so a count is bounded by the bytes that are there.
      let room = UInt64(bytes.count - offset) / (major == .map ? 2 : 1)
      guard argument <= room else { throw CBORError(.truncated, at: start) }
    }
    return Head(major: major, detail: detail, argument: argument, offset: start)
  }

  private static func checkSimple(_ detail: UInt8, _ argument: UInt64, at start: Int) throws(CBORError) {
    switch detail {
    case 24:
      // RFC 8949 §3.3: two bytes only from 32 on.
      guard argument >= 32 else { throw CBORError(.reserved, at: start) }
    case 25:
      let isNaN = argument & 0x7C00 == 0x7C00 && argument & 0x3FF != 0
      guard !isNaN || argument == 0x7E00 else { throw CBORError(.longFloat, at: start) }
    case 26:
      let value = Float(bitPattern: UInt32(truncatingIfNeeded: argument))
      guard !value.isNaN, halfBits(value) == nil else { throw CBORError(.longFloat, at: start) }
    case 27:
      let value = Double(bitPattern: argument)
      guard !value.isNaN, Double(Float(value)) != value else { throw CBORError(.longFloat, at: start) }
    default: break
    }
  }

  private mutating func expect(_ major: Major) throws(CBORError) -> UInt64 {
    let head = try head()
    guard head.major == major else { throw CBORError(.type, at: head.offset) }
    return head.argument
  }

  package mutating func unsigned() throws(CBORError) -> UInt64 { try expect(.unsigned) }

  package mutating func integer() throws(CBORError) -> Int64 {
    let head = try head()
    guard head.major == .unsigned || head.major == .negative else { throw CBORError(.type, at: head.offset) }
    guard let magnitude = Int64(exactly: head.argument) else { throw CBORError(.value, at: head.offset) }
    return head.major == .unsigned ? magnitude : ~magnitude
  }

  package mutating func bool() throws(CBORError) -> Bool {
    let head = try head()
    guard head.major == .simple, head.detail == 20 || head.detail == 21 else {
      throw CBORError(.type, at: head.offset)
    }
    return head.detail == 21
  }

  package mutating func double() throws(CBORError) -> Double {
    let head = try head()
    guard let value = head.double else { throw CBORError(.type, at: head.offset) }
    return value
  }

  package mutating func text() throws(CBORError) -> String {
    let start = offset
    let range = try textRange()
    guard let text = String(validating: bytes[range], as: UTF8.self) else { throw CBORError(.utf8, at: start) }
    return text
  }

  package mutating func byteString() throws(CBORError) -> [UInt8] {
    let range = try byteRange()
    return Array(bytes[range])
  }

  /// Where the bytes of the next text lie; they are not checked to be UTF-8 yet.
  package mutating func textRange() throws(CBORError) -> Range<Int> { try range(of: expect(.text)) }

  /// Where the bytes of the next byte string lie.
  package mutating func byteRange() throws(CBORError) -> Range<Int> { try range(of: expect(.bytes)) }

  private mutating func range(of count: UInt64) -> Range<Int> {
    let range = offset..<offset + Int(count)
    offset = range.upperBound
    return range
  }

  /// The number of elements of the array that starts here.
  package mutating func array() throws(CBORError) -> Int { Int(try expect(.array)) }

  /// The number of pairs of the map that starts here.
  package mutating func map() throws(CBORError) -> Int { Int(try expect(.map)) }

  package mutating func tag() throws(CBORError) -> UInt64 { try expect(.tag) }

  /// Steps over a null, if one is next.
  package mutating func null() -> Bool {
    guard offset < bytes.count, bytes[offset] == 0xF6 else { return false }
    offset += 1
    return true
  }

  /// The major type of the next item, without stepping over it.
  package var nextMajor: Major? { offset < bytes.count ? Major(rawValue: bytes[offset] >> 5) : nil }

  /// Steps over the content of the text or byte string whose head was just read.
  package mutating func skipContent(of head: Head) throws(CBORError) {
    switch head.major {
    case .bytes: offset += Int(head.argument)
    case .text:
      let place = offset..<offset + Int(head.argument)
      guard bytes.withUnsafeBytes({ isWellFormedUTF8(UnsafeRawBufferPointer(rebasing: $0[place])) }) else {
        throw CBORError(.utf8, at: head.offset)
      }
      offset = place.upperBound
    default: break
    }
  }
}

extension CBORReader.Head {
  /// The number that a float holds; nil for any other item.
  package var double: Double? {
    guard major == .simple else { return nil }
    switch detail {
    case 25: return halfValue(UInt16(truncatingIfNeeded: argument))
    case 26: return Double(Float(bitPattern: UInt32(truncatingIfNeeded: argument)))
    case 27: return Double(bitPattern: argument)
    default: return nil
    }
  }
}

/// The number that half-precision bits stand for; the inverse of `halfBits`.
func halfValue(_ bits: UInt16) -> Double {
  let exponent = Int(bits >> 10 & 31)
  let fraction = Double(bits & 0x3FF)
  let magnitude: Double
  switch exponent {
  case 31: magnitude = fraction == 0 ? .infinity : .nan
  case 0: magnitude = fraction * 0x1p-24
  default: magnitude = (1 + fraction / 1024) * Double(sign: .plus, exponent: exponent - 15, significand: 1)
  }
  return bits & 0x8000 == 0 || magnitude.isNaN ? magnitude : -magnitude
}
