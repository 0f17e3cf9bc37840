internal import LarderCrypto
internal import LarderSystem

/// Runs `larder` with this process's words and variables, and ends the process.
public func runProcess() -> Never {
  CryptoConfiguration.ignore()
  StandardStream.prepare()
  InterruptDelay.enable()
  let context = Context(
    output: .standardOutput, messages: .standardError,
    input: { (buffer) throws(SystemError) in try StandardStream.input.read(into: buffer) },
    environment: ProcessEnvironment.variables, unreadableVariables: ProcessEnvironment.unreadable,
    workingDirectory: { LarderSystem.workingDirectory() }, clock: .system,
    isInputTerminal: StandardStream.input.isTerminal, program: ProcessArguments.program)
  let words: [String]
  do { words = try ProcessArguments.words() } catch {
    context.say(
      "larder: Word \(error.index) of the command line, '\(error.shown)', is not UTF-8. Larder takes no other names.")
    endProcess(ExitStatus.usage.number)
  }
  let status = run(.larder, words, context)
  if let signal = status.signal { endProcess(by: signal) }
  endProcess(status.number)
}
