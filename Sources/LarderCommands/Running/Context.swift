package import LarderSystem

/// What a command may touch of the world: its streams, its variables and its clock. Tests hand in their own.
package struct Context: Sendable {
  /// Data, and nothing else.
  package let output: ByteOutput
  /// Everything else: messages, questions, progress.
  package let messages: ByteOutput
  /// Fills a buffer from standard input, and says with how many bytes; 0 at the end.
  package let input: Input
  package let environment: [String: String]
  /// Variables that are set, but not to text.
  package let unreadableVariables: Set<String>
  package let workingDirectory: @Sendable () -> String
  package let clock: Clock
  /// Whether a person types standard input.
  package let isInputTerminal: Bool
  /// The path of this program, to run it once more; nil where it is not known.
  package let program: String?

  package typealias Input = @Sendable (UnsafeMutableRawBufferPointer) throws(SystemError) -> Int

  package init(
    output: ByteOutput, messages: ByteOutput, input: @escaping Input, environment: [String: String],
    unreadableVariables: Set<String> = [], workingDirectory: @escaping @Sendable () -> String, clock: Clock,
    isInputTerminal: Bool = false, program: String? = nil
  ) {
    self.output = output
    self.messages = messages
    self.input = input
    self.environment = environment
    self.unreadableVariables = unreadableVariables
    self.workingDirectory = workingDirectory
    self.clock = clock
    self.isInputTerminal = isInputTerminal
    self.program = program
  }
}

extension Context {
  /// Writes one line for people to standard error. Control characters are made visible: the line may quote names that
  /// somebody else chose.
  package func say(_ line: String) {
    // A message that cannot be delivered must not end the work that it is about.
    try? messages.write(printable(line) + "\n")
    try? messages.flush()
  }

  /// Says something that is no error, unless the user wants to hear of nothing else.
  func note(_ line: String, _ invocation: Invocation) {
    if !invocation.flag("quiet") { say("larder: " + line) }
  }

  /// Writes a report: one object for machines, or lines for people, in which some things may stand out.
  package func report(
    _ invocation: Invocation, _ members: [(String, JSONText.Value)], lines: [String], stressing stress: Stress? = nil
  ) throws(OutputError) {
    if invocation.flag("json") { return try output.write(JSONText.object(members) + "\n") }
    let stress = isColoured(invocation) ? stress : nil
    for line in lines {
      let line = printable(line)
      try output.write((stress?.applied(to: line) ?? line) + "\n")
    }
  }
}
