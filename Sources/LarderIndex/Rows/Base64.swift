/// Bytes as text (RFC 4648, section 4), with padding.
enum Base64 {
  private static var alphabet: StaticString { "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/" }
  private static var padding: UInt8 { UInt8(ascii: "=") }

  static func encode(_ content: [UInt8], into text: inout [UInt8]) {
    let digits = alphabet.utf8Start
    content.withUnsafeBufferPointer { bytes in
      var index = 0
      while index + 3 <= bytes.count {
        let group = UInt32(bytes[index]) << 16 | UInt32(bytes[index + 1]) << 8 | UInt32(bytes[index + 2])
        for shift: UInt32 in [18, 12, 6, 0] { text.append(digits[Int(group >> shift & 63)]) }
        index += 3
      }
      switch bytes.count - index {
      case 1:
        text.append(digits[Int(bytes[index] >> 2)])
        text.append(digits[Int(bytes[index] & 3) << 4])
        text.append(padding)
        text.append(padding)
      case 2:
        text.append(digits[Int(bytes[index] >> 2)])
        text.append(digits[Int(bytes[index] & 3) << 4 | Int(bytes[index + 1] >> 4)])
        text.append(digits[Int(bytes[index + 1] & 15) << 2])
        text.append(padding)
      default: break
      }
    }
  }

  /// Nil for what ``encode(_:into:)`` does not write.
  static func decode(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
    if text.isEmpty { return [] }
    guard text.count.isMultiple(of: 4) else { return nil }
    let spare = text[text.count - 1] != padding ? 0 : text[text.count - 2] != padding ? 1 : 2
    let count = text.count / 4 * 3 - spare
    // All but the last four digits have no padding.
    let whole = max(0, text.count / 4 - 1)
    var isSound = true
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { bytes, initialized in
      initialized = count
      values.withUnsafeBufferPointer { values in
        var seen: UInt8 = 0
        for index in 0..<whole {
          let first = values[Int(text[4 * index])]
          let second = values[Int(text[4 * index + 1])]
          let third = values[Int(text[4 * index + 2])]
          let fourth = values[Int(text[4 * index + 3])]
          seen |= first | second | third | fourth
          bytes[3 * index] = first << 2 | second >> 4
          bytes[3 * index + 1] = second << 4 | third >> 2
          bytes[3 * index + 2] = third << 6 | fourth
        }
        var group: UInt32 = 0
        for offset in 0..<4 {
          let value = offset < 4 - spare ? values[Int(text[4 * whole + offset])] : 0
          seen |= value
          group = group << 6 | UInt32(value & 63)
        }
        // Bits that stand for nothing are zero, or one content would have several texts.
        isSound = seen < 64 && group & (1 << UInt32(8 * spare) - 1) == 0
        for offset in 0..<3 - spare {
          bytes[3 * whole + offset] = UInt8(truncatingIfNeeded: group >> UInt32(16 - 8 * offset))
        }
      }
    }
    return isSound ? bytes : nil
  }

  /// What each byte stands for as a digit; 255 where it is none.
  private static let values: [UInt8] = (0...255).map(value)

  private static func value(_ digit: UInt8) -> UInt8 {
    switch digit {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): digit - 65
    case UInt8(ascii: "a")...UInt8(ascii: "z"): digit - 71
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit + 4
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: 255
    }
  }
}
