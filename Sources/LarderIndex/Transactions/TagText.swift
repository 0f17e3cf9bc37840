/// Tags as a JSON array of strings, which people read and `json_each` takes apart.
enum TagText {
  static func text(_ tags: [String]) -> String {
    if tags.isEmpty { return "[]" }
    var text = "["
    for (index, tag) in tags.enumerated() {
      if index > 0 { text += "," }
      text += "\""
      for scalar in tag.unicodeScalars {
        switch scalar {
        case "\"": text += "\\\""
        case "\\": text += "\\\\"
        case "\u{0}"..<"\u{20}":
          let digits = String(scalar.value, radix: 16)
          text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        default: text.unicodeScalars.append(scalar)
        }
      }
      text += "\""
    }
    return text + "]"
  }

  /// The tags of a column. Text that is no array of strings stands for one tag: the entry's seal will not verify.
  static func tags(_ text: String) -> [String] {
    list(text) ?? [text]
  }

  /// The strings of an array; nil for any other text.
  static func list(_ text: some StringProtocol) -> [String]? {
    if text == "[]" { return [] }
    var parser = Parser(text: Substring(text).unicodeScalars)
    return parser.array()
  }

  private struct Parser {
    var text: Substring.UnicodeScalarView

    mutating func skipSpace() { text = text.drop { $0 == " " || $0 == "\n" || $0 == "\r" || $0 == "\t" } }

    mutating func take(_ scalar: Unicode.Scalar) -> Bool {
      skipSpace()
      guard text.first == scalar else { return false }
      text.removeFirst()
      return true
    }

    mutating func array() -> [String]? {
      guard take("[") else { return nil }
      var tags: [String] = []
      if !take("]") {
        repeat {
          guard let tag = string() else { return nil }
          tags.append(tag)
        } while take(",")
        guard take("]") else { return nil }
      }
      skipSpace()
      return text.isEmpty ? tags : nil
    }

    mutating func string() -> String? {
      guard take("\"") else { return nil }
      var units: [UInt16] = []
      while let scalar = text.popFirst() {
        switch scalar {
        case "\"": return String(decoding: units, as: UTF16.self)
        case "\\":
          guard let unit = escape() else { return nil }
          units.append(unit)
        case "\u{0}"..<"\u{20}": return nil
        default: units.append(contentsOf: String(scalar).utf16)
        }
      }
      return nil
    }

    mutating func escape() -> UInt16? {
      switch text.popFirst() {
      case "\"": return 0x22
      case "\\": return 0x5C
      case "/": return 0x2F
      case "b": return 0x08
      case "f": return 0x0C
      case "n": return 0x0A
      case "r": return 0x0D
      case "t": return 0x09
      case "u":
        let digits = text.prefix(4)
        guard digits.count == 4, digits.allSatisfy({ $0.properties.isASCIIHexDigit }) else { return nil }
        text = text.dropFirst(4)
        return UInt16(String(digits), radix: 16)
      default: return nil
      }
    }
  }
}
