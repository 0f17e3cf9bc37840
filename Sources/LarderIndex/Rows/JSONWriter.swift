internal import LarderCrypto
internal import LarderSystem

/// Writes JSON in the one form that ``JSONReader`` reads: no spaces, and only the escapes that there have to be.
struct JSONWriter {
  private(set) var bytes: [UInt8] = []

  init(capacity: Int = 0) { bytes.reserveCapacity(capacity) }

  mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

  /// Text that is JSON already.
  mutating func literal(_ text: StaticString) {
    bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  mutating func literal(_ text: [UInt8]) { bytes.append(contentsOf: text) }

  mutating func string(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    var text = text
    text.withUTF8 { utf8 in
      var start = 0
      for index in 0..<utf8.count {
        let byte = utf8[index]
        guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
        bytes.append(contentsOf: utf8[start..<index])
        bytes.append(UInt8(ascii: "\\"))
        if byte < 0x20 {
          literal("u00")
          bytes.append(0x30 + byte >> 4)
          bytes.append(hexadecimalDigit(byte & 15))
        } else {
          bytes.append(byte)
        }
        start = index + 1
      }
      bytes.append(contentsOf: utf8[start...])
    }
    bytes.append(UInt8(ascii: "\""))
  }

  mutating func strings(_ texts: [String]) {
    literal("[")
    for (index, text) in texts.enumerated() {
      if index > 0 { literal(",") }
      string(text)
    }
    literal("]")
  }

  mutating func integer(_ number: Int64) {
    if number < 0 { bytes.append(UInt8(ascii: "-")) }
    var rest = number.magnitude
    let start = bytes.count
    repeat {
      bytes.append(0x30 + UInt8(truncatingIfNeeded: rest % 10))
      rest /= 10
    } while rest > 0
    bytes[start...].reverse()
  }

  mutating func integer(_ number: Int64?) {
    if let number { integer(number) } else { literal("null") }
  }

  /// The shortest digits that are this number again; what JSON has no number for as text.
  mutating func real(_ number: Double) {
    if number.isFinite {
      bytes.append(contentsOf: number.description.utf8)
    } else {
      string(number.isNaN ? "nan" : number < 0 ? "-inf" : "inf")
    }
  }

  mutating func flag(_ flag: Bool) { if flag { literal("true") } else { literal("false") } }

  mutating func digest(_ digest: Digest) {
    literal("\"")
    digest.withUnsafeBytes { for byte in $0 { hexadecimal(byte) } }
    literal("\"")
  }

  /// 16 hexadecimal digits.
  mutating func session(_ number: UInt64) {
    literal("\"")
    for shift in stride(from: 56, through: 0, by: -8) { hexadecimal(UInt8(truncatingIfNeeded: number >> shift)) }
    literal("\"")
  }

  /// As many hexadecimal digits as it takes.
  mutating func number(_ number: UInt64) {
    literal("\"")
    let digits = max(1, (67 - number.leadingZeroBitCount) / 4)
    for place in stride(from: digits - 1, through: 0, by: -1) {
      bytes.append(hexadecimalDigit(UInt8(truncatingIfNeeded: number >> (4 * place)) & 15))
    }
    literal("\"")
  }

  private mutating func hexadecimal(_ byte: UInt8) {
    bytes.append(hexadecimalDigit(byte >> 4))
    bytes.append(hexadecimalDigit(byte & 15))
  }

  mutating func time(_ time: Timestamp) {
    literal("\"")
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Timestamp.rfc3339Count) { buffer in
      time.write(to: buffer)
      bytes.append(contentsOf: buffer)
    }
    literal("\"")
  }

  mutating func time(_ time: Timestamp?) {
    if let time { self.time(time) } else { literal("null") }
  }

  mutating func base64(_ content: [UInt8]) {
    literal("\"")
    Base64.encode(content, into: &bytes)
    literal("\"")
  }
}

func hexadecimalDigit(_ nibble: UInt8) -> UInt8 { nibble < 10 ? 0x30 + nibble : 0x57 + nibble }
