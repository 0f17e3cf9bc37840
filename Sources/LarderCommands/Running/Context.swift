package import LarderSystem

/// What a command may touch of the world: its streams, its variables and its clock. Tests hand in their own.
package struct Context: Sendable {
  /// Data, and nothing else.
  package let output: ByteOutput
  /// Everything else: messages, questions, progress.
  package let messages: ByteOutput
  package let environment: [String: String]
  package let workingDirectory: @Sendable () -> String
  package let clock: Clock

  package init(
    output: ByteOutput, messages: ByteOutput, environment: [String: String],
    workingDirectory: @escaping @Sendable () -> String, clock: Clock
  ) {
    self.output = output
    self.messages = messages
    self.environment = environment
    self.workingDirectory = workingDirectory
    self.clock = clock
  }
}

extension Context {
  /// Writes one line for people to standard error. Control characters are made visible: the line may quote names that
  /// somebody else chose.
  package func say(_ line: String) {
    // A message that cannot be delivered must not end the work that it is about.
    try? messages.write(escapingControls(line) + "\n")
    try? messages.flush()
  }
}
