package import LarderFormat

/// What the value of an option, an operand or a variable must be.
package enum ValueKind: Hashable, Sendable {
  /// No value: present or not.
  case flag
  case text
  case textNotEmpty
  case path
  /// Bytes, such as `20MB`.
  case size
  /// Such as `10s`.
  case duration
  /// A duration, or nothing.
  case optionalDuration
  case integer(ClosedRange<Int64>)
  case choice([String])
  case glob
  /// A whole key.
  case key
  /// A key or its first digits.
  case keyPrefix
  /// The name of an environment variable.
  case variableName
  /// `NAME=TEXT`.
  case pair
  /// `NAME=PATH`.
  case pathPair
  /// `NAME=JSON`; a text that is none is answered with how to write a plain text here.
  case jsonPair(plainText: String)
}

/// A value that was read.
package enum Value: Hashable, Sendable {
  case flag
  case text(String)
  /// Bytes of a size, nanoseconds of a duration, or a plain integer.
  case number(Int64)
  case glob(Glob)
  case key(KeyText)
  case pair(name: String, text: String)
  case json(name: String, value: JSONValue)
}

/// Why a text is no value of its kind.
package struct ValueError: Error, Hashable, Sendable {
  package let status: ExitStatus
  /// A sentence about the text, which begins with what was being set.
  package let message: String
}

extension ValueKind {
  /// Reads a value.
  ///
  /// - Parameters:
  ///   - text: What was given.
  ///   - subject: What it was given for, such as `'--ttl'`, to begin the message with.
  /// - Returns: The value.
  /// - Throws: What is wrong, with status 65 for a value that is no JSON and 64 for anything else.
  package func read(_ text: String, for subject: String) throws(ValueError) -> Value {
    switch self {
    case .flag: return .flag
    case .text: return .text(text)
    case .textNotEmpty, .path:
      if text.isEmpty { throw ValueError(status: .usage, message: "\(subject) is empty. Give it a value.") }
      return .text(text)
    case .size: if let bytes = byteSize(text) { return .number(bytes) }
    case .duration: if let nanoseconds = timeSpan(text) { return .number(nanoseconds) }
    case .optionalDuration:
      if text.isEmpty { return .flag }
      if let nanoseconds = timeSpan(text) { return .number(nanoseconds) }
    case .integer(let range):
      if let number = Int64(text), range.contains(number), !text.hasPrefix("+") { return .number(number) }
    case .choice(let words): if words.contains(text) { return .text(text) }
    case .glob: if let glob = Glob(text), !text.isEmpty { return .glob(glob) }
    case .key: if let key = KeyText(whole: text) { return .key(key) }
    case .keyPrefix: if let key = KeyText(prefix: text) { return .key(key) }
    case .variableName: if !text.isEmpty, !text.contains("=") { return .text(text) }
    case .pair: if let (name, text) = splitPair(text) { return .pair(name: name, text: text) }
    case .pathPair: if let (name, path) = splitPair(text), !path.isEmpty { return .pair(name: name, text: path) }
    case .jsonPair(let advice):
      if let (name, json) = splitPair(text) { return try readJSON(name, json, subject, advice) }
    }
    let hint = if case .choice(let words) = self { Suggestion.sentence(for: text, among: words) } else { "" }
    throw ValueError(status: .usage, message: "\(subject) is '\(text)' but must be \(expectation).\(hint)")
  }

  /// What a value must be, to follow "must be".
  package var expectation: String {
    switch self {
    case .flag: "absent"
    case .text, .textNotEmpty: "text"
    case .path: "a path"
    case .size: "a size such as 4096, 20MB (20,000,000 bytes) or 20MiB (20,971,520 bytes)"
    case .duration, .optionalDuration: "a duration such as 250ms, 10s, 5m, 2h or 7d"
    case .integer(let range):
      range.upperBound == .max
        ? "a whole number from \(range.lowerBound)" : "a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .choice(let words):
      words.count < 2 ? words.joined() : words.dropLast().joined(separator: ", ") + " or " + words[words.count - 1]
    case .glob: "a pattern such as 'train/*', with each [ closed by ]"
    case .key: "a whole key, 64 digits of 0-9 and a-f"
    case .keyPrefix: "a key, or its first 8 or more of 64 digits of 0-9 and a-f"
    case .variableName: "the name of an environment variable, without its value"
    case .pair: "NAME=TEXT"
    case .pathPair: "NAME=PATH"
    case .jsonPair: "NAME=JSON"
    }
  }

  // The value stays out of the message: arguments can be confidential, and messages go into logs.
  private func readJSON(_ name: String, _ json: String, _ subject: String, _ advice: String) throws(ValueError) -> Value
  {
    do {
      return .json(name: name, value: try JSONReader.read(json))
    } catch {
      throw ValueError(
        status: .badInput,
        message: "The value of \(subject) \(name)= is no JSON: \(error.reason) (byte \(error.offset)). "
          + advice)
    }
  }
}

/// Splits at the first `=`; nil without one, or without a name before it.
private func splitPair(_ text: String) -> (name: String, value: String)? {
  guard let equals = text.unicodeScalars.firstIndex(of: "="), equals != text.startIndex else { return nil }
  return (String(text[..<equals]), String(text[text.unicodeScalars.index(after: equals)...]))
}
