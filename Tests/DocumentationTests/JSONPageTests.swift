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

  @Test("the fields of every other answer are those that the commands print")
  func answers() throws {
    let calls = [
      "larder.init/1": "larder init --json", "larder.put/1": "echo 1 | larder put --function f --json",
      "larder.get/1": "larder get --function f --output f.txt --json", "larder.has/1": "larder has --function f --json",
      "larder.key/1": "larder key --function f --document --json",
      "larder.remove/1": "larder remove $(larder key --function f) --json", "larder.dir/1": "larder dir --json",
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
