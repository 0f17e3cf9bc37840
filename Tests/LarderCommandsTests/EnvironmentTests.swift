internal import LarderCommands
internal import Testing

@Suite("Settings from the environment")
struct EnvironmentTests {
  struct Case: CustomTestStringConvertible {
    let environment: [String: String]
    let message: String
    init(_ environment: [String: String], _ message: String) {
      self.environment = environment
      self.message = message
    }
    var testDescription: String { "\(environment)" }
  }

  @Test("a wrong variable ends every command with 78 and says which", arguments: cases)
  func wrong(_ wrong: Case) {
    let environment = wrong.environment.merging(["HOME": "/home/ada"]) { first, _ in first }
    let expected = Outcome(status: 78, output: "", messages: "larder: \(wrong.message)\n")
    #expect(larder(["dir"], environment: environment) == expected)
    #expect(larder(["key", "-f", "f"], environment: environment) == expected)
  }

  static let cases = [
    Case(["LARDER_DRI": "x"], "Unknown setting LARDER_DRI in the environment. Did you mean 'LARDER_DIR'?"),
    Case(
      ["LARDER_READONLY": "1"], "Unknown setting LARDER_READONLY in the environment. Did you mean 'LARDER_READ_ONLY'?"),
    Case(
      ["LARDER_FROBNICATE": "1"],
      "Unknown setting LARDER_FROBNICATE in the environment. Unset it; 'larder help' lists the variables."),
    Case(["LARDER_": "1"], "Unknown setting LARDER_ in the environment. Unset it; 'larder help' lists the variables."),
    Case(["LARDER_NO_CACHE": "yes"], "LARDER_NO_CACHE is 'yes' but must be 0 or 1."),
    Case(["LARDER_NO_CACHE": ""], "LARDER_NO_CACHE is '' but must be 0 or 1."),
    Case(["LARDER_REFRESH": "true"], "LARDER_REFRESH is 'true' but must be 0 or 1."),
    Case(["LARDER_DIR": ""], "LARDER_DIR is empty. Give it a value."),
    Case(["LARDER_ENCODING": "gzip"], "LARDER_ENCODING is 'gzip' but must be zstd, lz4 or raw."),
    Case(["LARDER_INDEX": "json:"], "LARDER_INDEX is 'json:' but must be sqlite:."),
    Case(
      ["LARDER_MAX_SIZE": "big"],
      "LARDER_MAX_SIZE is 'big' but must be a size such as 4096, 20MB (20,000,000 bytes) or 20MiB (20,971,520 bytes)."),
    Case(["LARDER_DURABILITY": "1"], "LARDER_DURABILITY is '1' but must be fast or durable."),
    // Of several the first in alphabetical order is named, every time.
    Case(["LARDER_QUIET": "2", "LARDER_JSON": "2"], "LARDER_JSON is '2' but must be 0 or 1."),
  ]

  @Test("help and the version are shown whatever the environment holds")
  func helpful() {
    #expect(larder(["--version"], environment: ["LARDER_X": "1"]).status == 0)
    #expect(larder(["dir", "--help"], environment: ["LARDER_X": "1"]).status == 0)
  }

  @Test("the command line comes before the environment, the environment before the default")
  func order() {
    let home = ["HOME": "/home/ada"]
    #expect(larder(["dir"], environment: ["HOME": "/h", "LARDER_DIR": "/cache"]).output == "/cache\n")
    #expect(larder(["-d", "/other", "dir"], environment: ["LARDER_DIR": "/cache"]).output == "/other\n")
    #if os(Linux)
      #expect(larder(["dir"], environment: home).output == "/home/ada/.cache/larder\n")
      #expect(larder(["dir"], environment: ["HOME": "/h", "XDG_CACHE_HOME": "/x/"]).output == "/x/larder\n")
      #expect(larder(["dir"], environment: ["HOME": "/h", "XDG_CACHE_HOME": "rel"]).output == "/h/.cache/larder\n")
      #expect(larder(["dir"], environment: ["HOME": "/h", "XDG_CACHE_HOME": ""]).output == "/h/.cache/larder\n")
    #else
      #expect(larder(["dir"], environment: home).output == "/home/ada/Library/Caches/larder\n")
    #endif
  }

  @Test("without a home there is no default, and the message says what to set")
  func homeless() {
    let message =
      "larder: HOME is not set, so there is no default cache. Choose a directory with --dir or LARDER_DIR.\n"
    #expect(larder(["dir"], environment: [:]) == Outcome(status: 78, output: "", messages: message))
    #expect(larder(["dir"], environment: ["HOME": "relative"]).status == 78)
    #expect(larder(["dir", "-d", "x"], environment: [:]).output == "/home/here/x\n")
  }

  @Test("dir tells who chose the directory")
  func origin() {
    let schema = #"{"schema":"larder.dir/1","dir":"#
    #expect(larder(words("dir --json -d x")).output == schema + "\"/home/here/x\",\"origin\":\"option\"}\n")
    #expect(
      larder(["dir"], environment: ["LARDER_DIR": "/c", "LARDER_JSON": "1"]).output
        == schema + "\"/c\",\"origin\":\"environment\"}\n")
  }

  @Test("0 leaves a flag off, 1 sets it, and the command line overrules its opposite")
  func flags() {
    let quiet = ["LARDER_DIR": "/c", "LARDER_QUIET": "1", "LARDER_JSON": "0"]
    #expect(larder(["dir", "--verbose"], environment: quiet) == Outcome(status: 0, output: "/c\n", messages: ""))
  }

  @Test("variables that the library reads are known and never shown")
  func library() {
    let environment = ["LARDER_DIR": "/c", "LARDER_PEPPER": "hush", "LARDER_MEMO": ""]
    #expect(larder(["dir"], environment: environment) == Outcome(status: 0, output: "/c\n", messages: ""))
  }

  @Test("a variable that is not text ends every command with 78 and does not count as unset")
  func unreadable() {
    let expected = Outcome(
      status: 78, output: "", messages: "larder: The value of LARDER_DIR is not UTF-8. Set it to text, or unset it.\n")
    for command in ["dir", "status", "ls", "put -f f"] {
      #expect(larder(words(command), unreadable: ["LARDER_DIR", "LANG"]) == expected)
    }
  }
}
