import LarderCrypto

extension CBORValue {
  /// The diagnostic notation of RFC 8949 §8.
  package var diagnostic: String {
    switch self {
    case .unsigned(let value): String(value)
    case .negative(let value): "-\(UInt128(value) + 1)"
    case .bytes(let value): "h'\(hexadecimal(value))'"
    case .text(let value): Self.quoted(value)
    case .array(let elements): "[\(elements.map(\.diagnostic).joined(separator: ", "))]"
    case .map(let pairs):
      "{\(pairs.map { "\($0.key.diagnostic): \($0.value.diagnostic)" }.joined(separator: ", "))}"
    case .tag(let number, let content): "\(number)(\(content.diagnostic))"
    case .bool(let value): value ? "true" : "false"
    case .null: "null"
    case .undefined: "undefined"
    case .simple(let number): "simple(\(number))"
    case .float(let value): value.diagnostic
    }
  }

  /// A text in double quotes, with the escapes of JSON and nothing that moves a terminal's cursor.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      default:
        if scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || Self.isFormatting(scalar) {
          let digits = String(scalar.value, radix: 16)
          result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result + "\""
  }

  /// Marks that reverse or hide the text around them.
  private static func isFormatting(_ scalar: Unicode.Scalar) -> Bool {
    (0x200B...0x200F).contains(scalar.value) || (0x2028...0x202E).contains(scalar.value)
      || (0x2066...0x2069).contains(scalar.value) || scalar.value == 0xFEFF
  }
}

extension CBORFloat {
  var diagnostic: String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
    return value.description
  }
}
