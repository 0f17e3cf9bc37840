internal import Foundation
internal import Larder
internal import LarderCommands
internal import LarderCrypto
internal import LarderFormat
internal import Testing

/// An argument as it is written on the command line, and the value in Swift that it stands for.
struct WrittenArgument: CustomTestStringConvertible, Sendable {
  let option: String
  let text: String
  let value: any Encodable & Sendable

  init(_ json: String, _ value: any Encodable & Sendable) {
    self.init(option: "--arg", json, value)
  }

  init(option: String, _ text: String, _ value: any Encodable & Sendable) {
    self.option = option
    self.text = text
    self.value = value
  }

  var testDescription: String { "\(option) x=\(text)" }
}

@Suite("An argument on the command line has the key of the same value in Swift")
struct ArgumentKeyTests {
  static let table: [WrittenArgument] = [
    .init("0", 0), .init("-0", 0), .init("1", 1), .init("-1", -1), .init("23", 23), .init("24", UInt8(24)),
    .init("255", 255), .init("256", Int16(256)), .init("-24", -24), .init("-25", -25),
    .init("9223372036854775807", Int.max), .init("-9223372036854775808", Int.min),
    .init("9223372036854775808", UInt64(1) << 63), .init("18446744073709551615", UInt64.max),
    .init("-9223372036854775809", Int128(Int64.min) - 1), .init("-18446744073709551616", -(Int128(1) << 64)),
    .init("18446744073709551616", Int128(1) << 64), .init("-18446744073709551617", -(Int128(1) << 64) - 1),
    .init("170141183460469231731687303715884105727", Int128.max),
    .init("-170141183460469231731687303715884105728", Int128.min),
    .init("340282366920938463463374607431768211455", UInt128.max),
    .init("1.0", 1.0), .init("-0.0", -0.0), .init("0.1", 0.1), .init("1e3", 1000.0), .init("1E-7", 1e-7),
    .init("1.5", Float(1.5)), .init("65504.0", 65504.0), .init("65505.0", 65505.0),
    .init("5e-324", Double.leastNonzeroMagnitude),
    .init("1.7976931348623157e308", Double.greatestFiniteMagnitude), .init("100000000000000000000.0", 1e20),
    .init("true", true), .init("false", false), .init("null", Int?.none),
    .init(#""""#, ""), .init(#""a""#, "a"), .init(#""\u00e9""#, "é"), .init(#""e\u0301""#, "e\u{301}"),
    .init(#""\ud83d\ude00""#, "😀"), .init(#""\u0000\n\"\\\/""#, "\0\n\"\\/"), .init(#""1""#, "1"),
    .init("[]", [Int]()), .init("[1,2,3]", [1, 2, 3]), .init(" [ 1 , 2 ] ", [1, 2]), .init("[1.0,0.1]", [1.0, 0.1]),
    .init("[true,false]", [true, false]), .init(#"["a","b"]"#, ["a", "b"]),
    .init("[[1],[],[2,3]]", [[1], [], [2, 3]]),
    .init("[1,null]", [1, nil] as [Int?]), .init("[18446744073709551616]", [Int128(1) << 64]),
    .init("{}", [String: Int]()), .init(#"{"a":1}"#, ["a": 1]), .init(#"{"b":2,"a":1}"#, ["a": 1, "b": 2]),
    .init(#"{"aa":1,"b":2}"#, ["b": 2, "aa": 1]), .init(#"{"a":null}"#, ["a": nil] as [String: Int?]),
    .init(#"{"a":{"b":[1,2]},"c":{"d":[]}}"#, ["a": ["b": [1, 2]], "c": ["d": []]]),
    .init(option: "--text", "hello", "hello"), .init(option: "--text", "", ""), .init(option: "--text", "1", "1"),
    .init(option: "--text", "a=b", "a=b"), .init(option: "--text", #"{"a":1}"#, #"{"a":1}"#),
  ]

  @Test("by key, with and without a cache")
  func equal() throws {
    let kitchen = try Kitchen()
    var options = CacheOptions()
    options.failures = .strict
    let cache = try ArtifactCache(at: kitchen.cache, options: options)
    for argument in Self.table {
      let inSwift = try cache.namespace("ns").key("f", version: "1", ["x": argument.value])
      let line = ["key", "-f", "f@1", argument.option, "x=" + argument.text, "--namespace", "ns"]
      let expected = Outcome(status: 0, output: inSwift.description + "\n", messages: "")
      #expect(kitchen.run(line) == expected, "\(argument.testDescription)")
    }
  }

  @Test("no two of them have one key, unless they are one value")
  func different() throws {
    var keys: [String: [WrittenArgument]] = [:]
    for argument in Self.table {
      let key = larder(["key", "-f", "f", argument.option, "x=" + argument.text]).output
      keys[key, default: []].append(argument)
    }
    let shared = keys.values.filter { $0.count > 1 }.map { Set($0.map(\.text)) }
    #expect(Set(shared) == [["0", "-0"], [#""1""#, "1"], [#""""#, ""]])
  }

  @Test(
    "integers beyond every type of Swift are tags 2 and 3 with the shortest bytes",
    arguments: [
      ("340282366920938463463374607431768211456", "c2510100000000000000000000000000000000"),
      ("-340282366920938463463374607431768211456", "c350ffffffffffffffffffffffffffffffff"),
      ("-340282366920938463463374607431768211457", "c3510100000000000000000000000000000000"),
      ("1" + String(repeating: "0", count: 40), "c2511d6329f1c35ca4bfabb9f5610000000000"),
      ("18446744073709551616", "c249010000000000000000"), ("-18446744073709551617", "c349010000000000000000"),
      ("-18446744073709551616", "3bffffffffffffffff"),
    ])
  func big(_ digits: String, _ encoding: String) throws {
    let hex = String(larder(["key", "-f", "f", "--document", "--arg", "x=" + digits]).output.dropLast())
    let document = try KeyDocument(decoding: try #require(hexadecimalBytes(hex)))
    let leaf = KeyLeaf.digest(.argument, try #require(hexadecimalBytes(encoding)))
    #expect(document.arguments.map(\.digest) == [leaf])
  }

  @Test("two spellings of one name are two names")
  func spellings() {
    let outcome = larder(["key", "-f", "f", "--arg", #"x={"\u00e9":1,"e\u0301":2}"#])
    #expect(outcome.status == 0)
    #expect(outcome.output != larder(["key", "-f", "f", "--arg", #"x={"\u00e9":2,"e\u0301":1}"#]).output)
  }

  @Test("the document is the one that the page on keys shows, and its key too")
  func vectors() {
    let none = "6e73f8ad889e2ce6c04e6990fe1d859bb8285962c5e73d53f0b81e799af3bb4e\n"
    let one = "7a82ab3f56008427ca5744ac607c2248f66e6d9b27447456346d069944362ef1\n"
    let double = "2e2c12479dc4509da7e5277aae23d6120dec7a3730f1f8888afac5de3f9d961f\n"
    let document =
      "a661760162666e6166626e736063656e76a06376657261316461726773a16178582062a57d15bd01b27563551593e3747693"
      + "026a47293ecc9fa9a88695867fd00546\n"
    #expect(larder(words("key -f f@1 --portable")).output == none)
    #expect(larder(words("key -f f@1 --portable --arg x=1")).output == one)
    #expect(larder(words("key -f f@1 --portable --arg x=1.0")).output == double)
    #expect(larder(words("key -f f@1 --portable --arg x=1 --document")).output == document)
    #expect(
      larder(words("key -f f@1 --portable --json")).output
        == #"{"schema":"larder.key/1","key":"\#(none.dropLast())"}"# + "\n")
  }

  @Test("files and directories count by content, variables by value, unset ones as null")
  func inputs() throws {
    let kitchen = try Kitchen()
    let file = try kitchen.file("in/rows.csv", [1, 2, 3])
    _ = try kitchen.file("in/more/run.sh", [4], permissions: 0o755)
    let cache = try ArtifactCache(at: kitchen.cache)
    let expected = try cache.key("f", ["data": .file(file), "all": .tree(kitchen.path + "/in")])
    let line = ["key", "-f", "f", "--file", "data=" + file, "--tree", "all=\(kitchen.path)/in"]
    #expect(kitchen.run(line).output == expected.description + "\n")

    kitchen.environment["SEED"] = "7"
    let environment = KeyEnvironment.portable.adding("SEED", "7").adding("MISSING", nil)
    let key = try Call("f").key(environment: environment)
    #expect(kitchen.run("key -f f --portable --env SEED --env MISSING --env SEED").output == "\(key)\n")
    #expect(kitchen.run("key -f f --env SEED").output != kitchen.run("key -f f").output)
  }

  @Test("what cannot be part of a key ends with a message and without a key")
  func refused() throws {
    let kitchen = try Kitchen()
    let missing = kitchen.path + "/none"
    let cases: [([String], Int32, String)] = [
      (["--file", "x=" + missing], 65, "Cannot read the input file '\(missing)': No such file or directory."),
      (["--tree", "x=" + missing], 65, "Cannot read the tree '\(missing)': No such file or directory."),
      (
        ["--file", "x=" + kitchen.path], 65,
        "The input file '\(kitchen.path)' is a directory. Name a file in it, or make the argument a tree."
      ),
      (
        ["--env", "os"], 64,
        "The variable 'os' cannot be part of a key that has an 'os' of its own. Use --portable, or another name."
      ),
      (
        ["--text", String(repeating: "n", count: 1025) + "=1"], 65,
        "Cannot derive a key: the name of an argument has 1025 bytes, and at most 1024 are allowed. "
          + "Pass long text as the value of an argument."
      ),
    ]
    for (words, status, message) in cases {
      let expected = Outcome(status: status, output: "", messages: "larder: \(message)\n")
      for command in ["key", "put", "get", "has"] { #expect(kitchen.run([command, "-f", "f"] + words) == expected) }
    }
    #expect(!FileManager.default.fileExists(atPath: kitchen.cache))
    let unreadable = larder(words("key -f f --env LANG"), unreadable: ["LANG"])
    #expect(
      unreadable
        == Outcome(
          status: 65, output: "",
          messages: "larder: The variable 'LANG' is not UTF-8, so it cannot be part of a key. Set it to text.\n"))
  }
}
