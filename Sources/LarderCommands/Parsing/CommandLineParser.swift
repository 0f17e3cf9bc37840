/// How much a help page says.
package enum HelpDetail: Sendable { case short, long }

/// What a command line asks for.
package enum CommandLineRequest: Sendable {
  /// No word at all.
  case nothing
  /// The page of a command, or the overview.
  case help(Command?, HelpDetail)
  case version(json: Bool)
  case command(Command, Invocation)
}

/// Reads a command line after the table, with the conventions of GNU: `--option value` and `--option=value`, `-d DIR` and
/// `-dDIR`, short flags in one word, `--` ends the options, options and operands in any order. A long option is never
/// guessed from its beginning: a script that relies on it would break with the next option that is added.
package struct CommandLineParser {
  private let table: ArgumentTable
  private var command: Command?
  private var parsed: [(option: Option, value: Value, text: String)] = []
  private var operands: [Value] = []
  private var help: HelpDetail?

  package init(_ table: ArgumentTable) { self.table = table }

  /// - Throws: status 64, or 65 for a value that is no JSON.
  package func parse(_ words: [String]) throws(CommandError) -> CommandLineRequest {
    var parser = self
    do throws(CommandError) {
      try parser.read(words)
    } catch {
      // Who asked for help gets it, even if what follows is wrong: that may be why they ask.
      if parser.help == nil || parser.command == nil { throw error }
    }
    return try parser.finish()
  }

  private mutating func read(_ words: [String]) throws(CommandError) {
    var words = words[...]
    var optionsEnded = false
    while let word = words.popFirst() {
      if !optionsEnded, word == "--" {
        optionsEnded = true
      } else if !optionsEnded, word.hasPrefix("--") {
        try readLong(word, &words)
      } else if !optionsEnded, word.hasPrefix("-"), word != "-" {
        try readShort(word, &words)
      } else if command == nil {
        command = try table.command(named: word)
      } else {
        try readOperand(word)
        if command?.operand?.isCommand == true { optionsEnded = true }
      }
    }
  }

  private func finish() throws(CommandError) -> CommandLineRequest {
    if let help { return .help(command, help) }
    if parsed.contains(where: { $0.option.name == "version" }) {
      return .version(json: parsed.contains { $0.option.name == "json" })
    }
    guard let command else {
      if parsed.isEmpty { return .nothing }
      throw .usage("No command is given. '\(table.program) help' lists the commands.")
    }
    if let (option, _, _) = parsed.first(where: { !$0.option.isFor(command) }) { throw meaningless(option, command) }
    var invocation = Invocation(command, table.options(of: command))
    for (option, value, text) in parsed {
      if let first = invocation.firstText(option.name), !option.isRepeatable {
        throw .usage("'--\(option.name)' is given twice, as '\(first)' and as '\(text)'. Give it once.")
      }
      invocation.add(value, text, to: option.name, .commandLine)
    }
    for value in operands { invocation.add(operand: value) }
    try invocation.check(table.globalRules + command.rules)
    if let operand = command.operand, operands.count < operand.count.lowerBound {
      throw .usage("'\(command.name)' needs \(operand.name). Usage: \(usage(command))")
    }
    return .command(command, invocation)
  }

  // Options

  private mutating func readLong(_ word: String, _ words: inout ArraySlice<String>) throws(CommandError) {
    let equals = word.unicodeScalars.firstIndex(of: "=")
    let name = String(word[..<(equals ?? word.endIndex)].dropFirst(2))
    guard let option = table.options(of: command).first(where: { $0.name == name }) else { throw unknown("--" + name) }
    let attached = equals.map { String(word[word.index(after: $0)...]) }
    if option.isFlag {
      if let attached { throw .usage("'--\(name)' takes no value, but is given '\(attached)'. Write it alone.") }
      take(option, word)
      return
    }
    if option.isValueOptional {
      if attached == "" {
        throw .usage("'--\(name)=' needs a value: \(option.term). Without one leave the '=' out.")
      }
      return try take(option, attached ?? "", "--\(name)")
    }
    guard let text = attached ?? words.popFirst() else { throw missingValue("--\(name)", option) }
    try take(option, text, "--\(name)")
  }

  private mutating func readShort(_ word: String, _ words: inout ArraySlice<String>) throws(CommandError) {
    var letters = word.dropFirst()
    while let letter = letters.popFirst() {
      guard let option = table.options(of: command).first(where: { $0.short == letter }) else {
        throw unknown("-\(letter)")
      }
      if option.isFlag {
        take(option, "-\(letter)")
        continue
      }
      // What follows the letter in the same word is its value, whatever it is.
      guard let text = letters.isEmpty ? words.popFirst() : String(letters) else {
        throw missingValue("-\(letter)", option)
      }
      try take(option, text, "-\(letter)")
      return
    }
  }

  private mutating func take(_ option: Option, _ word: String) {
    if option.name == "help" {
      help = word == "-h" ? help ?? .short : .long
    } else {
      parsed.append((option, .flag, ""))
    }
  }

  private mutating func take(_ option: Option, _ text: String, _ spelling: String) throws(CommandError) {
    do {
      parsed.append((option, try option.kind.read(text, for: "'\(spelling)'"), text))
    } catch {
      throw CommandError(error.status, error.message)
    }
  }

  // Operands

  private mutating func readOperand(_ word: String) throws(CommandError) {
    guard let command else { return }
    guard let operand = command.operand, operands.count < operand.count.upperBound else {
      throw .usage("'\(word)' is one word too many for '\(command.name)'. Usage: \(usage(command))")
    }
    do {
      operands.append(try operand.kind.read(word, for: operand.name))
    } catch {
      throw CommandError(error.status, error.message)
    }
  }

  // Messages

  private func usage(_ command: Command) -> String { "\(table.program) \(command.usage[0])" }

  private func missingValue(_ spelling: String, _ option: Option) -> CommandError {
    .usage("'\(spelling)' needs a value: \(spelling) \(option.placeholder).")
  }

  private func meaningless(_ option: Option, _ command: Command) -> CommandError {
    let others = option.commands ?? []
    return .usage(
      "'\(command.name)' takes no '--\(option.name)': that is for \(others.joined(separator: ", ")). Leave it out.")
  }

  private func unknown(_ spelling: String) -> CommandError {
    if let command, let option = table.globals.options.first(where: { "--" + $0.name == spelling }) {
      return meaningless(option, command)
    }
    let options = table.options(of: command)
    let place = command.map { " for '\($0.name)'" } ?? ""
    let name = spelling.hasPrefix("--") ? String(spelling.dropFirst(2)) : ""
    let other = options.first { $0.alsoKnownAs.contains(name) }?.name
    if !name.isEmpty, let meant = other ?? Suggestion.nearest(to: name, among: options.map(\.name)) {
      return .usage("Unknown option '\(spelling)'\(place). Did you mean '--\(meant)'?")
    }
    if command == nil, table.commands.contains(where: { $0.options.contains { $0.name == name } }) {
      return .usage("Unknown option '\(spelling)' before the command. The options of a command stand after its name.")
    }
    let page = command.map { "help \($0.name)" } ?? "help"
    return .usage("Unknown option '\(spelling)'\(place). '\(table.program) \(page)' lists the options.")
  }
}
