internal import Foundation

/// What a block for the shell holds: commands, each with the output that is shown for it.
struct Session {
  struct Step: Equatable {
    var command: String
    var output: [String]
    /// Whether the next step shows the status, so that this one may end with another than 0.
    var mayFail = false
  }

  let steps: [Step]

  struct OutputWithoutCommand: Error { let place: String }
  struct UnclosedDocument: Error { let place: String }

  /// A `console` block has a `$ ` before each command and the output below it; every line of a `sh` block is a command,
  /// whose output nobody promises. A line that ends in a backslash goes on in the next one, and one that ends in
  /// `<<'WORD'` goes on to the line that is WORD.
  init(_ block: Page.Block) throws {
    var steps: [Step] = []
    var continues = false
    var document: Substring?
    for line in block.lines {
      let isConsole = block.language == "console"
      if let end = document {
        steps[steps.count - 1].command += "\n" + line
        if line == end { document = nil }
        continue
      } else if continues {
        steps[steps.count - 1].command += "\n" + line
      } else if isConsole, line.hasPrefix("$ ") {
        steps.append(Step(command: String(line.dropFirst(2)), output: []))
      } else if isConsole {
        guard !steps.isEmpty else { throw OutputWithoutCommand(place: block.description) }
        steps[steps.count - 1].output.append(line)
        continue
      } else if !line.isEmpty, !line.hasPrefix("#") {
        steps.append(Step(command: line, output: ["…"]))
      }
      continues = line.hasSuffix("\\")
      document = Self.endOfDocument(begunBy: line)
    }
    if document != nil { throw UnclosedDocument(place: block.description) }
    for index in steps.indices.dropLast() where steps[index + 1].command == "echo $?" { steps[index].mayFail = true }
    self.steps = steps
  }

  /// The word of a `<<'WORD'` that ends a line; nil for any other line.
  private static func endOfDocument(begunBy line: String) -> Substring? {
    guard line.hasSuffix("'"), let start = line.range(of: "<<'", options: .backwards) else { return nil }
    let word = line[start.upperBound...].dropLast()
    return word.isEmpty || word.contains("'") ? nil : word
  }
}

/// A directory of its own for the blocks of one page, which run in their order as somebody types them.
final class Terminal {
  struct Result {
    var output: [String]
    var status: Int32
  }

  struct Unfinished: Error { let text: String }

  private let scratch: URL
  private var directory: URL { scratch.appendingPathComponent("work") }

  /// The program beside the tests.
  static let program = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    .appendingPathComponent("larder")

  init() throws {
    scratch = FileManager.default.temporaryDirectory.appendingPathComponent("larder-docs-\(UUID().uuidString)")
    for name in ["work", "home", "bin"] {
      try FileManager.default.createDirectory(
        at: scratch.appendingPathComponent(name), withIntermediateDirectories: true)
    }
    try FileManager.default.createSymbolicLink(
      at: scratch.appendingPathComponent("bin/larder"), withDestinationURL: Terminal.program)
  }

  deinit { try? FileManager.default.removeItem(at: scratch) }

  /// Runs the steps in one shell; standard error is shown where standard output is, as in a terminal.
  func run(_ session: Session) throws -> [Result] {
    let mark = "--- \(UUID().uuidString) "
    // The status is put back behind the mark, for a step that shows it.
    let script = session.steps.map { step in
      "\(step.command)\n{ larder_status=$?; printf '\\n\(mark)%s\\n' $larder_status; (exit $larder_status); }\n"
    }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["bash", "-c", "exec 2>&1\n" + script.joined()]
    process.currentDirectoryURL = directory
    process.environment = [
      "PATH": "\(scratch.path)/bin:/usr/local/bin:/usr/bin:/bin", "HOME": "\(scratch.path)/home", "LC_ALL": "C.UTF-8",
      "TERM": "dumb",
    ]
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return try results(text, mark, count: session.steps.count)
  }

  private func results(_ text: String, _ mark: String, count: Int) throws -> [Result] {
    var results: [Result] = []
    var output: [String] = []
    for line in text.components(separatedBy: "\n") {
      if line.hasPrefix(mark) {
        // The line break before the mark is the mark's own, not the command's.
        if output.last == "" { output.removeLast() }
        results.append(Result(output: output, status: Int32(line.dropFirst(mark.count)) ?? -1))
        output = []
      } else {
        output.append(line)
      }
    }
    guard results.count == count else { throw Unfinished(text: text) }
    return results
  }
}
