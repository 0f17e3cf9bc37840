internal import LarderCommands
internal import LarderFormat
internal import Testing

@Suite("Reading a command line")
struct InvocationTests {
  @Test(
    "every spelling of an option with a value means the same",
    arguments: [
      "dir --dir a=b", "dir --dir=a=b", "dir -d a=b", "dir -da=b", "-d a=b dir", "--dir=a=b dir", "dir -qda=b",
      "dir -qd a=b", "-nqda=b dir",
    ])
  func spellings(_ line: String) throws { #expect(try parse(line).text("dir") == "a=b") }

  @Test("options stand before or after operands, and -- ends them")
  func order() throws {
    let key = String(repeating: "ab", count: 32)
    for line in ["has 01234567 --json \(key)", "has --json -- 01234567 \(key)", "--json has 01234567 \(key)"] {
      let invocation = try parse(line)
      #expect(invocation.keys.map(\.digits) == ["01234567", key])
      #expect(invocation.keys.map(\.isWhole) == [false, true])
      #expect(invocation.flag("json"))
    }
  }

  @Test("a value may look like an option: GNU's rule, so that any text can be given")
  func lookalikes() throws {
    #expect(try parse("key -f --json").text("function") == "--json")
    #expect(try parse("key -f f --text a=--x").pairs("text").map(\.text) == ["--x"])
    #expect(try parse("put -f f --input -").text("input") == "-")
  }

  @Test("flags may be repeated and bundled")
  func flags() throws {
    let invocation = try parse("dir -qqn --json --json")
    #expect(invocation.flag("quiet") && invocation.flag("dry-run") && invocation.flag("json"))
    #expect(!invocation.flag("verbose") && !invocation.flag("yes"))
  }

  @Test("values arrive as what they are")
  func typed() throws {
    let invocation = try parse(
      "put -f train@2 --ttl 2h --cost 1500ms --tag a --tag b --if-absent --encoding lz4 -i model/")
    #expect(invocation.number("ttl") == 7_200_000_000_000)
    #expect(invocation.number("cost") == 1_500_000_000)
    #expect(invocation.texts("tag") == ["a", "b"])
    #expect(invocation.flag("if-absent"))
    #expect(invocation.text("encoding") == "lz4")
    #expect(invocation.text("input") == "model/")
    #expect(invocation.text("dir") == nil && invocation.origin("dir") == nil)
    #expect(invocation.origin("ttl") == .commandLine)
    let list = try parse("ls -f train/* --arg n=1 --sort cost --limit 9223372036854775807")
    #expect(list.glob("function")?.matches("train/fold") == true)
    #expect(list.number("limit") == .max)
    #expect(list.jsonPairs("arg").map(\.value) == [.integer(JSONInteger(1))])
  }

  @Test("a call is named by its function and arguments")
  func call() throws {
    let line = ["key", "-f", "a@b@3", "--tree", "d=src", "--text", "t==x", "--arg", "n=[1]", "--file", "f=a=b"]
    let call = try #require(try parse(line + ["--env", "B", "--env", "A", "--env", "B", "--portable"]).namedCall())
    #expect(call.function == FunctionName(name: "a@b", version: "3"))
    #expect(call.arguments.map(\.name) == ["n", "t", "f", "d"])
    let expected: [NamedCall.Argument] = [
      .json(.array([.integer(JSONInteger(1))])), .text("=x"), .file(path: "a=b"), .tree(path: "src"),
    ]
    #expect(call.arguments.map(\.value) == expected)
    #expect(call.environment == ["B", "A"])
    #expect(call.isPortable)
    #expect(try parse("has 01234567").namedCall() == nil)
  }

  @Test("--function-version takes the name whole")
  func wholeName() throws {
    let call = try #require(try parse("key -f mail@example --function-version 7").namedCall())
    #expect(call.function == FunctionName(name: "mail@example", version: "7"))
  }

  @Test("a function without name or version is refused", arguments: ["@1", "f@", "@"])
  func halfNames(_ name: String) throws {
    let invocation = try parse(["key", "-f", name])
    let message =
      "'--function' is '\(name)' but must be NAME or NAME@VERSION. For a name that holds an @ use --function-version."
    #expect(throws: CommandError(.usage, message)) { try invocation.namedCall() }
  }
}
