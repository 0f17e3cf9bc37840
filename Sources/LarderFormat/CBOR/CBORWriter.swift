/// Writes CBOR in the core deterministic encoding of RFC 8949 §4.2.1: shortest integers and floats, definite lengths.
///
/// Sorting map keys is the caller's part: a writer only sees items one after the other.
package struct CBORWriter {
  package var bytes: [UInt8] = []

  package init(capacity: Int = 0) {
    if capacity > 0 { bytes.reserveCapacity(capacity) }
  }

  package enum Major: UInt8, Sendable {
    case unsigned = 0, negative, bytes, text, array, map, tag, simple
  }

  /// The first bytes of an item: its major type and its argument in the shortest form.
  @inlinable
  package mutating func head(_ major: Major, _ argument: UInt64) {
    let type = major.rawValue << 5
    if argument < 24 {
      bytes.append(type | UInt8(truncatingIfNeeded: argument))
    } else if argument <= 0xFF {
      bytes.append(type | 24)
      bytes.append(UInt8(truncatingIfNeeded: argument))
    } else if argument <= 0xFFFF {
      bytes.append(type | 25)
      bigEndian(UInt16(truncatingIfNeeded: argument))
    } else if argument <= 0xFFFF_FFFF {
      bytes.append(type | 26)
      bigEndian(UInt32(truncatingIfNeeded: argument))
    } else {
      bytes.append(type | 27)
      bigEndian(argument)
    }
  }

  @usableFromInline
  mutating func bigEndian(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
  }

  @inlinable package mutating func unsigned(_ value: UInt64) { head(.unsigned, value) }

  @inlinable package mutating func integer(_ value: Int64) {
    if value >= 0 { head(.unsigned, UInt64(value)) } else { head(.negative, UInt64(bitPattern: ~value)) }
  }

  package mutating func byteString(_ value: some Collection<UInt8>) {
    head(.bytes, UInt64(value.count))
    bytes.append(contentsOf: value)
  }

  package mutating func byteString(_ value: UnsafeRawBufferPointer) {
    head(.bytes, UInt64(value.count))
    bytes.append(contentsOf: value)
  }

  package mutating func text(_ value: String) {
    var value = value
    value.withUTF8 { utf8 in
      head(.text, UInt64(utf8.count))
      bytes.append(contentsOf: utf8)
    }
  }

  package mutating func bool(_ value: Bool) { bytes.append(value ? 0xF5 : 0xF4) }
  package mutating func null() { bytes.append(0xF6) }
  package mutating func array(_ count: Int) { head(.array, UInt64(count)) }
  package mutating func map(_ count: Int) { head(.map, UInt64(count)) }
  package mutating func tag(_ number: UInt64) { head(.tag, number) }

  /// The shortest of half, single and double precision that keeps the value; every NaN is `f97e00`.
  package mutating func double(_ value: Double) {
    withUnsafeTemporaryAllocation(byteCount: 9, alignment: 1) { buffer in
      let count = Self.write(value, to: buffer)
      bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
  }

  /// Writes a number at the start of a buffer of 9 bytes or more; the count of bytes that it took.
  static func write(_ value: Double, to buffer: UnsafeMutableRawBufferPointer) -> Int {
    let single = Float(value)
    guard Double(single) == value else {
      if value.isNaN {
        buffer[0] = 0xF9
        buffer.storeBytes(of: UInt16(0x7E00).bigEndian, toByteOffset: 1, as: UInt16.self)
        return 3
      }
      buffer[0] = 0xFB
      buffer.storeBytes(of: value.bitPattern.bigEndian, toByteOffset: 1, as: UInt64.self)
      return 9
    }
    if let half = halfBits(single) {
      buffer[0] = 0xF9
      buffer.storeBytes(of: half.bigEndian, toByteOffset: 1, as: UInt16.self)
      return 3
    }
    buffer[0] = 0xFA
    buffer.storeBytes(of: single.bitPattern.bigEndian, toByteOffset: 1, as: UInt32.self)
    return 5
  }

  /// Writes an integer at the start of a buffer of 9 bytes or more; the count of bytes that it took.
  static func write(_ major: Major, _ argument: UInt64, to buffer: UnsafeMutableRawBufferPointer) -> Int {
    let type = major.rawValue << 5
    if argument < 24 {
      buffer[0] = type | UInt8(truncatingIfNeeded: argument)
      return 1
    }
    if argument <= 0xFF {
      buffer[0] = type | 24
      buffer[1] = UInt8(truncatingIfNeeded: argument)
      return 2
    }
    if argument <= 0xFFFF {
      buffer[0] = type | 25
      buffer.storeBytes(of: UInt16(truncatingIfNeeded: argument).bigEndian, toByteOffset: 1, as: UInt16.self)
      return 3
    }
    if argument <= 0xFFFF_FFFF {
      buffer[0] = type | 26
      buffer.storeBytes(of: UInt32(truncatingIfNeeded: argument).bigEndian, toByteOffset: 1, as: UInt32.self)
      return 5
    }
    buffer[0] = type | 27
    buffer.storeBytes(of: argument.bigEndian, toByteOffset: 1, as: UInt64.self)
    return 9
  }

  /// Many numbers of at most 9 bytes each, gathered in a buffer on the stack: an append for each costs more than it.
  mutating func numbers<Number>(
    _ numbers: [Number], _ write: (Number, UnsafeMutableRawBufferPointer) -> Int
  ) {
    withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 8) { buffer in
      var used = 0
      for number in numbers {
        if used + 9 > buffer.count {
          bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: buffer[..<used]))
          used = 0
        }
        used += write(number, UnsafeMutableRawBufferPointer(rebasing: buffer[used...]))
      }
      bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: buffer[..<used]))
    }
  }
}

