/// Writes JSON that depends on the values alone: members in the order given, no spaces, the shortest digits that bring
/// a double back, `null` for one that is not finite.
package enum JSONText {
  /// A value to write; unlike what is read, a report's members have fixed names and need no check.
  package indirect enum Value: Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    case double(Double)
    case string(String)
    case array([Value])
    case object([(String, Value)])
    /// As it was read.
    case verbatim(JSONValue)

    /// The value, or `null`.
    package static func optional<Wrapped>(_ value: Wrapped?, _ wrap: (Wrapped) -> Value) -> Value {
      value.map(wrap) ?? .null
    }
  }

  /// One object on one line, without the line's end.
  package static func object(_ members: [(String, Value)]) -> String { text(.object(members)) }

  package static func text(_ value: Value) -> String {
    var result = ""
    append(value, to: &result)
    return result
  }

  package static func text(_ value: JSONValue) -> String { text(.verbatim(value)) }

  private static func append(_ value: Value, to result: inout String) {
    switch value {
    case .null: result += "null"
    case .bool(let flag): result += flag ? "true" : "false"
    case .integer(let number): result += String(number)
    case .double(let number): result += digits(number)
    case .string(let text): appendQuoted(text, to: &result)
    case .array(let elements):
      list(elements, "[", "]", &result) { element, result in append(element, to: &result) }
    case .object(let members):
      list(members, "{", "}", &result) { member, result in
        appendQuoted(member.0, to: &result)
        result += ":"
        append(member.1, to: &result)
      }
    case .verbatim(let value): append(value, to: &result)
    }
  }

  private static func append(_ value: JSONValue, to result: inout String) {
    switch value {
    case .null: result += "null"
    case .bool(let flag): result += flag ? "true" : "false"
    case .integer(let number): result += number.description
    case .double(let number): result += number.description
    case .string(let text): appendQuoted(text, to: &result)
    case .array(let elements):
      list(elements, "[", "]", &result) { element, result in append(element, to: &result) }
    case .object(let members):
      list(members, "{", "}", &result) { member, result in
        appendQuoted(member.name, to: &result)
        result += ":"
        append(member.value, to: &result)
      }
    }
  }

  private static func list<Element>(
    _ elements: [Element], _ opening: String, _ closing: String, _ result: inout String,
    _ body: (Element, inout String) -> Void
  ) {
    result += opening
    for (index, element) in elements.enumerated() {
      if index > 0 { result += "," }
      body(element, &result)
    }
    result += closing
  }

  /// A whole number is written without fraction: `3`, not `3.0`. Readers of reports do not tell them apart.
  private static func digits(_ number: Double) -> String {
    guard number.isFinite else { return "null" }
    let text = number.description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  private static func appendQuoted(_ text: String, to result: inout String) {
    result += "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\u{0}"..<" ", "\u{7F}"..<"\u{A0}", "\u{2028}", "\u{2029}":
        // DEL, C1 and the line separators are legal, but would steer a terminal or a script that shows them.
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    result += "\""
  }
}
