internal import Foundation
internal import Testing

@Suite("What the pages show is what happens")
struct ConsoleTests {
  /// What is not run here: it takes minutes, or installs something. Each is a script of this repository that is checked
  /// as far as that goes without running it.
  static let scripts = ["Examples/quickstart.sh", "Tests/run.sh", "Tests/build-docs.sh"]

  /// Commands that change the machine.
  static let installations = ["sudo apt-get install libsqlite3-dev liblz4-dev libzstd-dev libssl-dev"]

  static func isExempt(_ command: String) -> Bool {
    let words = command.split(separator: " ", maxSplits: 1)
    return installations.contains(command) || words.first.map { scripts.contains(String($0)) } ?? false
  }

  static var pagesWithSessions: [String] {
    get throws {
      try Documents.pages().filter { page in page.blocks.contains { ["console", "sh"].contains($0.language) } }
        .map(\.path)
    }
  }

  @Test("every command line of a page runs and prints what is shown", arguments: try pagesWithSessions)
  func runs(_ path: String) throws {
    let terminal = try Terminal()
    for block in try Documents.page(path).blocks where ["console", "sh"].contains(block.language) {
      let session = try Session(block)
      if session.steps.contains(where: { Self.isExempt($0.command) }) {
        #expect(
          session.steps.allSatisfy { Self.isExempt($0.command) },
          "\(block): what is not run stands in a block of its own, so that the rest is")
        continue
      }
      for (step, result) in zip(session.steps, try terminal.run(session)) {
        #expect(
          result.status == 0 || step.mayFail,
          "\(block): '\(step.command)' ended with \(result.status): \(result.output.joined(separator: "\n"))")
        #expect(
          ShownOutput(lines: step.output).matches(result.output),
          "\(block): '\(step.command)' printed\n\(result.output.joined(separator: "\n"))")
      }
    }
  }

  @Test("every block says what it is: for a machine, or for the eye only")
  func languages() throws {
    let known: Set<String> = ["swift", "console", "sh", "text", ""]
    for page in try Documents.pages() {
      for block in page.blocks { #expect(known.contains(block.language), "\(block): '\(block.language)'") }
    }
  }

  @Test("the scripts that pages name are there, can be run, and are shell", arguments: scripts)
  func scriptIsThere(_ script: String) throws {
    let path = Documents.root.appendingPathComponent(script).path
    guard FileManager.default.fileExists(atPath: path) else {
      let shown = try Documents.pages().flatMap(\.lines).contains { $0.contains(script) }
      #expect(!shown, "a page names \(script), which is not there")
      return
    }
    #expect(FileManager.default.isExecutableFile(atPath: path))
    let process = try Process.run(URL(fileURLWithPath: "/usr/bin/env"), arguments: ["bash", "-n", path])
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }

  @Test("the scripts explain themselves", arguments: ["Examples/quickstart.sh", "Tests/build-docs.sh"])
  func scriptHelps(_ script: String) throws {
    let process = Process()
    process.executableURL = Documents.root.appendingPathComponent(script)
    process.arguments = ["--help"]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    #expect(text.contains(script), "the help of \(script) does not say how it is called: \(text)")
  }
}

@Suite("How pages are read")
struct PageTests {
  @Test(
    "three dots stand for anything in a line, and alone for any lines",
    arguments: [
      (["a"], ["a"], true), (["a"], ["b"], false), (["a"], ["a", "b"], false), (["a", "b"], ["a"], false),
      (["a…c"], ["abbc"], true), (["a…c"], ["ac"], true), (["a…c"], ["abcd"], false), (["…c"], ["c", "c"], false),
      (["…"], [], true), (["…"], ["a", "b"], true), (["a", "…", "z"], ["a", "b", "z"], true),
      (["a", "…", "z"], ["a", "b"], false), ([], [], true), ([], ["a"], false), (["… x …"], ["1 x 2"], true),
    ] as [([String], [String], Bool)])
  func placeholders(shown: [String], actual: [String], matches: Bool) {
    #expect(ShownOutput(lines: shown).matches(actual) == matches)
  }

  @Test("blocks have their language and line; one that is not closed is an error")
  func blocks() throws {
    let page = try Page(path: "p.md", text: "# T\n\n```swift\nlet x = 1\n```\n\n```\nplain\n\n```\n")
    #expect(page.blocks.map(\.language) == ["swift", ""])
    #expect(page.blocks.map(\.line) == [3, 7])
    #expect(page.blocks.map(\.lines) == [["let x = 1"], ["plain", ""]])
    #expect(throws: Page.Unclosed.self) { try Page(path: "p.md", text: "```sh\nls\n") }
  }

  @Test("a session is commands with their output; a step whose status is shown may fail")
  func sessions() throws {
    func steps(_ language: String, _ lines: [String]) throws -> [Session.Step] {
      try Session(Page.Block(path: "p.md", line: 1, language: language, lines: lines)).steps
    }
    #expect(
      try steps("console", ["$ a \\", "  b", "out", "", "$ false", "$ echo $?", "1"]) == [
        .init(command: "a \\\n  b", output: ["out", ""]), .init(command: "false", output: [], mayFail: true),
        .init(command: "echo $?", output: ["1"]),
      ])
    #expect(try steps("sh", ["# why", "a", "b"]).map(\.command) == ["a", "b"])
    #expect(throws: Session.OutputWithoutCommand.self) { try steps("console", ["out"]) }
    #expect(
      try steps("console", ["$ cat > f <<'END'", "$ x", "", "END", "out"]) == [
        .init(command: "cat > f <<'END'\n$ x\n\nEND", output: ["out"])
      ])
    #expect(throws: Session.UnclosedDocument.self) { try steps("sh", ["cat <<'END'", "x"]) }
  }

  @Test("a terminal shows both streams in order, keeps files between blocks, and tells each status")
  func terminal() throws {
    func session(_ lines: String...) throws -> Session {
      try Session(Page.Block(path: "p.md", line: 1, language: "sh", lines: lines))
    }
    let terminal = try Terminal()
    let first = try terminal.run(session("echo a; echo b >&2; echo c", "printf x > f", "(exit 7)", "echo $?"))
    #expect(first.map(\.output) == [["a", "b", "c"], [], [], ["7"]])
    #expect(first.map(\.status) == [0, 0, 7, 0])
    #expect(try terminal.run(session("cat f", "echo; echo")).map(\.output) == [["x"], ["", ""]])
  }

  @Test("indentation that all lines share does not count")
  func indentation() {
    #expect(dedented(["", "    a", "", "      b", "  "]) == ["a", "", "  b"])
  }
}
