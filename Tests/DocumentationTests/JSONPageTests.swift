internal import Foundation
internal import Larder
internal import LarderCommands
internal import LarderSystem
internal import Testing

@Suite("The JSON on the page of the command")
struct JSONPageTests {
  let page: Page
  let terminal: Terminal

  init() throws {
    page = try Documents.page(Documents.catalogue + "/Command.md")
    terminal = try Terminal()
  }

  /// The words in code font of a cell.
  private func words(_ cell: Substring) -> [String] {
    cell.split(separator: "`", omittingEmptySubsequences: false).enumerated().filter { $0.offset % 2 == 1 }
      .map { String($0.element) }
  }

  private func cells(below heading: String) -> [[Substring]] {
    page.table(below: heading).map { $0.split(separator: "|").filter { !$0.allSatisfy(\.isWhitespace) } }
  }

  private struct NoObject: Error { let text: String }

  /// The fields of what the last command printed on its last line.
  private func fields(_ commands: String...) throws -> [String: Any] {
    let block = Page.Block(path: "test", line: 1, language: "sh", lines: commands)
    let output = try terminal.run(Session(block)).last?.output ?? []
    guard let line = output.last(where: { $0.hasPrefix("{") }),
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
    else { throw NoObject(text: output.joined(separator: "\n")) }
    return object
  }

  @Test("the fields of an entry are those that ls prints")
  func entry() throws {
    let object = try fields("echo 1 | larder put --function f --tag t --ttl 1h", "larder ls --json")
    let documented = cells(below: "### An entry in ls").flatMap { words($0[0]) }
    #expect(Set(documented + ["schema"]) == Set(object.keys))
    #expect(documented.count == Set(documented).count)
    #expect(object["schema"] as? String == "larder.ls/1")
  }

  @Test("the fields of the status are those that it prints, those of a function included")
  func status() throws {
    let object = try fields("echo 1 | larder put --function f", "larder status --json")
    let rows = cells(below: "### The answer of status")
    #expect(Set(rows.flatMap { words($0[0]) } + ["schema"]) == Set(object.keys))
    let functions = try #require(object["functions"] as? [[String: Any]])
    let documented = try #require(rows.last?.last.map(words))
    #expect(Set(documented) == Set(try #require(functions.first).keys))
  }

  @Test("the fields of a verification are those that it has, those of a problem included")
  func verification() throws {
    var found = SweepReport()
    found.problems = [.init(.foreign, detail: "made for this test")]
    let report = VerifyReport(
      found, .init(), directory: "d", index: "sqlite", isRecorded: true, command: VerifyCommand(),
      now: .init(nanoseconds: 0))
    let text = Data(JSONText.object(report.json).utf8)
    let object = try #require(try JSONSerialization.jsonObject(with: text) as? [String: Any])
    let documented = cells(below: "### The answer of verify").flatMap { words($0[0]) }
    #expect(Set(documented + ["schema"]) == Set(object.keys))
    let problem = try #require((object["problems"] as? [[String: Any]])?.first)
    let rows = cells(below: "### A problem in the answer of verify")
    #expect(Set(rows.flatMap { words($0[0]) }) == Set(problem.keys))
    #expect(rows.last.map { words($0[1]) } == SweepReport.Action.allCases.map(\.rawValue))
    let kinds = cells(below: "## Verifying and repairing").flatMap { words($0[0]) }
    #expect(kinds == SweepReport.Kind.allCases.map(\.rawValue))
    #expect(Set(kinds) == Set(try #require(object["counts"] as? [String: Any]).keys))
  }

