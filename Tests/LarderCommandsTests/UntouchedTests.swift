internal import Foundation
internal import LarderCommands
internal import LarderSystem
internal import Testing

private let key = String(repeating: "0123456789abcdef", count: 4)

@Suite("A command that is refused leaves the cache as it was, byte for byte")
struct UntouchedTests {
  @Test("whatever is wrong with the command line")
  func commandLine() throws {
    let kitchen = try Kitchen()
    _ = kitchen.run("put \(key) --encoding raw", input: bytes(10_000, seed: 4))
    let before = try kitchen.inventory(kitchen.cache)
    #expect(before.count > 5)
    for wrong in WrongInvocationTests.cases {
      let expected = Outcome(status: wrong.status, output: "", messages: "larder: \(wrong.message)\n")
      #expect(kitchen.run(wrong.words, input: [1]) == expected)
      #expect(try kitchen.inventory(kitchen.cache) == before, "\(wrong.testDescription)")
    }
  }

  struct Refusal {
    let words: [String]
    let status: Int32
    let message: String

    init(_ line: String, _ status: Int32, _ message: String) {
      self.init(LarderCommandsTests.words(line), status, message)
    }

    init(_ words: [String], _ status: Int32, _ message: String) {
      self.words = words
      self.status = status
      self.message = message
    }
  }

  @Test("whatever is wrong with what the command line names")
  func meaning() throws {
    let kitchen = try Kitchen()
    _ = kitchen.run("put \(key) --encoding raw", input: bytes(10_000, seed: 5))
    let tree = kitchen.path + "/tree"
    _ = try kitchen.file("tree/a", [1])
    _ = kitchen.run("put -f tree -i \(tree)")
    let place = kitchen.path
    let keys = try kitchen.file("keys.txt", Array("\(key)\nnonsense\n".utf8))
    let whole = "a whole key, 64 digits of 0-9 and a-f"
    let refusals: [Refusal] = [
      Refusal("put \(key) --ttl 0s", 64, "A time to live must be above zero. It is 0.0 seconds."),
      Refusal(
        ["put", key, "--tag", String(repeating: "t", count: 257)], 64,
        "A tag has 1 to 256 bytes. '\(String(repeating: "t", count: 257))' has 257."),
      Refusal(
        ["put", key] + (0..<65).flatMap { ["--tag", "t\($0)"] }, 64,
        "An artifact has at most 64 tags. It was given 65."),
      Refusal("put \(key) -i \(place)/none", 65, "Cannot read '\(place)/none': No such file or directory."),
      Refusal(
        "put \(key) -i /dev/null", 65,
        "'/dev/null' is no file and no directory. Leave --input out to store standard input."),
      Refusal(
        "get -f tree", 64, "The artifact is a directory. Say where it is to go: --output DIR."),
      Refusal(
        "get -f tree -o \(tree)", 64, "'\(tree)' is there already. Remove it, or name another place for the tree."),
      Refusal("get \(key) -o \(tree)", 64, "'\(tree)' is a directory. Name a file in it."),
      Refusal(
        "get \(key) -o /dev/null", 64,
        "'/dev/null' is no regular file. Redirect standard output to it instead."),
      Refusal(
        "get \(key) -o ..", 64, "'..' cannot be the name of a result. Name a file or a directory."),
      Refusal("remove --keys-from \(keys)", 65, "Line 2 of '\(keys)' is 'nonsense' but must be \(whole)."),
      Refusal("remove --keys-from \(place)/none", 65, "Cannot read '\(place)/none': No such file or directory."),
      Refusal(
        "has --keys-from \(keys)", 65,
        "Line 2 of '\(keys)' is 'nonsense' but must be a key, or its first 8 or more of 64 digits of 0-9 and a-f."),
      Refusal(
        "remove --read-only \(key)", 77,
        "The cache at '\(kitchen.cache)' is open read-only. Open it for writing to remove something."),
      Refusal(
        "verify --repair --read-only", 77,
        "Cannot repair the cache at '\(kitchen.cache)': --read-only forbids it. Leave it out."),
      Refusal(
        "init", 73,
        "There is a cache at '\(kitchen.cache)' already. Use it as it is, or choose another directory with --dir."),
      Refusal(
        "init -d \(place)/x --read-only", 77,
        "Cannot make a cache at '\(place)/x': --read-only forbids it. Leave it out."),
    ]
    let before = try kitchen.inventory(kitchen.path)
    for refusal in refusals {
      let expected = Outcome(status: refusal.status, output: "", messages: "larder: \(refusal.message)\n")
      #expect(kitchen.run(refusal.words, input: [1]) == expected)
      #expect(try kitchen.inventory(kitchen.path) == before, "\(refusal.words)")
    }
  }

  @Test("an input that cannot be stored is found before a cache is made for it")
  func badInput() throws {
    let kitchen = try Kitchen()
    _ = try kitchen.file("tree/a", [1])
    let pipe = kitchen.path + "/tree/pipe"
    #expect(mkfifo(pipe, 0o600) == 0)
    let message =
      "larder: '\(pipe)' is no file, directory or link and cannot be part of a tree. Remove it, or name another tree.\n"
    for line in ["put -f f -i \(kitchen.path)/tree", "key -f f --tree x=\(kitchen.path)/tree"] {
      #expect(kitchen.run(line) == Outcome(status: 65, output: "", messages: message))
    }
    for line in ["put \(key) -i \(kitchen.path)/none", "put \(key) -i \(pipe)", "put \(key) --ttl 0s"] {
      #expect([64, 65].contains(kitchen.run(line).status))
    }
    #expect(!FileManager.default.fileExists(atPath: kitchen.cache))
  }

  @Test("an input file that changes while the result is made: nothing is stored")
  func changedInput() throws {
    let kitchen = try Kitchen()
    let file = try kitchen.file("rows.csv", [1])
    let messages = ByteOutput(.memory)
    let path = kitchen.path
    let context = Context(
      output: ByteOutput(.memory), messages: messages,
      input: { _ in
        // What the pipe's writer does meanwhile.
        try? Data([2, 2]).write(to: URL(fileURLWithPath: path + "/rows.csv"))
        return 0
      }, environment: kitchen.environment, workingDirectory: { "/" }, clock: .system)
    #expect(run(.larder, ["put", "-f", "f", "--file", "x=" + file], context).number == 65)
    #expect(
      messages.text
        == "larder: An input file of the call changed since its key was derived, so nothing was stored. "
        + "Compute it again.\n")
    #expect(kitchen.run("ls").messages == "larder: The cache is empty.\n")
  }

  @Test("a directory that is no cache any more, or of another format, is refused by every command")
  func foreignFormat() throws {
    let kitchen = try Kitchen()
    _ = kitchen.run("init")
    let description = kitchen.cache + "/larder.json"
    let text = String(decoding: try kitchen.content(description), as: UTF8.self)
    _ = try kitchen.file("cache/larder.json", Array(text.replacing("\"format\" : 1", with: "\"format\" : 2").utf8))
    let message =
      "larder: Cannot open the cache: the format in '\(description)' is 2 and this Larder reads 1. "
      + "Update Larder, or choose another directory.\n"
    for line in [
      "put \(key)", "get \(key)", "has \(key)", "ls", "show \(key)", "status", "config", "verify", "remove \(key)",
    ] {
      #expect(kitchen.run(line) == Outcome(status: 65, output: "", messages: message))
    }
  }
}
