package import LarderFormat

/// A command line that was understood: the command's name, and its options and operands as values.
package struct Invocation: Sendable {
  package let command: String
  /// The names of all options that this command can have, to catch a misspelt name in its body.
  private let known: Set<String>
  private var given: [String: [Given]] = [:]
  private var operandName: String?
  private var operandValues: [Value] = []

  /// Flags that are off because somebody said so, and not because nobody said anything.
  private var switchedOff: [String: Origin] = [:]
  /// The settings files that were read.
  package internal(set) var files: [SettingsFile] = []

  /// Who set an option.
  package enum Origin: Hashable, Sendable {
    case commandLine, environment
    case file(SettingsFile)

    /// For machines.
    package var name: String {
      switch self {
      case .commandLine: "option"
      case .environment: "environment"
      case .file(let file): file.kind.rawValue
      }
    }
  }

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

  /// Takes what somebody says about an option, unless somebody has said something who comes first.
  ///
  /// A flag that is off has no value.
  mutating func settle(_ option: Option, _ value: Value?, _ text: String, _ origin: Origin) {
    if self.origin(option.name) != nil { return }
    if let value { add(value, text, to: option.name, origin) } else { switchedOff[option.name] = origin }
  }

  mutating func add(operand value: Value) { operandValues.append(value) }

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

  /// Who set the option, or switched it off; nil when nobody did.
  package func origin(_ option: String) -> Origin? { given[option]?.first?.origin ?? switchedOff[option] }

  /// What variables and files say of an option that this command may not have: a put that makes a cache goes by what they
  /// say for init.
  package func setting(_ option: String) -> Value? { given[option]?.first?.value }

  func textSetting(_ option: String) -> String? {
    if case .text(let text)? = setting(option) { text } else { nil }
  }

  func numberSetting(_ option: String) -> Int64? {
    if case .number(let number)? = setting(option) { number } else { nil }
  }

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
