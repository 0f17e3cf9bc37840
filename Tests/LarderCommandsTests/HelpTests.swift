internal import Foundation
internal import LarderCommands
internal import Testing

@Suite("Help")
struct HelpTests {
  @Test("every way to ask for a command's help shows the same page", arguments: ArgumentTable.larder.commands)
  func ways(_ command: Command) {
    let page = larder(["help", command.name])
    #expect(page.status == 0 && page.messages == "")
    let name = command.name
    let lines = [[name, "--help"], ["--help", name], ["-d", "x", name, "--help"], [name, "--help", "--nonsense"]]
    for line in lines { #expect(larder(line) == page, "\(line)") }
    #expect(larder([name, "-h"]).output.hasPrefix("larder \(name) – \(command.summary)\n"))
    #expect(larder([name, "-h"]).output != page.output)
  }

  @Test("pages fit 80 columns and name every option of the table", arguments: ArgumentTable.larder.commands)
  func complete(_ command: Command) {
    let page = larder(["help", command.name]).output
    for line in page.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    for option in ArgumentTable.larder.options(of: command) {
      #expect(page.contains("--\(option.name)"))
      if option.hasVariable { #expect(page.contains("[\(option.variable)]")) }
    }
    for example in command.examples { #expect(page.contains(example.line)) }
  }

  @Test("the overview fits 80 columns and names every command and variable")
  func overview() {
    let page = larder(["help"]).output
    for line in page.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    for command in ArgumentTable.larder.commands { #expect(page.contains("  \(command.name) ")) }
    for variable in ArgumentTable.larder.variables { #expect(page.contains(variable.name)) }
    #expect(larder(["--help"]).output == page)
    #expect(larder(["-h"]).output != page)
  }

  /// The folder `Help` has the pages as they are meant to read: a change of the table that changes a page is seen there.
  /// To write a page anew: `{ echo '$ larder put -h'; larder put -h; echo; echo '$ larder help put'; larder help put; }`.
  @Test("pages read as checked in", arguments: ["larder"] + ArgumentTable.larder.commands.map(\.name))
  func snapshots(_ name: String) throws {
    let isOverview = name == "larder"
    let lines = isOverview ? ["-h", "help"] : ["\(name) -h", "help \(name)"]
    let pages = lines.map { "$ larder \($0)\n" + larder(words($0)).output }.joined(separator: "\n")
    let file = try #require(Bundle.module.url(forResource: name, withExtension: "txt", subdirectory: "Help"))
    #expect(try String(contentsOf: file, encoding: .utf8) == pages)
  }

  @Test("there is a page for nothing else")
  func noOthers() throws {
    let folder = try #require(Bundle.module.url(forResource: "Help", withExtension: nil))
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(Set(names) == Set(["larder.txt"] + ArgumentTable.larder.commands.map { $0.name + ".txt" }))
  }

  @Test("the table is sound: names are unique, and no synonym hides a name")
  func sound() {
    let table = ArgumentTable.larder
    let names = table.commands.map(\.name)
    #expect(Set(names).count == names.count)
    let synonyms = table.commands.flatMap(\.alsoKnownAs)
    #expect(Set(synonyms).count == synonyms.count)
    #expect(Set(synonyms).isDisjoint(with: names))
    for command in table.commands {
      let options = command.options + table.globals.options
      #expect(Set(options.map(\.name)).count == options.count, "\(command.name)")
      let shorts = options.compactMap(\.short)
      #expect(Set(shorts).count == shorts.count, "\(command.name)")
      let others = options.flatMap(\.alsoKnownAs)
      #expect(Set(others).count == others.count, "\(command.name)")
      #expect(Set(others).isDisjoint(with: options.map(\.name)), "\(command.name)")
    }
  }

  @Test("every example is understood", arguments: ArgumentTable.larder.commands)
  func examples(_ command: Command) throws {
    for example in command.examples {
      // The part of a shell line that is larder's.
      let all = example.line.split(separator: " ").map { $0.filter { !"'\"()$<".contains($0) } }
      let start = try #require(all.firstIndex(of: "larder"))
      let line = all[(start + 1)...].prefix { !["|", "&&", ">"].contains($0) }
      // Shortened keys stand for whole ones nowhere but where a beginning is allowed.
      guard case .command(let parsed, _) = try CommandLineParser(.larder).parse(Array(line)) else {
        Issue.record("\(example.line) is no command")
        continue
      }
      #expect(parsed.name == command.name)
    }
  }

  @Test("the version is one line, or one object")
  func version() {
    #expect(larder(["--version"]) == Outcome(status: 0, output: "larder 0.1.0 (cache format 1)\n", messages: ""))
    #expect(larder(["dir", "--version"]).output == "larder 0.1.0 (cache format 1)\n")
    #expect(
      larder(["--version", "--json"]).output == #"{"schema":"larder.version/1","version":"0.1.0","format":1}"# + "\n")
  }
}