  @Test("the fields of the settings are those that config prints, those of the parts included")
  func settings() throws {
    let object = try fields("larder init --quiet", "larder config --json")
    let rows = cells(below: "### The answer of config")
    #expect(Set(rows.flatMap { words($0[0]) } + ["schema"]) == Set(object.keys))
    #expect(object["schema"] as? String == "larder.config/1")
    func documented(_ field: String) throws -> Set<String> {
      Set(words(try #require(rows.first { words($0[0]) == [field] })[1]))
    }
    let setting = try #require((object["settings"] as? [[String: Any]])?.first)
    #expect(try documented("settings") == Set(setting.keys))
    let file = try #require((object["files"] as? [[String: Any]])?.first)
    #expect(try documented("files") == Set(file.keys))
    #expect(try documented("index") == Set(try #require(object["index"] as? [String: Any]).keys))
    #expect(try documented("directory") == Set(try #require(object["directory"] as? [String: Any]).keys))
  }

  @Test("the fields of an entry that is shown whole are those that show prints, those of the parts included")
  func shown() throws {
    let object = try fields(
      "mkdir tree && echo 1 > tree/a && ln -s a tree/l",
      "larder put --function f --arg x=1 --tree t=tree --input tree > key", "larder show $(cat key) --json")
    let entry = cells(below: "### An entry in ls").flatMap { words($0[0]) }
    let rows = cells(below: "### The answer of show")
    #expect(Set(entry + rows.flatMap { words($0[0]) } + ["schema"]) == Set(object.keys))
    func documented(_ field: String) throws -> [String] {
      words(try #require(rows.first { words($0[0]) == [field] })[1])
    }
    #expect(Set(try documented("blob")) == Set(try #require(object["blob"] as? [String: Any]).keys))
    #expect(Set(try documented("seal")) == Set(try #require(object["seal"] as? [String: Any]).keys))
    let arguments = try #require(object["arguments"] as? [[String: Any]])
    let parts = cells(below: "### An argument in the answer of show")
    #expect(Set(parts.flatMap { words($0[0]) }) == Set(try #require(arguments.first).keys))
    let files = try #require(object["files"] as? [[String: Any]])
    let names = Set(try documented("files")).subtracting(["file", "link"])
    #expect(Set(files.flatMap(\.keys)) == names)
  }

  @Test("the fields of a comparison are those that diff prints, those of a change included")
  func compared() throws {
    let object = try fields(
      "echo 1 | larder put --function f --arg x=1 > one", "echo 2 | larder put --function f --arg x=2 > two",
      "larder diff --values --json $(cat one two) || true")
    let rows = cells(below: "### The answer of diff")
    #expect(Set(rows.flatMap { words($0[0]) } + ["schema"]) == Set(object.keys))
    let values = try #require(object["values"] as? [String: Any])
    #expect(Set(words(try #require(rows.last)[1])).subtracting(["--values"]) == Set(values.keys))
    let change = try #require((object["changes"] as? [[String: Any]])?.first)
    let changes = cells(below: "### A change in the answer of diff")
    #expect(Set(changes.flatMap { words($0[0]) }) == Set(change.keys))
    func names(_ field: String) throws -> [String] { words(try #require(changes.first { words($0[0]) == [field] })[1]) }
    #expect(try names("subject") == ["namespace", "function", "version", "argument", "environment", "unkeyed"])
    #expect(try names("change") == ["changed", "added", "removed"])
  }

  @Test(
    "the fields of what is tried are those that health and selftest print",
    arguments: [("health", "checks"), ("selftest", "steps")])
  func tried(_ command: String, _ list: String) throws {
    let object = try fields("larder init --quiet", "larder \(command) --json")
    let rows = cells(below: "### The answer of \(command)")
    #expect(Set(rows.flatMap { words($0[0]) } + ["schema"]) == Set(object.keys))
    let item = try #require((object[list] as? [[String: Any]])?.first)
    let documented = words(try #require(rows.first { words($0[0]) == [list] })[1])
    #expect(Set(documented) == Set(item.keys))
  }

  @Test("the checks of health are those on the page")
  func checks() {
    let names = cells(below: "## Is it well?").flatMap { words($0[0]) }
    #expect(names == HealthCheck.Name.allCases.map(\.rawValue))
  }

  @Test("the fields of every other answer are those that the commands print")
  func answers() throws {
    let calls = [
      "larder.init/1": "larder init --json", "larder.run/1": "larder run --dry-run --json -- true || true",
      "larder.put/1": "echo 1 | larder put --function f --json",
      "larder.get/1": "larder get --function f --output f.txt --json", "larder.has/1": "larder has --function f --json",
      "larder.key/1": "larder key --function f --document --json",
      "larder.remove/1": "larder remove $(larder key --function f) --json",
      "larder.clear/1": "larder clear --all --yes --json || true", "larder.dir/1": "larder dir --json",
      "larder.version/1": "larder --version --json",
    ]
    // The order of the rows is one in which the commands find what they need.
    for row in cells(below: "## Output") {
      let schema = try #require(words(row[0]).first)
      if row[2].contains("see below") { continue }
      let call = try #require(calls[schema], "\(schema)")
      let object = try fields(call)
      #expect(object["schema"] as? String == schema)
      // `dir` lists the values of a field behind it.
      let documented = words(row[2]).filter {
        !["--document", "option", "environment", "project", "user", "default"].contains($0)
      }
      #expect(Set(documented + ["schema"]) == Set(object.keys), "\(schema)")
    }
  }
}
