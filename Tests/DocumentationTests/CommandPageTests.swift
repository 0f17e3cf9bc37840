internal import LarderCommands
internal import Testing

@Suite("The page of the command")
struct CommandPageTests {
  let page: Page
  let table = ArgumentTable.larder

  init() throws { page = try Documents.page(Documents.catalogue + "/Command.md") }

  private func expect(_ rows: [String], below heading: String) {
    #expect(
      page.table(below: heading) == rows,
      "The table below '\(heading)' has to read\n\(rows.joined(separator: "\n"))")
  }

  /// A bar would end the cell.
  private func cell(_ text: String) -> String {
    text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
  }

  @Test("every command is on the page, and no other")
  func commands() {
    expect(table.commands.map { "| `larder \($0.name)` | \(cell($0.summary)) |" }, below: "## Commands")
  }

  @Test("every option is on the page with the commands that take it, and no other")
  func options() {
    var rows: [(term: String, owners: [String], help: String)] = []
    for command in table.commands {
      for option in command.options {
        let term = term(option)
        if let index = rows.firstIndex(where: { $0.term == term && $0.help == option.help }) {
          rows[index].owners.append(command.name)
        } else {
          rows.append((term, [command.name], option.help))
        }
      }
    }
    rows += table.globals.options.map { (term($0), $0.commands ?? ["all"], $0.help) }
    expect(
      rows.map { "| \($0.term) | \($0.owners.joined(separator: ", ")) | \(cell($0.help)) |" }, below: "## Options")
  }

  private func term(_ option: Option) -> String {
    (option.short.map { "`-\($0)`, " } ?? "") + "`\(cell(option.term))`"
  }

  @Test("every variable is on the page, and no other")
  func variables() {
    var seen: Set<String> = []
    let options = (table.globals.options + table.commands.flatMap(\.options))
      .filter { $0.hasVariable && seen.insert($0.name).inserted }
    expect(
      options.map { "| `\($0.variable)` | \($0.isFlag ? "0 or 1, as" : "as") `--\($0.name)` |" }
        + table.variables.map { "| `\($0.name)` | \(cell($0.help)) |" },
      below: "## Environment variables")
  }

  @Test("every setting that files may hold is on the page, and no other")
  func settings() {
    let rows = table.fileSettings.map { option in
      let value = option.isFlag ? "`true` or `false`" : option.kind.expectation
      return "| `\(option.name)` | \(cell(value)) | \(option.files == .all ? "project, user" : "user") |"
    }
    expect(rows, below: "## Settings files")
  }

  /// The rows of the help for the exit statuses.
  private var statusRows: [String] {
    let help = HelpPage(table, .long).text(for: nil).split(separator: "\n", omittingEmptySubsequences: false)
    let shown = help.drop { $0 != "Exit status:" }.dropFirst().prefix { !$0.isEmpty }
    return shown.map { line in
      let words = line.split(separator: " ", maxSplits: 1)
      return "| \(words[0]) | \(words[1].drop { $0 == " " }) |"
    }
  }

  @Test("every exit status is on the page, as the help has it")
  func statuses() {
    #expect(statusRows.count > 5)
    expect(statusRows, below: "## Exit statuses")
  }

  @Test("the pages for scripts and for run explain every exit status, and no other")
  func statusesForScripts() throws {
    func numbers(_ rows: [String]) -> [String] { rows.map { String($0.split(separator: " ")[1]) } }
    let scripts = try Documents.page(Documents.catalogue + "/Scripts.md").table(below: "## Exit statuses")
    let run = try Documents.page(Documents.catalogue + "/Running.md").table(below: "## Failures and time limits")
    #expect(numbers(scripts) + numbers(run) == numbers(statusRows))
  }

  @Test("no page names a command that there is not")
  func noOthers() throws {
    let names = Set(table.commands.map(\.name))
    for page in try Documents.pages() {
      for line in page.lines {
        for words in line.split(whereSeparator: { "`|;&($".contains($0) }).map({ $0.split(separator: " ") })
        where words.count > 1 && words[0] == "larder" && words[1].allSatisfy({ $0.isLowercase && $0.isLetter }) {
          #expect(names.contains(String(words[1])), "\(page.path): \(line)")
        }
      }
    }
  }

  /// What stands between backticks within a line.
  private func codes(in line: String) -> [Substring] {
    line.split(separator: "`", omittingEmptySubsequences: false).enumerated().filter { $0.offset % 2 == 1 }
      .map(\.element)
  }

  @Test("no page names an option of the command that there is not")
  func noOtherOptions() throws {
    var names = Set((table.globals.options + table.commands.flatMap(\.options)).map { "--" + $0.name })
    names.formUnion(["--soak", "--static-swift-stdlib"])  // of Tests/run.sh and of swift build
    for page in try Documents.pages() {
      for line in page.lines {
        for code in codes(in: line) where code.hasPrefix("--") || code.hasPrefix("larder ") {
          // What stands behind the two dashes is the command that is run.
          let words = code.split(separator: " ").prefix { $0 != "--" }
          for word in words where word.hasPrefix("--") {
            let name = word.prefix { $0 == "-" || $0.isLowercase }
            #expect(names.contains(String(name)), "\(page.path): \(line)")
          }
        }
      }
    }
  }

  @Test("no page names a variable that there is not")
  func noOtherVariables() throws {
    var names = Set(table.variables.map(\.name))
    names.formUnion((table.globals.options + table.commands.flatMap(\.options)).filter(\.hasVariable).map(\.variable))
    // The beginning alone, and a slip of the hand that is shown on purpose.
    names.formUnion(["LARDER_", "LARDER_REFERSH"])
    for page in try Documents.pages() {
      for line in page.lines {
        for word in line.split(whereSeparator: { $0 != "_" && !$0.isUppercase }) where word.hasPrefix("LARDER_") {
          #expect(names.contains(String(word)), "\(page.path): \(line)")
        }
      }
    }
  }
}
