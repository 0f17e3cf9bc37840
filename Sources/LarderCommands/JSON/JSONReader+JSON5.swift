// What JSON5 adds. Nothing of it is read where keys are derived: there a text has one meaning and one way to be written.

extension JSONReader {
  /// Skips one comment, or one of the spaces that RFC 8259 does not know.
  ///
  /// - Returns: Whether there was one.
  mutating func skipComment() throws(JSONError) -> Bool {
    guard dialect == .json5 else { return false }
    let rest = bytes[position...]
    if rest.starts(with: "//".utf8) {
      while let byte = next, byte != 0x0A, byte != 0x0D { position += 1 }
      return true
    }
    if rest.starts(with: "/*".utf8) {
      let start = position
      position += 2
      while !bytes[position...].starts(with: "*/".utf8) {
        guard position < bytes.count else { throw JSONError("the comment that begins here has no */", at: start) }
        position += 1
      }
      position += 2
      return true
    }
    guard let space = JSONReader.moreSpaces.first(where: { rest.starts(with: $0.utf8) }) else { return false }
    position += space.utf8.count
    return true
  }

  /// Vertical tab, form feed, the space that does not break, the line separators, and the mark that some editors put in
  /// front of UTF-8.
  private static let moreSpaces = ["\u{0B}", "\u{0C}", "\u{A0}", "\u{2028}", "\u{2029}", "\u{FEFF}"]

  /// A name without quotes.
  mutating func readIdentifier() throws(JSONError) -> String {
    let start = position
    while let byte = next, isPartOfName(byte), position > start || !(0x30...0x39).contains(byte) { position += 1 }
    if position == start { throw JSONError("a name is missing", at: start) }
    if next == UInt8(ascii: "-") { throw JSONError("a name with a hyphen in it stands in double quotes", at: start) }
    guard let name = String(validating: bytes[start..<position], as: UTF8.self) else {
      throw JSONError("the text is not UTF-8", at: start)
    }
    return name
  }

  private func isPartOfName(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"), 0x80...:
      true
    default: false
    }
  }

  /// A number as only JSON5 writes it, behind its sign; nil where it is one that RFC 8259 knows.
  mutating func readNumberOfJSON5(_ isNegative: Bool) throws(JSONError) -> JSONValue? {
    let start = position
    if !isNegative { _ = take("+") }
    let rest = bytes[position...]
    if rest.starts(with: "0x".utf8) || rest.starts(with: "0X".utf8) {
      position += 2
      let digits = position
      while let byte = next, Character(Unicode.Scalar(byte)).isHexDigit { position += 1 }
      guard let number = UInt64(String(decoding: bytes[digits..<position], as: UTF8.self), radix: 16) else {
        throw JSONError("a hexadecimal number has 1 to 16 digits", at: start)
      }
      return .integer(JSONInteger(isNegative: isNegative, digits: String(number)))
    }
    // A point may stand in front of all digits or behind them.
    let digits = position
    skipDigits()
    let hasWhole = position > digits
    let point = position
    let hasPoint = take(".")
    if hasPoint { skipDigits() }
    let hasFraction = position > point + 1
    guard hasPoint, hasWhole != hasFraction else {
      position = digits
      return nil
    }
    var text = (hasWhole ? "" : "0") + String(decoding: bytes[digits..<position], as: UTF8.self)
    if !hasFraction { text += "0" }
    let exponent = position
    if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
      position += 1
      if !take("+") { _ = take("-") }
      skipDigits()
    }
    guard let number = Double(text + String(decoding: bytes[exponent..<position], as: UTF8.self)), number.isFinite
    else {
      throw JSONError("this is no number that a double can hold", at: start)
    }
    return .double(isNegative ? -number : number)
  }

  /// What stands behind a backslash and is no escape of RFC 8259.
  mutating func readEscapeOfJSON5(_ kind: UInt8, _ start: Int, into text: inout [UInt8]) throws(JSONError) {
    switch kind {
    case UInt8(ascii: "v"): text.append(0x0B)
    case UInt8(ascii: "0"): text.append(0)
    case UInt8(ascii: "1")...UInt8(ascii: "9"): throw JSONError("'\\' is followed by a digit", at: start)
    case UInt8(ascii: "x"):
      let digits = bytes[position...].prefix(2)
      guard digits.count == 2, let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16) else {
        throw JSONError("\\x wants two hexadecimal digits", at: start)
      }
      position += 2
      text.append(contentsOf: Character(Unicode.Scalar(value)).utf8)
    // The text goes on in the next line.
    case 0x0A: break
    case 0x0D: _ = take("\n")
    default: text.append(kind)
    }
  }
}
