internal import Foundation

/// What a program gave, byte for byte, and whether a signal ended it.
struct ProgramOutcome: Equatable {
  var status: Int32
  var isSignal: Bool
  var output: [UInt8]
  var messages: [UInt8]

  var text: String { String(decoding: output, as: UTF8.self) }
  var said: String { String(decoding: messages, as: UTF8.self) }
}

extension Kitchen {
  /// The program beside the tests.
  static let executable: String = {
    let tests = URL(fileURLWithPath: CommandLine.arguments[0])
    return tests.deletingLastPathComponent().appendingPathComponent("larder").path
  }()

  /// Runs a line of shell in which `$larder` is the program, in the kitchen's directory.
  func shell(_ line: String) throws -> Outcome {
    let outcome = try program(["sh", "-c", line])
    return Outcome(status: outcome.status, output: outcome.text, messages: outcome.said)
  }

  /// How a program's two streams are taken.
  enum Streams: Sendable, CaseIterable {
    case separate
    /// Both into one file, where their order shows.
    case together
  }

  /// Runs a program in a directory of the kitchen, with its streams in files.
  func program(
    _ words: [String], in directory: String = ".", input: String = "/dev/null", _ streams: Streams = .separate,
    environment more: [String: String] = [:]
  ) throws -> ProgramOutcome {
    let started = try start(words, in: directory, input: input, streams, environment: more)
    return try started.wait()
  }

  /// A program that runs.
  struct Started {
    let process: Process
    fileprivate let streams: Streams
    fileprivate let place: String

    func wait() throws -> ProgramOutcome {
      process.waitUntilExit()
      defer { for name in [".out", ".err"] { try? FileManager.default.removeItem(atPath: place + name) } }
      func content(_ name: String) throws -> [UInt8] {
        try [UInt8](Data(contentsOf: URL(fileURLWithPath: place + name)))
      }
      return ProgramOutcome(
        status: process.terminationStatus, isSignal: process.terminationReason == .uncaughtSignal,
        output: try content(".out"), messages: streams == .separate ? try content(".err") : [])
    }
  }

  func start(
    _ words: [String], in directory: String = ".", input: String = "/dev/null", _ streams: Streams = .separate,
    environment more: [String: String] = [:]
  ) throws -> Started {
    let place = path + "/streams-" + UUID().uuidString
    // A process that is ended before it has made them has written nothing.
    for name in [".out", ".err"] { _ = FileManager.default.createFile(atPath: place + name, contents: nil) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    let errors = streams == .separate ? "2> \"$place.err\"" : "2>&1"
    process.arguments = ["-c", "exec \"$@\" < \"$input\" > \"$place.out\" \(errors)", "sh"] + words
    process.currentDirectoryURL = URL(fileURLWithPath: path + "/" + directory)
    process.environment = environment.merging(
      ["larder": Kitchen.executable, "PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"]
    ) { $1 }.merging(more) { $1 }.merging(["place": place, "input": input]) { $1 }
    // The threads of tests take no signals, and what they start would not either.
    var all = sigset_t()
    var found = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_UNBLOCK, &all, &found)
    defer { pthread_sigmask(SIG_SETMASK, &found, nil) }
    try process.run()
    return Started(process: process, streams: streams, place: place)
  }

  /// The words that run a command through the cache, saying nothing of their own.
  func larderRun(_ options: [String] = ["-q"], _ command: [String]) -> [String] {
    [Kitchen.executable, "run"] + options + ["--"] + command
  }
}
