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
  _ words: [String], input: [UInt8] = [], environment: [String: String] = ["HOME": "/home/ada"],
  unreadable: Set<String> = [], now: Timestamp? = nil, output: ByteOutput = ByteOutput(.memory),
  in directory: String = "/home/here"
) -> Outcome {
  let messages = ByteOutput(.memory)
  var clock = Clock.system
  if let now { clock.now = { now } }
  let rest = Locked(input[...])
  let context = Context(
    output: output, messages: messages,
    input: { (buffer) throws(SystemError) in
      rest.withLock { rest in
        let piece = rest.prefix(buffer.count)
        buffer.copyBytes(from: piece)
        rest = rest.dropFirst(piece.count)
        return piece.count
      }
    }, environment: environment, unreadableVariables: unreadable, workingDirectory: { directory }, clock: clock)
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
