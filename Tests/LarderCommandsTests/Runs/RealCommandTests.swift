internal import Foundation
internal import Testing

@Suite("Commands through the cache give what they give without it")
struct RealCommandTests {
  static let cases: [(RealCommand, Kitchen.Streams)] = RealCommand.all.flatMap { command in
    Kitchen.Streams.allCases.map { (command, $0) }
  }

  @Test("there are as many as were promised") func count() { #expect(RealCommand.all.count >= 30) }

  @Test("bytes, order, status and files are equal, computed and from the cache", arguments: cases)
  func equal(_ command: RealCommand, _ streams: Kitchen.Streams) throws {
    let kitchen = try Kitchen()
    guard
      try kitchen.program(["sh", "-c", "command -v \(command.words[0])"], in: try workshop(kitchen, "look")).status == 0
    else { return print("skipped: there is no \(command.words[0]) here") }
    func run(_ words: [String], _ directory: String) throws -> (ProgramOutcome, [String: String]) {
      _ = try workshop(kitchen, directory)
      let input = command.input.map { "\(kitchen.path)/\(directory)/\($0)" } ?? "/dev/null"
      let outcome = try kitchen.program(words, in: directory, input: input, streams)
      return (outcome, try kitchen.inventory(kitchen.path + "/" + directory))
    }
    let direct = try run(command.words, "direct")
    let words = kitchen.larderRun(["-q"] + command.options, command.words)
    let computed = try run(words, "computed")
    try expect(computed, direct, command, streams)

    // Nothing is run any more, whatever the directory is called.
    let dry = kitchen.larderRun(["--dry-run"] + command.options, command.words)
    #expect(try run(dry, "asked").0.status == 0, "'\(command)' was not kept: \(computed.0.said)")
    try expect(try run(words, "given"), direct, command, streams)
  }

  private func expect(
    _ actual: (ProgramOutcome, [String: String]), _ direct: (ProgramOutcome, [String: String]), _ command: RealCommand,
    _ streams: Kitchen.Streams
  ) throws {
    #expect(actual.0.status == direct.0.status && actual.0.isSignal == direct.0.isSignal)
    #expect(actual.0.output == direct.0.output)
    #expect(actual.0.messages == direct.0.messages)
    // Compilers name a file that they make by chance, and directories get the times of their making.
    #expect(actual.1 == direct.1)
  }

  private func workshop(_ kitchen: Kitchen, _ directory: String) throws -> String {
    for file in RealCommand.workshop {
      _ = try kitchen.file(
        directory + "/" + file.name, Array(file.content.utf8), permissions: file.isExecutable ? 0o755 : 0o644)
    }
    try FileManager.default.createDirectory(
      atPath: "\(kitchen.path)/\(directory)/parts", withIntermediateDirectories: true)
    return directory
  }
}
