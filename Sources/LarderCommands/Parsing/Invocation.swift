package import LarderFormat

/// A command line that was understood: the command's name, and its options and operands as values.
package struct Invocation: Sendable {
  package let command: String
  /// The names of all options that this command can have, to catch a misspelt name in its body.
  private let known: Set<String>
  private var given: [String: [Given]] = [:]
  private var operandName: String?
  private var operandValues: [Value] = []

  /// Who set an option.
  package enum Origin: String, Sendable { case commandLine = "option", environment }

  struct Given: Sendable {
    let text: String
    let value: Value
    let origin: Origin
  }

  init(_ command: Command, _ options: [Option]) {
    self.command = command.name
    known = Set(options.map(\.name))
    operandName = command.operand?.name
  }
}

// Filling

extension Invocation {
  mutating func add(_ value: Value, _ text: String, to option: String, _ origin: Origin) {
    given[option, default: []].append(Given(text: text, value: value, origin: origin))
  }

  mutating func add(operand value: Value) { operandValues.append(value) }

  func knows(_ option: String) -> Bool { known.contains(option) }

  func firstText(_ option: String) -> String? { given[option]?.first?.text }

  /// Holds the command's rules against what was given.
  func check(_ rules: [Rule]) throws(CommandError) { for rule in rules { try rule.check(self) } }

  func has(_ part: Rule.Part) -> Bool {
    switch part {
    case .option(let name): given[name] != nil
    case .operands: !operandValues.isEmpty
    }
  }

  /// The names of the option's `NAME=…` values.
  func names(_ option: String) -> [String] {
    values(option).compactMap {
      switch $0 {
      case .pair(let name, _), .json(let name, _): name
      default: nil
      }
    }
  }
}

// Reading

extension Invocation {
  private func values(_ option: String) -> [Value] {
    assert(known.contains(option), "\(command) has no option --\(option)")
    return given[option, default: []].map(\.value)
  }

  package func flag(_ option: String) -> Bool { !values(option).isEmpty }

  /// Who set the option; nil when nobody did.
  package func origin(_ option: String) -> Origin? { given[option]?.first?.origin }

  /// The value of an option for text, a path or a choice.
  package func text(_ option: String) -> String? { texts(option).first }

  /// The values of a repeatable option for text, in the order given.
  package func texts(_ option: String) -> [String] {
    values(option).compactMap { if case .text(let text) = $0 { text } else { nil } }
  }

  /// The bytes of a size, the nanoseconds of a duration, or an integer.
  package func number(_ option: String) -> Int64? {
    if case .number(let number) = values(option).first { number } else { nil }
  }

  package func glob(_ option: String) -> Glob? {
    if case .glob(let glob) = values(option).first { glob } else { nil }
  }

  /// The values of an option for `NAME=TEXT` or `NAME=PATH`, in the order given.
  package func pairs(_ option: String) -> [(name: String, text: String)] {
    values(option).compactMap { if case .pair(let name, let text) = $0 { (name, text) } else { nil } }
  }

  /// The values of an option for `NAME=JSON`, in the order given.
  package func jsonPairs(_ option: String) -> [(name: String, value: JSONValue)] {
    values(option).compactMap { if case .json(let name, let value) = $0 { (name, value) } else { nil } }
  }

  /// The operands that are keys.
  package var keys: [KeyText] {
    operandValues.compactMap { if case .key(let key) = $0 { key } else { nil } }
  }

  /// The operands that are text.
  package var words: [String] {
    operandValues.compactMap { if case .text(let text) = $0 { text } else { nil } }
  }
}
