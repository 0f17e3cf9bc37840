/// Every command, option and variable. The parser, the help pages, the reading of the environment and all messages about
/// them follow from this table; nothing else knows an option's name.
package struct ArgumentTable: Sendable {
  package let program: String
  package let summary: String
  /// Options that stand before or after any command for which they mean something.
  package let globals: OptionGroup
  package let globalRules: [Rule]
  package let commands: [Command]
  /// Commands for programs, which no list shows.
  let hidden: [Command]
  /// Variables that no option stands for.
  package let variables: [Variable]

  /// A variable without an option.
  package struct Variable: Sendable {
    package let name: String
    package let help: String

    package init(_ name: String, _ help: String) {
      self.name = name
      self.help = help
    }
  }

  package init(
    program: String, summary: String, globals: OptionGroup, globalRules: [Rule], commands: [Command],
    hidden: [Command] = [], variables: [Variable]
  ) {
    self.program = program
    self.summary = summary
    self.globals = globals
    self.globalRules = globalRules
    self.commands = commands
    self.hidden = hidden
    self.variables = variables
  }

  /// The command of this name.
  ///
  /// - Throws: status 64, with what may have been meant.
  package func command(named name: String) throws(CommandError) -> Command {
    if let command = (commands + hidden).first(where: { $0.name == name }) { return command }
    let known = commands.first { $0.alsoKnownAs.contains(name) }?.name
    if let meant = known ?? Suggestion.nearest(to: name, among: commands.map(\.name)) {
      throw .usage("Unknown command '\(name)'. Did you mean '\(meant)'?")
    }
    throw .usage("Unknown command '\(name)'. '\(program) help' lists the commands.")
  }

  /// The options that can stand beside a command, or before any.
  package func options(of command: Command?) -> [Option] {
    guard let command else { return globals.options }
    return command.options + globals.options.filter { $0.isFor(command) }
  }

  /// The options that a variable can set, each once.
  var settings: [Option] {
    var names: Set<String> = []
    return (globals.options + commands.flatMap(\.options)).filter { $0.hasVariable && names.insert($0.name).inserted }
  }

  /// The options that the user's settings file can set, each once.
  package var fileSettings: [Option] { settings.filter { $0.files != .none } }
}
