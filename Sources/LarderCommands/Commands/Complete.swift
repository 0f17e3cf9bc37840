internal import Larder
internal import LarderSystem

extension Command {
  /// What the scripts of `completion` ask; not for people, and in no list. Whoever types wants no messages between two
  /// keystrokes: what fails is answered with nothing.
  static let complete = Command(
    "__complete", "Answer a shell that completes a command line",
    usage: ["__complete -- WORD…"],
    operand: Operand("WORD", .text, 0...Int.max),
    statuses: [], readsSettings: false, run: answerShell)

  @Sendable private static func answerShell(_ invocation: Invocation, _ context: Context) throws -> ExitStatus {
    let line = CompletionLine(.larder, invocation.words)
    let answer = CompletionAnswer(to: line, .larder, context) { storedWords(for: line, context) }
    try context.output.write(answer.text)
    return .done
  }

  /// The words of the cache that the line is about; nil where there is none.
  private static func storedWords(for line: CompletionLine, _ context: Context) -> (any CachedWords)? {
    // Nobody waits for a lock while typing.
    var words = ["ls", "--wait", "100ms"]
    for (option, value) in line.given where ["dir", "no-config"].contains(option.name) {
      words.append("--" + option.name)
      if !option.isFlag { words.append(atHome(value, context)) }
    }
    guard case .command(_, var invocation)? = try? CommandLineParser(.larder).parse(words),
      (try? settle(&invocation, .larder, context)) != nil,
      let directory = try? ChosenDirectory(invocation, context)
    else { return nil }
    var options = invocation.cacheOptions(context)
    options.create = false
    options.readOnly = true
    options.mends = false
    options.report = { _ in }
    return (try? ArtifactStore(at: directory.path, options: options)).map { StoredWords($0) }
  }

  /// A shell hands on what is typed, before it has put the home directory in the place of `~`.
  private static func atHome(_ path: String, _ context: Context) -> String {
    guard path == "~" || path.hasPrefix("~/"), let home = context.environment["HOME"] else { return path }
    return home + path.dropFirst()
  }
}