/// The half-precision bits of a number that half precision can hold exactly, or nil. Not NaN.
///
/// By hand because `Float16` is missing on Intel Macs (IEEE 754-2019 §3.4).
func halfBits(_ value: Float) -> UInt16? {
  let bits = value.bitPattern
  let sign = UInt16(bits >> 16) & 0x8000
  let exponent = Int(bits >> 23 & 0xFF) - 127
  let fraction = bits & 0x7F_FFFF
  if bits & 0x7FFF_FFFF == 0 { return sign }
  if exponent == 128 { return sign | 0x7C00 }
  if exponent >= -14, exponent <= 15 {
    guard fraction & 0x1FFF == 0 else { return nil }
    return sign | UInt16(exponent + 15) << 10 | UInt16(fraction >> 13)
  }
  // Subnormal halves: the value is a multiple of 2^-24.
  guard exponent >= -24, exponent < -14 else { return nil }
  let whole = fraction | 0x80_0000
  let shift = UInt32(-exponent - 1)
  guard shift < 32, whole & ((1 << shift) - 1) == 0 else { return nil }
  return sign | UInt16(whole >> shift)
}

extension CBORWriter {
  /// An integer of any size up to 128 bits: as an integer where it fits, otherwise tag 2 or 3 over its shortest bytes.
  package mutating func wide(_ value: Int128) {
    if value >= 0 { wide(magnitude: UInt128(value), .unsigned) } else { wide(magnitude: UInt128(~value), .negative) }
  }

  package mutating func wide(_ value: UInt128) { wide(magnitude: value, .unsigned) }

  /// A number, or −1 − it.
  package mutating func wide(magnitude: UInt128, _ major: Major) {
    if let small = UInt64(exactly: magnitude) {
      head(major, small)
    } else {
      tag(major == .unsigned ? 2 : 3)
      withUnsafeBytes(of: magnitude.bigEndian) { bytes in
        byteString(bytes.drop { $0 == 0 })
      }
    }
  }
}
