/// Reads one JSON text, by default strictly after RFC 8259: no comments, no trailing commas, nothing after the value. What
/// the RFC leaves open is refused where it would make two texts one key by accident: duplicate names, lone surrogates,
/// bytes that are not UTF-8, numbers beyond the range of a double.
package struct JSONReader {
  /// How much may be written besides the RFC.
  package enum Dialect: Sendable {
    case strict
    /// JSON5 (spec.json5.org), for what people write by hand: comments, names without quotes, trailing commas.
    case json5
  }

  /// Arrays and objects inside each other.
  package static let deepest = 128

  let bytes: [UInt8]
  let dialect: Dialect
  var position = 0
  private var depth = 0

  private init(_ bytes: [UInt8], _ dialect: Dialect) {
    self.bytes = bytes
    self.dialect = dialect
  }

  package static func read(_ text: String, _ dialect: Dialect = .strict) throws(JSONError) -> JSONValue {
    try read(Array(text.utf8), dialect)
  }

  package static func read(_ bytes: [UInt8], _ dialect: Dialect = .strict) throws(JSONError) -> JSONValue {
    var reader = JSONReader(bytes, dialect)
    try reader.skipSpace()
    let value = try reader.readValue()
    try reader.skipSpace()
    guard reader.position == bytes.count else {
      throw JSONError("nothing may follow the value", at: reader.position)
    }
    return value
  }

  var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  mutating func skipSpace() throws(JSONError) {
    repeat {
      while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    } while try skipComment()
  }

  mutating func take(_ byte: Character) -> Bool {
    guard next == byte.asciiValue else { return false }
    position += 1
    return true
  }

  private mutating func readValue() throws(JSONError) -> JSONValue {
    switch next {
    case nil: throw JSONError("a value is missing", at: position)
    case UInt8(ascii: "{"): return try nested { (reader) throws(JSONError) in try reader.readObject() }
    case UInt8(ascii: "["): return try nested { (reader) throws(JSONError) in try reader.readArray() }
    case UInt8(ascii: "\""): return .string(try readString())
    case UInt8(ascii: "t"): return try readWord("true", .bool(true))
    case UInt8(ascii: "f"): return try readWord("false", .bool(false))
    case UInt8(ascii: "n"): return try readWord("null", .null)
    case UInt8(ascii: "'") where dialect == .json5: return .string(try readString())
    case .some(UInt8(ascii: "-")), .some(UInt8(ascii: "0")...UInt8(ascii: "9")): return try readNumber()
    case .some(UInt8(ascii: "+")), .some(UInt8(ascii: ".")):
      if dialect == .json5 { return try readNumber() }
      fallthrough
    default: throw JSONError("this is no value; text stands in double quotes", at: position)
    }
  }

  private mutating func nested(
    _ body: (inout JSONReader) throws(JSONError) -> JSONValue
  ) throws(JSONError) -> JSONValue {
    guard depth < JSONReader.deepest else {
      throw JSONError("values are nested deeper than \(JSONReader.deepest)", at: position)
    }
    depth += 1
    position += 1
    let value = try body(&self)
    depth -= 1
    return value
  }

  private mutating func readWord(_ word: String, _ value: JSONValue) throws(JSONError) -> JSONValue {
    guard bytes[position...].starts(with: word.utf8) else {
      throw JSONError("this is no value; text stands in double quotes", at: position)
    }
    position += word.utf8.count
    return value
  }

  private mutating func readArray() throws(JSONError) -> JSONValue {
    var elements: [JSONValue] = []
    try skipSpace()
    if take("]") { return .array(elements) }
    while true {
      try skipSpace()
      elements.append(try readValue())
      try skipSpace()
      if take("]") { return .array(elements) }
      guard take(",") else { throw JSONError("',' or ']' is missing", at: position) }
      if try isLast("]") { return .array(elements) }
    }
  }

  private mutating func readObject() throws(JSONError) -> JSONValue {
    var members: [JSONMember] = []
    // Compared by bytes: Swift's own equality of strings is that of Unicode, where two spellings can be one.
    var names: Set<[UInt8]> = []
    try skipSpace()
    if take("}") { return .object(members) }
    while true {
      try skipSpace()
      let start = position
      let name = try readName()
      guard names.insert(Array(name.utf8)).inserted else {
        throw JSONError("the name '\(name)' stands there twice", at: start)
      }
      try skipSpace()
      guard take(":") else { throw JSONError("':' is missing", at: position) }
      try skipSpace()
      members.append(JSONMember(name, try readValue()))
      try skipSpace()
      if take("}") { return .object(members) }
      guard take(",") else { throw JSONError("',' or '}' is missing", at: position) }
      if try isLast("}") { return .object(members) }
    }
  }

  private mutating func readName() throws(JSONError) -> String {
    if next == UInt8(ascii: "\"") { return try readString() }
    guard dialect == .json5 else { throw JSONError("a name in double quotes is missing", at: position) }
    return next == UInt8(ascii: "'") ? try readString() : try readIdentifier()
  }

  /// Whether what is behind a comma ends the list, as JSON5 allows.
  private mutating func isLast(_ end: Character) throws(JSONError) -> Bool {
    guard dialect == .json5 else { return false }
    try skipSpace()
    return take(end)
  }

  private mutating func readNumber() throws(JSONError) -> JSONValue {
    let start = position
    let isNegative = take("-")
    if dialect == .json5, let number = try readNumberOfJSON5(isNegative) { return number }
    let digits = position
    skipDigits()
    if position == digits { throw JSONError("a digit is missing", at: position) }
    if bytes[digits] == UInt8(ascii: "0"), position > digits + 1 {
      throw JSONError("a number begins with a superfluous 0", at: digits)
    }
    let integerEnd = position
    if take(".") {
      let fraction = position
      skipDigits()
      if position == fraction { throw JSONError("a digit is missing", at: position) }
    }
    if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
      position += 1
      if !take("+") { _ = take("-") }
      let exponent = position
      skipDigits()
      if position == exponent { throw JSONError("a digit is missing", at: position) }
    }
    if position == integerEnd {
      return .integer(
        JSONInteger(isNegative: isNegative, digits: String(decoding: bytes[digits..<position], as: UTF8.self)))
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    guard let number = Double(text), number.isFinite else {
      throw JSONError("the number is beyond the range of a double", at: start)
    }
    return .double(number)
  }

  mutating func skipDigits() {
    while let byte = next, (0x30...0x39).contains(byte) { position += 1 }
  }
}

