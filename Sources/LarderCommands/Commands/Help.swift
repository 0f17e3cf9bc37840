extension Command {
  static let help: Command = Command(
    "help", "Explain a command",
    usage: ["help [COMMAND]"],
    operand: Operand("COMMAND", .text, 0...1, completes: .commands),
    statuses: [],
    examples: [("larder help put", "the same as larder put --help")],
    alsoKnownAs: ["man", "usage", "commands"],
    readsSettings: false,
    run: printHelp)
}

@Sendable
private func printHelp(_ invocation: Invocation, _ context: Context) throws -> ExitStatus {
  let table = ArgumentTable.larder
  var command: Command?
  if let name = invocation.words.first { command = try table.command(named: name) }
  try context.output.write(HelpPage(table, .long).text(for: command))
  return .done
}
