internal import Foundation
internal import LarderCommands
internal import LarderSystem
internal import Testing

@Suite("Settings from files")
struct SettingsFileTests {
  let kitchen: Kitchen
  private var project: String { kitchen.path + "/work/.larder.json" }
  private var user: String { kitchen.path + "/home/.config/larder/config.json" }

  init() throws {
    kitchen = try Kitchen()
    kitchen.environment["LARDER_DIR"] = nil
    kitchen.environment["XDG_CONFIG_HOME"] = kitchen.path + "/home/.config"
    kitchen.directory = kitchen.path + "/work/deep/er"
    try FileManager.default.createDirectory(atPath: kitchen.directory, withIntermediateDirectories: true)
  }

  private func writeProject(_ text: String) throws { _ = try kitchen.file("work/.larder.json", Array(text.utf8)) }
  private func writeUser(_ text: String) throws {
    _ = try kitchen.file("home/.config/larder/config.json", Array(text.utf8))
  }

  private func refused(_ message: String, sourceLocation: SourceLocation = #_sourceLocation) {
    let expected = Outcome(status: 78, output: "", messages: "larder: \(message)\n")
    // Every command finds it, also one that has no use for the setting.
    for line in ["dir", "key -f f", "ls"] { #expect(kitchen.run(line) == expected, sourceLocation: sourceLocation) }
  }

  // What they say

  @Test("command line, variable, project, user, cache, default: who comes first decides, and config says who it was")
  func precedence() throws {
    func setting(_ name: String, _ line: String = "config") throws -> String {
      let outcome = kitchen.run(line + " --dir \(kitchen.cache)")
      #expect(outcome.status == 0, "\(outcome.messages)")
      let row = try #require(outcome.output.split(separator: "\n").first { $0.hasPrefix("  \(name) ") })
      return row.split(separator: " ").dropFirst().joined(separator: " ")
    }
    #expect(try setting("max-size") == "10.0 GiB default")
    _ = kitchen.run("init --max-size 1GiB --encoding lz4 --dir \(kitchen.cache)")
    #expect(try setting("max-size") == "1.0 GiB larder.json")
    #expect(try setting("encoding") == "lz4 larder.json")
    try writeUser(#"{"max-size": "2GiB", "encoding": "raw", "namespace": "mine", "wait": "10s"}"#)
    #expect(try setting("max-size") == "2.0 GiB \(user)")
    try writeProject(#"{"max-size": 3221225472, "encoding": "zstd", "namespace": "lab"}"#)
    #expect(try setting("max-size") == "3.0 GiB \(project)")
    #expect(try setting("encoding") == "zstd \(project)")
    #expect(try setting("wait") == "10 s \(user)")
    kitchen.environment["LARDER_MAX_SIZE"] = "4GiB"
    kitchen.environment["LARDER_NAMESPACE"] = "shell"
    #expect(try setting("max-size") == "4.0 GiB LARDER_MAX_SIZE")
    #expect(try setting("namespace") == "shell LARDER_NAMESPACE")
    #expect(try setting("namespace", "config --namespace typed") == "typed command line")
    #expect(try setting("namespace", "config --no-config") == "shell LARDER_NAMESPACE")
    kitchen.environment["LARDER_NAMESPACE"] = nil
    #expect(try setting("namespace") == "lab \(project)")
    #expect(try setting("namespace", "config --no-config") == "– default")
    kitchen.environment["LARDER_NO_CONFIG"] = "1"
    #expect(try setting("namespace") == "– default")
  }

  @Test("machines get the origin and the file of each setting, and the files")
  func json() throws {
    try writeProject(#"{"dir": "cache"}"#)
    let output = kitchen.run("config --json").output
    #expect(
      output.contains(
        #"{"name":"dir","value":"\#(kitchen.path)/work/cache","origin":"project","file":"\#(project)","variable":"LARDER_DIR"}"#
      ))
    #expect(
      output.contains(
        #""files":[{"kind":"project","path":"\#(project)","read":true},{"kind":"user","path":"\#(user)","read":false}]"#
      ))
    #expect(kitchen.run("config --json --no-config").output.contains(#""files":[]"#))
    #expect(kitchen.run("dir --json").output.hasSuffix(#"/work/cache","origin":"project"}"# + "\n"))
  }

  @Test("a path is relative to its file, ~ is the user's home")
  func paths() throws {
    try writeUser(#"{"dir": "../../caches"}"#)
    #expect(kitchen.run("dir").output == "\(kitchen.path)/home/caches\n")
    try writeProject(#"{"dir": "../shared"}"#)
    #expect(kitchen.run("dir").output == "\(kitchen.path)/shared\n")
    try writeProject(#"{"dir": "~/caches/lab"}"#)
    #expect(kitchen.run("dir").output == "\(kitchen.path)/home/caches/lab\n")
    try writeProject(#"{"dir": "/abs"}"#)
    #expect(kitchen.run("dir").output == "/abs\n")
    #expect(kitchen.run("dir -d here").output == "\(kitchen.directory)/here\n")
    kitchen.environment["HOME"] = nil
    try writeProject(#"{"dir": "~/caches"}"#)
    #expect(
      kitchen.run("dir").messages
        == "larder: 'dir' in '\(project)' is '~/caches', but HOME is not set. Write the whole path.\n")
  }

  @Test("the nearest project file alone counts")
  func nearest() throws {
    try writeProject(#"{"dir": "/far", "namespace": "far"}"#)
    _ = try kitchen.file("work/deep/.larder.json", Array(#"{"dir": "/near"}"#.utf8))
    #expect(kitchen.run("dir").output == "/near\n")
    #expect(kitchen.run("config").output.contains("  namespace    –  "))
    kitchen.directory = kitchen.path + "/work"
    #expect(kitchen.run("dir").output == "/far\n")
  }

  @Test("a flag that is off in a file that comes first stays off, and 0 in a variable comes before all files")
  func flags() throws {
    _ = kitchen.run("init --dir \(kitchen.cache)")
    kitchen.environment["LARDER_DIR"] = kitchen.cache
    try writeUser(#"{"read-only": true, "verbose": true}"#)
    #expect(
      kitchen.run("verify --repair").messages
        == "larder: Cannot repair the cache at '\(kitchen.cache)': 'read-only' in '\(user)' forbids it. Take it out, or "
        + "leave the file out with --no-config.\n")
    #expect(kitchen.run("verify --repair --no-config").status == 0)
    kitchen.environment["LARDER_READ_ONLY"] = "0"
    #expect(kitchen.run("verify --repair").status == 0)
    #expect(kitchen.run("config").output.contains("  read-only    no "))
    kitchen.environment["LARDER_READ_ONLY"] = nil
    try writeProject(#"{"read-only": false, "quiet": true}"#)
    #expect(kitchen.run("verify --repair").status == 0)
    // Quiet comes first, and excludes the verbose of the user.
    let shown = kitchen.run("config").output
    #expect(
      shown.contains("  read-only    no ") && shown.contains("  quiet        yes")
        && shown.contains("  verbose      no "))
  }

  @Test("a cache that a put makes gets the choices that init would be given, and an existing one keeps its own")
  func choices() throws {
    kitchen.environment["LARDER_DIR"] = kitchen.cache
    try writeProject(#"{"durability": "durable", "max-size": "1GiB", "encoding": "lz4"}"#)
    #expect(kitchen.run("put -f f --encoding raw", input: [1]).status == 0)
    try FileManager.default.removeItem(atPath: project)
    var shown = kitchen.run("config").output
    for line in ["  durability   durable ", "  max-size     1.0 GiB ", "  encoding     zstd "] {
      #expect(shown.contains(line), "\(shown)")
    }
    try writeProject(#"{"durability": "fast", "encoding": "raw"}"#)
    #expect(kitchen.run("put -f g", input: bytes(10_000, seed: 1)).status == 0)
    #expect(try kitchen.inventory(kitchen.cache).keys.contains { $0.hasSuffix(".raw") })
    shown = kitchen.run("config").output
    #expect(shown.contains("  durability   durable "))

    try FileManager.default.removeItem(atPath: kitchen.cache)
    #expect(kitchen.run("put -f f", input: [1]).status == 0)
    try FileManager.default.removeItem(atPath: project)
    #expect(kitchen.run("config").output.contains("  encoding     raw "))
  }

  @Test("status goes by the limit that is set")
  func limit() throws {
    kitchen.environment["LARDER_DIR"] = kitchen.cache
    _ = kitchen.run("put -f f", input: [1])
    try writeUser(#"{"max-size": "2MiB"}"#)
    #expect(kitchen.run("status").output.contains("  size      1 B of 2.0 MiB"))
  }

  @Test("comments and trailing commas are welcome; an empty object sets nothing")
  func comments() throws {
    try writeProject("// ours\n{\n  namespace: 'lab', /* all of us */\n}\n")
    #expect(kitchen.run("config").output.contains("  namespace    lab "))
    try writeProject("{}")
    #expect(kitchen.run("config").output.contains("  namespace    – "))
  }

  @Test("help and the version are shown whatever the files hold")
  func helpful() throws {
    try writeProject("nonsense")
    for line in ["--version", "dir --help", "help", "help config"] { #expect(kitchen.run(line).status == 0) }
  }

  @Test("each setting that the table allows in files is taken from them, and config shows the file")
  func complete() throws {
    let values: [String: String] = [
      "dir": "\"x\"", "namespace": "\"n\"", "wait": "\"5s\"", "encoding": "\"raw\"", "durability": "\"durable\"",
      "index": "\"sqlite:\"", "max-size": "\"5GB\"", "color": "\"never\"",
    ]
    for option in ArgumentTable.larder.fileSettings {
      let value = try option.isFlag ? "true" : #require(values[option.name], "\(option.name)")
      try writeUser("{\"\(option.name)\": \(value)}")
      let row = kitchen.run("config").output.split(separator: "\n").first { $0.hasPrefix("  \(option.name) ") }
      #expect(row?.hasSuffix("  " + user) == true, "\(row ?? "")")
    }
  }

  // What is wrong in them

  @Test(
    "unknown settings and wrong values are refused, with the file, the setting, and what is expected",
    arguments: mistakes)
  func wrong(_ text: String, _ message: String) throws {
    try writeProject(text)
    refused(message.replacing("FILE", with: "'\(project)'").replacing("USER", with: "'\(user)'"))
  }

  static let mistakes: [(String, String)] = [
    (#"{"nmaespace": "x"}"#, "Unknown setting 'nmaespace' in FILE. Did you mean 'namespace'?"),
    (#"{"noCache": true}"#, "Unknown setting 'noCache' in FILE. Did you mean 'no-cache'?"),
    (#"{"max_size": "1GB"}"#, "Unknown setting 'max_size' in FILE. Did you mean 'max-size'?"),
    (#"{"compression": "lz4"}"#, "Unknown setting 'compression' in FILE. Did you mean 'encoding'?"),
    (
      #"{"key-command": "x"}"#,
      "Unknown setting 'key-command' in FILE. Take it out; 'larder help config' lists the settings."
    ),
    (#"{"": 1}"#, "Unknown setting '' in FILE. Take it out; 'larder help config' lists the settings."),
    (#"{"\u001b[2J": 1}"#, "Unknown setting '\\x1b[2J' in FILE. Take it out; 'larder help config' lists the settings."),
    (#"{"index": "sqlite:"}"#, "'index' in FILE is not for a project to choose. Put it into USER, or give --index."),
    (#"{"pepper": "x"}"#, "'pepper' in FILE stands in no file. Set LARDER_PEPPER instead."),
    (
      #"{"dry-run": true}"#,
      "'dry-run' in FILE is chosen for each command and stands in no file. Give --dry-run, or set LARDER_DRY_RUN."
    ),
    (
      #"{"no-config": true}"#,
      "'no-config' in FILE is chosen for each command and stands in no file. Give --no-config, or set LARDER_NO_CONFIG."
    ),
    (#"{"dir": 5}"#, "'dir' in FILE is 5 but must be a path, in double quotes."),
    (#"{"dir": ""}"#, "'dir' in FILE is empty. Give it a value."),
    (#"{"dir": null}"#, "'dir' in FILE is null but must be a path, in double quotes."),
    (#"{"namespace": ["a"]}"#, "'namespace' in FILE is a list but must be text, in double quotes."),
    (
      #"{"wait": 30}"#,
      "'wait' in FILE is 30 but must be a duration such as 250ms, 10s, 5m, 2h or 7d, in double quotes."
    ),
    (#"{"wait": "30"}"#, "'wait' in FILE is '30' but must be a duration such as 250ms, 10s, 5m, 2h or 7d."),
    (#"{"quiet": "yes"}"#, "'quiet' in FILE is the text 'yes' but must be true or false, without quotes."),
    (#"{"quiet": 1}"#, "'quiet' in FILE is 1 but must be true or false, without quotes."),
    (#"{"quiet": true, "verbose": true}"#, "'quiet' and 'verbose' in FILE exclude each other. Keep one of them."),
    (#"{"encoding": "zst"}"#, "'encoding' in FILE is 'zst' but must be zstd, lz4 or raw. Did you mean 'zstd'?"),
    (
      #"{"max-size": 1.5}"#,
      "'max-size' in FILE is 1.5 but must be a size such as 4096, 20MB (20,000,000 bytes) or 20MiB (20,971,520 bytes), in double quotes."
    ),
    (
      #"{"max-size": -1}"#,
      "'max-size' in FILE is '-1' but must be a size such as 4096, 20MB (20,000,000 bytes) or 20MiB (20,971,520 bytes)."
    ),
    ("[]", #"FILE holds no object. Write settings as in { "namespace": "lab" }."#),
    ("", "FILE is no JSON5: a value is missing (line 1, column 1). Mend it, or run without it: --no-config."),
    (
      "{\n  \"dir\": \"x\"\n  \"wait\": 1\n}",
      "FILE is no JSON5: ',' or '}' is missing (line 3, column 3). Mend it, or run without it: --no-config."
    ),
    (
      "{\n\"dir\": \"a\",\n\"dir\": \"b\"}",
      "FILE is no JSON5: the name 'dir' stands there twice (line 3, column 1). Mend it, or run without it: --no-config."
    ),
    (
      "{max-size: 1}",
      "FILE is no JSON5: a name with a hyphen in it stands in double quotes (line 1, column 2). Mend it, or run without it: --no-config."
    ),
    (
      String(repeating: "[", count: 5000),
      "FILE is no JSON5: values are nested deeper than 128 (line 1, column 129). Mend it, or run without it: --no-config."
    ),
  ]

  @Test("what is not UTF-8 is refused")
  func notUTF8() throws {
    _ = try kitchen.file("work/.larder.json", Array(#"{"dir": ""#.utf8) + [0xFF] + Array(#""}"#.utf8))
    refused(
      "'\(project)' is no JSON5: the text is not UTF-8 (line 1, column 9). Mend it, or run without it: --no-config.")
  }

  @Test("a message about the user's own file names it")
  func wrongUser() throws {
    try writeUser(#"{"wiat": "5s"}"#)
    refused("Unknown setting 'wiat' in '\(user)'. Did you mean 'wait'?")
    try writeUser(#"{"index": "json:"}"#)
    refused("'index' in '\(user)' is 'json:' but must be sqlite:.")
  }
}