// Strings

extension JSONReader {
  private mutating func readString() throws(JSONError) -> String {
    let start = position
    let quote = bytes[position]
    position += 1
    var text: [UInt8] = []
    while let byte = next {
      switch byte {
      case quote:
        guard let string = String(validating: text, as: UTF8.self) else {
          throw JSONError("the text is not UTF-8", at: start)
        }
        position += 1
        return string
      case UInt8(ascii: "\\"): try readEscape(into: &text)
      case 0..<0x20: throw JSONError("a control character stands in a text; write it as \\u00XX", at: position)
      default:
        text.append(byte)
        position += 1
      }
    }
    throw JSONError("the closing quote is missing", at: position)
  }

  private mutating func readEscape(into text: inout [UInt8]) throws(JSONError) {
    let start = position
    position += 1
    guard let kind = next else { throw JSONError("the closing quote is missing", at: position) }
    position += 1
    switch kind {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(kind)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"):
      var value = try readUnit(start)
      if (0xD800...0xDBFF).contains(value), next == UInt8(ascii: "\\"), position + 1 < bytes.count,
        bytes[position + 1] == UInt8(ascii: "u")
      {
        position += 2
        let low = try readUnit(start)
        guard (0xDC00...0xDFFF).contains(low) else { throw JSONError("half of a surrogate pair is missing", at: start) }
        value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(value) else {
        throw JSONError("half of a surrogate pair is missing", at: start)
      }
      text.append(contentsOf: Character(scalar).utf8)
    default:
      guard dialect == .json5 else { throw JSONError("'\\' is followed by no escape that JSON knows", at: start) }
      try readEscapeOfJSON5(kind, start, into: &text)
    }
  }

  private mutating func readUnit(_ start: Int) throws(JSONError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw JSONError("\\u wants four hexadecimal digits", at: start)
      }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    return value
  }
}
