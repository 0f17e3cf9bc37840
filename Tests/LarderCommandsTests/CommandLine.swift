internal import LarderCommands
internal import LarderSystem
internal import Testing

/// What a command line did.
struct Outcome: Equatable {
  let status: Int32
  let output: String
  let messages: String
}

/// Runs a command line in memory.
func larder(
  _ words: [String], environment: [String: String] = ["HOME": "/home/ada"], output: ByteOutput = ByteOutput(.memory)
) -> Outcome {
  let messages = ByteOutput(.memory)
  let context = Context(
    output: output, messages: messages, environment: environment, workingDirectory: { "/work/here" }, clock: .system)
  let status = run(.larder, words, context)
  return Outcome(status: status.number, output: output.text, messages: messages.text)
}

/// Splits at spaces; no quoting, so words with spaces are given as arrays.
func words(_ line: String) -> [String] { line.split(separator: " ").map(String.init) }

/// Understands a command line.
func parse(_ line: String, environment: [String: String] = [:]) throws -> Invocation {
  try parse(words(line), environment: environment)
}

func parse(_ words: [String], environment: [String: String] = [:]) throws -> Invocation {
  guard case .command(_, let invocation) = try CommandLineParser(.larder).parse(words) else {
    throw Unparsed(words: words)
  }
  return invocation
}

struct Unparsed: Error { let words: [String] }
