internal import LarderCommands
internal import LarderFormat
internal import Testing

@Suite("Values as people write them")
struct ValueTests {
  @Test(
    "sizes are exact: MB is a million, MiB is 2^20",
    arguments: [
      ("0", 0), ("1", 1), ("4096", 4096), ("7B", 7), ("1kB", 1000), ("1KB", 1000), ("20MB", 20_000_000),
      ("20MiB", 20_971_520), ("1GB", 1_000_000_000), ("1GiB", 1_073_741_824), ("2TiB", 2_199_023_255_552),
      ("1TB", 1_000_000_000_000), ("3PB", 3_000_000_000_000_000), ("8191PiB", 9_222_246_136_947_933_184),
      ("9223372036854775807", .max), ("007", 7),
    ] as [(String, Int64)])
  func sizes(_ text: String, _ bytes: Int64) { #expect(byteSize(text) == bytes) }

  @Test(
    "what is no size is refused",
    arguments: [
      "", " 1", "1 ", "1 MB", "MB", "-1", "+1", "1.5GB", "1mb", "1Mb", "1M", "1K", "1EB", "0x10", "1e3", "１",
      "9223372036854775808", "8192PiB", "99999999999999999999MB", "1MBs",
    ])
  func wrongSizes(_ text: String) { #expect(byteSize(text) == nil) }

  @Test(
    "durations are exact",
    arguments: [
      ("0s", 0), ("250ms", 250_000_000), ("10s", 10_000_000_000), ("5m", 300_000_000_000),
      ("2h", 7_200_000_000_000), ("7d", 604_800_000_000_000), ("106751d", 9_223_286_400_000_000_000),
    ] as [(String, Int64)])
  func durations(_ text: String, _ nanoseconds: Int64) { #expect(timeSpan(text) == nanoseconds) }

  @Test(
    "what is no duration is refused",
    arguments: ["", "5", "m", "5 m", "-5m", "+5m", "1.5h", "5M", "5min", "1w", "1y", "106752d", "1h30m", "10s "])
  func wrongDurations(_ text: String) { #expect(timeSpan(text) == nil) }

  @Test(
    "a function's name is split at the last @",
    arguments: [
      ("f", FunctionName(name: "f", version: nil)), ("f@2", FunctionName(name: "f", version: "2")),
      ("a@b@c", FunctionName(name: "a@b", version: "c")),
      ("train/fold@1.0-β", FunctionName(name: "train/fold", version: "1.0-β")),
      ("@scope/f@2", FunctionName(name: "@scope/f", version: "2")),
    ])
  func functions(_ text: String, _ expected: FunctionName) { #expect(FunctionName(text) == expected) }

  @Test("half a function's name is none", arguments: ["", "@", "@1", "f@", "a@b@"])
  func noFunctions(_ text: String) { #expect(FunctionName(text) == nil) }

  @Test("a key is 64 lower-case digits, a beginning of one at least 8")
  func keys() {
    let whole = String(repeating: "0123456789abcdef", count: 4)
    #expect(KeyText(whole: whole)?.digits == whole)
    #expect(KeyText(prefix: whole)?.isWhole == true)
    #expect(KeyText(prefix: "9f3c1e04")?.isWhole == false)
    for wrong in ["", "9f3c1e0", "9F3C1E04", "9f3c1e0g", "9f3c1e0é", whole + "0", " 9f3c1e04"] {
      #expect(KeyText(prefix: wrong) == nil)
    }
    #expect(KeyText(whole: String(whole.dropLast())) == nil)
  }
}

@Suite("Lists of keys")
struct KeyListTests {
  private let whole = String(repeating: "0123456789abcdef", count: 4)

  @Test("keys stand one on a line, with either end of line, and empty lines are passed over")
  func lists() throws {
    for text in ["\(whole)\n01234567\n", "\(whole)\r\n\r\n01234567", "\n\n\(whole)\n\n01234567\n\n"] {
      #expect(try keyList(Array(text.utf8), from: "k", prefixes: true).map(\.digits) == [whole, "01234567"])
    }
    #expect(try keyList([], from: "k", prefixes: true).isEmpty)
  }

  @Test("a line that is no key is named by its number")
  func wrong() {
    let error = CommandError(
      .badInput, "Line 3 of 'keys.txt' is '01234567' but must be a whole key, 64 digits of 0-9 and a-f.")
    #expect(throws: error) {
      try keyList(Array("\(whole)\n\n01234567\n".utf8), from: "keys.txt", prefixes: false)
    }
    #expect(throws: CommandError.self) { try keyList(Array(" \(whole)".utf8), from: "k", prefixes: true) }
    #expect(throws: CommandError.self) { try keyList([0xFF], from: "k", prefixes: true) }
  }
}

@Suite("Patterns for names")
struct GlobTests {
  @Test(
    "a pattern fits the whole name",
    arguments: [
      ("*", ["", "a", "train/fold", "ü"], []),
      ("train/*", ["train/", "train/fold", "train/a/b"], ["train", "xtrain/a", "Train/a"]),
      ("*fold*", ["fold", "train/fold/2"], ["fol"]),
      ("?", ["a", "ü", "*"], ["", "ab"]),
      ("a?c", ["abc", "a/c"], ["ac", "abbc"]),
      ("[a-c]x", ["ax", "bx", "cx"], ["dx", "x", "abx"]),
      ("[!a-c]x", ["dx", "-x"], ["ax", "x"]),
      ("[^a]", ["b"], ["a"]),
      ("[]a]", ["]", "a"], ["b"]),
      ("[a-]", ["a", "-"], ["b"]),
      ("[*]", ["*"], ["a"]),
      ("[a-cx-z0]", ["b", "y", "0"], ["d", "1"]),
      ("a*b*c", ["abc", "aXbYc", "abcbc"], ["acb", "ab"]),
      ("a**b", ["ab", "axb"], ["a"]),
      ("", [""], ["a"]),
      ("caf\u{E9}", ["caf\u{E9}"], ["cafe\u{301}"]),
      ("\\*", ["\\", "\\x"], ["*"]),
    ] as [(String, [String], [String])])
  func fits(_ pattern: String, _ fitting: [String], _ others: [String]) throws {
    let glob = try #require(Glob(pattern))
    for name in fitting { #expect(glob.matches(name), "\(name)") }
    for name in others { #expect(!glob.matches(name), "\(name)") }
  }

  @Test(
    "an unfinished or backward set is no pattern", arguments: ["[", "[a", "[]", "[!", "[!]", "[z-a]", "a[b-", "x["])
  func wrong(_ pattern: String) { #expect(Glob(pattern) == nil) }

  @Test("many stars do not make it slow")
  func stars() throws {
    let glob = try #require(Glob(String(repeating: "a*", count: 200) + "b"))
    #expect(!glob.matches(String(repeating: "a", count: 5000)))
  }
}
