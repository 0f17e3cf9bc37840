internal import Foundation
internal import LarderCommands
internal import Testing

@Suite("What is offered to a shell that completes a line")
struct CompletionTests {
  let kitchen: Kitchen

  init() throws {
    kitchen = try Kitchen()
    _ = kitchen.run("put -f train/fold@7 --tag nightly", input: [1])
    _ = kitchen.run(["put", "-f", "noise", "--tag", "two words"], input: [2])
  }

  /// The kind with what is kept, and the words.
  private func offered(_ words: String..., environment: [String: String] = [:]) -> [String] {
    kitchen.environment.merge(environment) { _, new in new }
    let outcome = kitchen.run(["__complete", "--"] + words)
    #expect(outcome.status == 0 && outcome.messages == "")
    let lines = outcome.output.split(separator: "\n").map {
      $0.split(separator: "\t", omittingEmptySubsequences: false)
    }
    let head = lines.first.map { $0[1].isEmpty ? String($0[0]) : "\($0[0]) \($0[1])" } ?? ""
    return [head] + lines.dropFirst().map { String($0[0]) }
  }

  @Test("commands, and what help explains")
  func commands() {
    let names = ArgumentTable.larder.commands.map(\.name)
    #expect(offered("") == ["words"] + names)
    #expect(offered() == ["words"] + names)
    #expect(offered("help", "") == ["words"] + names)
    #expect(offered("st") == ["words", "status"])
    #expect(offered("--json", "-q", "-d", "x", "st") == ["words", "status"])
    #expect(offered("--", "st") == ["words", "status"])
    #expect(!names.contains("__complete") && !larder(["help"]).output.contains("__"))
  }

  @Test(
    "every option of a command with its description, and none that was given", arguments: ArgumentTable.larder.commands)
  func options(_ command: Command) {
    let options = ArgumentTable.larder.options(of: command)
    let expected = "words\t\n" + options.map { "--\($0.name)\t\($0.help)\n" }.joined()
    #expect(kitchen.run(["__complete", "--", command.name, "--"]).output == expected)
    #expect(!offered(command.name, "--json", "--").contains("--json"))
    #expect(!offered(command.name, "-qd", "x", "--d").contains("--dir"))
  }

  @Test("an option that may stand there twice is offered again")
  func repeatable() {
    #expect(offered("put", "--tag", "a", "--ta") == ["words", "--tag"])
    #expect(offered("put", "--ttl=5m", "--tt") == ["words"])
  }

  @Test("the choices of a value, in each way to write it")
  func values() {
    #expect(offered("put", "--encoding", "") == ["words", "zstd", "lz4", "raw"])
    #expect(offered("put", "--encoding=z") == ["words", "--encoding=zstd"])
    #expect(offered("ls", "--sort", "s") == ["words", "size", "score"])
    #expect(offered("completion", "") == ["words", "bash", "zsh", "fish"])
    #expect(offered("completion", "zsh", "") == ["words"] + offered("completion", "zsh", "--").dropFirst())
    #expect(offered("put", "--ttl", "") == ["words"])
  }

  @Test("files, directories and variables where they belong")
  func files() {
    #expect(offered("put", "--input", "x") == ["files"])
    #expect(offered("get", "--output=x") == ["files --output="])
    #expect(offered("get", "-ox") == ["files -o"])
    #expect(offered("-d", "") == ["directories"])
    #expect(offered("ls", "-qd") == ["directories -qd"])
    #expect(offered("key", "--file", "rows=a=b") == ["files rows="])
    #expect(offered("key", "--file", "ro") == ["words"])
    #expect(offered("key", "--tree=rows=a") == ["directories --tree=rows="])
    #expect(offered("key", "--env", "LARDER_D") == ["words", "LARDER_DIR"])
  }

  @Test("behind run what can be run, then files, whatever they look like")
  func programs() {
    #expect(offered("run", "so") == ["programs"])
    #expect(offered("run", "-q", "--in", "x", "--", "") == ["programs"])
    #expect(offered("run", "sort", "x") == ["files"])
    #expect(offered("run", "--", "sort", "-u", "--", "x") == ["files"])
    #expect(offered("run", "--in", "x") == ["files"])
    #expect(offered("run", "--", "--no-au") == ["programs"])
  }

