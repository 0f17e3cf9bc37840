internal import Larder
internal import LarderSystem

/// Parses, runs and turns every error into a message and a status.
package func run(_ table: ArgumentTable, _ arguments: [String], _ context: Context) -> ExitStatus {
  var status: ExitStatus
  do {
    status = try perform(table, arguments, context)
  } catch let error as OutputError {
    return end(after: error, table, context)
  } catch {
    let end = CommandError(error)
    context.say("\(table.program): \(end.message)")
    status = end.status
  }
  // What is still buffered is part of the answer: status 0 means that it arrived.
  do { try context.output.flush() } catch { return end(after: error, table, context) }
  return status
}

private func end(after error: OutputError, _ table: ArgumentTable, _ context: Context) -> ExitStatus {
  if error == .brokenPipe { return .brokenPipe }
  context.say("\(table.program): \(error.description)")
  return .inputOutput
}

private func perform(
  _ table: ArgumentTable, _ arguments: [String], _ context: Context
) throws -> ExitStatus {
  switch try CommandLineParser(table).parse(arguments) {
  case .help(let command, let detail):
    try context.output.write(HelpPage(table, detail).text(for: command))
    return .done
  case .version(let json):
    try context.output.write(Version.text(json: json))
    return .done
  case .nothing:
    try? context.messages.write(HelpPage(table, .short).overview)
    try? context.messages.flush()
    return .usage
  case .command(let command, var invocation):
    if command.readsSettings { try settle(&invocation, table, context) }
    return try command.run(invocation, context)
  }
}

/// Adds what the variables and the settings files say to what the command line says, which comes first.
func settle(_ invocation: inout Invocation, _ table: ArgumentTable, _ context: Context) throws(CommandError) {
  let variables = EnvironmentReader(table)
  try variables.refuseUnreadable(context.unreadableVariables)
  try variables.read(context.environment, into: &invocation)
  if !invocation.flag("no-config") { try SettingsFileReader(table, context).read(into: &invocation) }
}
