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
    if value.isNaN {
      bytes.append(contentsOf: [0xF9, 0x7E, 0x00])
      return
    }
    let single = Float(value)
    guard Double(single) == value else {
      bytes.append(0xFB)
      bigEndian(value.bitPattern)
      return
    }
    if let half = halfBits(single) {
      bytes.append(0xF9)
      bigEndian(half)
    } else {
      bytes.append(0xFA)
      bigEndian(single.bitPattern)
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