  @Test("functions, tags and keys of the cache, whole keys where only they are taken")
  func cached() throws {
    let keys = kitchen.run("ls --verbose").output.split(separator: "\n").map { String($0.prefix(64)) }
    #expect(offered("get", "--function", "") == ["words", "noise", "train/fold@7"])
    #expect(offered("get", "-ft") == ["words", "-ftrain/fold@7"])
    #expect(offered("ls", "--function", "t") == ["words", "train/fold"])
    #expect(offered("ls", "--tag", "") == ["words", "nightly", "two words"])
    #expect(offered("get", "") == ["words"] + keys.map { String($0.prefix(12)) })
    #expect(offered("remove", String(keys[1].prefix(3))) == ["words", keys[1]])
    #expect(offered("get", String(keys[1].prefix(20))) == ["words", String(keys[1].prefix(24))])
    #expect(offered("get", "xyz") == ["words"])
    let described = kitchen.run(["__complete", "--", "has", String(keys[0].prefix(8))]).output
    #expect(described.hasSuffix("\ttrain/fold@7 #nightly\n") || described.hasSuffix("\tnoise #two words\n"))
  }

  @Test("the cache is the one that the line names, or the settings do")
  func directory() throws {
    kitchen.environment["LARDER_DIR"] = nil
    #expect(offered("get", "-f", "") == ["words"])
    #expect(offered("get", "-d", kitchen.cache, "-f", "n") == ["words", "noise"])
    #expect(offered("--dir=\(kitchen.cache)", "get", "-f", "n") == ["words", "noise"])
    #expect(offered("get", "-d", "~/../cache", "-f", "n") == ["words", "noise"])
    _ = try kitchen.file(".larder.json", Array(#"{"dir": "cache"}"#.utf8))
    #expect(offered("get", "-f", "n") == ["words", "noise"])
    #expect(offered("get", "--no-config", "-f", "n") == ["words"])
  }

  @Test("silence where something is wrong, and nothing is changed")
  func silent() throws {
    let before = try kitchen.inventory(kitchen.cache)
    #expect(offered("get", "--nonsense", "-Z", "--ttl", "--", "more", "-f", "").first == "words")
    #expect(offered("nonsense", "") == ["words"] + ArgumentTable.larder.commands.map(\.name))
    #expect(offered("get", "-d", "/nonexistent", "-f", "") == ["words"])
    #expect(try kitchen.inventory(kitchen.cache) == before)
    #expect(offered("get", "-f", "", environment: ["LARDER_NONSENSE": "1"]) == ["words"])
    kitchen.environment["LARDER_NONSENSE"] = nil
    _ = try kitchen.file("cache/larder.json", [0x7B])
    #expect(offered("get", "-f", "") == ["words"])
  }

  @Test("a name that would steer the terminal is not offered")
  func hostile() {
    _ = kitchen.run(["put", "-f", "ev\u{1B}[2Jil@1\n2"], input: [3])
    #expect(offered("get", "-f", "ev") == ["words"])
  }

  @Test("the names of functions beyond the sample are known from the counters")
  func large() throws {
    let keys = (0..<2100).map { "put -f many@\($0 % 3) --arg n=\($0)" }
    for line in keys { _ = kitchen.run(line, input: [1]) }
    let found = offered("get", "-f", "")
    for name in ["many@0", "many@1", "many@2"] { #expect(found.contains(name)) }
    #expect(found.contains("noise") && (found.contains("train/fold") || found.contains("train/fold@7")))
  }

  @Test("every option that takes a function or a tag offers those of the cache")
  func table() {
    for command in ArgumentTable.larder.commands {
      for option in command.options {
        switch option.name {
        case "function": #expect([.functions, .functionNames].contains(option.completes), "\(command.name)")
        case "tag": #expect(option.completes == .tags, "\(command.name)")
        default: break
        }
      }
    }
  }
}
