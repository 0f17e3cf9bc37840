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
    var isSound = true
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { bytes, initialized in
      initialized = count
      var place = 0
      for index in stride(from: 0, to: text.count, by: 4) {
        var group: UInt32 = 0
        let isLast = index + 4 == text.count
        for offset in 0..<4 {
          var digit = value(text[index + offset])
          if isLast, offset >= 4 - spare { digit = 0 }
          if digit > 63 { isSound = false }
          group = group << 6 | UInt32(digit & 63)
        }
        // Bits that stand for nothing are zero, or one content would have several texts.
        if isLast, group & (1 << UInt32(8 * spare) - 1) != 0 { isSound = false }
        for offset in 0..<(isLast ? 3 - spare : 3) {
          bytes[place] = UInt8(truncatingIfNeeded: group >> UInt32(16 - 8 * offset))
          place += 1
        }
      }
    }
    return isSound ? bytes : nil
  }

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
