/// One option: everything that the parser, the help and the environment need to know of it.
package struct Option: Sendable {
  /// The long name without dashes.
  package let name: String
  package let short: Character?
  package let kind: ValueKind
  /// What stands for the value in help: `DIR`; empty for a flag.
  package let placeholder: String
  package let help: String
  package let isRepeatable: Bool
  /// Whether `LARDER_NAME` sets it where the command line does not.
  package let hasVariable: Bool
  /// Which settings files set it where command line and variable do not.
  package let files: SettingsFiles
  /// What a shell offers for the value; nil for what its kind asks for.
  package let completes: CompletionSource?
  /// What other tools call it, answered with this name.
  package let alsoKnownAs: [String]
  /// Of an option that stands beside any command: the commands for which it means something; nil for all.
  package let commands: [String]?

  package enum SettingsFiles: Sendable {
    /// It is for one command.
    case none
    /// The user's own: a project has no say in it.
    case user
    /// The user's and a project's.
    case all
  }

  /// An option with a value.
  package init(
    _ name: String, short: Character? = nil, _ kind: ValueKind, _ placeholder: String, _ help: String,
    repeatable: Bool = false, variable: Bool = false, files: SettingsFiles = .none,
    completes: CompletionSource? = nil, alsoKnownAs: [String] = [], commands: [String]? = nil
  ) {
    self.name = name
    self.short = short
    self.kind = kind
    self.placeholder = placeholder
    self.help = help
    isRepeatable = repeatable
    hasVariable = variable
    self.files = files
    self.completes = completes
    self.alsoKnownAs = alsoKnownAs
    self.commands = commands
  }

  /// An option without a value.
  package init(
    flag name: String, short: Character? = nil, _ help: String, variable: Bool = false, files: SettingsFiles = .none,
    alsoKnownAs: [String] = [], commands: [String]? = nil
  ) {
    self.init(
      name, short: short, .flag, "", help, repeatable: true, variable: variable, files: files,
      alsoKnownAs: alsoKnownAs, commands: commands)
  }

  /// Whether it may stand beside this command.
  package func isFor(_ command: Command) -> Bool { commands?.contains(command.name) ?? true }

  package var isFlag: Bool { kind == .flag }

  /// Whether it may stand alone; then a value stands behind an `=`.
  package var isValueOptional: Bool { if case .optionalDuration = kind { true } else { false } }

  /// As it is written: `--dir DIR`, `--json`, `--cache-failures[=TTL]`.
  package var term: String {
    if isValueOptional { return "--\(name)[=\(placeholder)]" }
    return "--\(name)" + (placeholder.isEmpty ? "" : " \(placeholder)")
  }

  /// `LARDER_NO_CACHE` for `no-cache`.
  package var variable: String { "LARDER_" + name.uppercased().map { $0 == "-" ? "_" : String($0) }.joined() }
}

/// Options under one heading of a help page.
package struct OptionGroup: Sendable {
  package let title: String
  package let options: [Option]

  package init(_ title: String, _ options: [Option]) {
    self.title = title
    self.options = options
  }
}

/// The words of a command line that are no options.
package struct Operand: Sendable {
  /// What stands for it in help: `KEY`.
  package let name: String
  package let kind: ValueKind
  /// How many there may be.
  package let count: ClosedRange<Int>
  /// What a shell offers for it; nil for what its kind asks for.
  package let completes: CompletionSource?
  /// Whether they are the words of another command: the first of them ends the options.
  package let isCommand: Bool

  package init(
    _ name: String, _ kind: ValueKind, _ count: ClosedRange<Int>, completes: CompletionSource? = nil,
    isCommand: Bool = false
  ) {
    self.name = name
    self.kind = kind
    self.count = count
    self.completes = completes
    self.isCommand = isCommand
  }
}
