/// The help pages, 80 columns wide everywhere, so that they can be quoted.
package struct HelpPage {
  private let table: ArgumentTable
  private let detail: HelpDetail
  private static let width = 80

  package init(_ table: ArgumentTable, _ detail: HelpDetail) {
    self.table = table
    self.detail = detail
  }

  /// The page of a command, or the overview.
  package func text(for command: Command?) -> String { command.map(page) ?? overview }

  /// All commands, and the options that they share.
  package var overview: String {
    var lines = ["\(table.program) – \(table.summary)", "", "Usage: \(table.program) [OPTION…] COMMAND …", ""]
    lines.append("Commands:")
    lines += definitions(table.commands.map { ("  " + $0.name, $0.summary) })
    lines += options(table.globals) { $0.commands.map { " (\($0.joined(separator: ", ")))" } ?? "" }
    if detail == .long {
      lines += ["", "Environment:"]
      lines += definitions(
        table.settings.map { ("  " + $0.variable, $0.isFlag ? "0 or 1, as --\($0.name)" : "as --\($0.name)") }
          + table.variables.map { ("  " + $0.name, $0.help) })
      lines += ["", "Exit status:"]
      lines += definitions(HelpPage.statuses.map { ("  \($0.number)", $0.meaning) })
    }
    lines += ["", "'\(table.program) help COMMAND' says more about one."]
    return lines.joined(separator: "\n") + "\n"
  }

  private static let statuses: [ExitStatus] = [
    .done, .no, .problems, .usage, .badInput, .noCache, .unavailable, .cannotCreate, .inputOutput, .busy, .refused,
    .configuration, .timedOut, .notRun, .notExecutable, .notFound,
  ]

  private func page(_ command: Command) -> String {
    var lines = ["\(table.program) \(command.name) – \(command.summary)", ""]
    for (index, usage) in command.usage.enumerated() {
      lines.append((index == 0 ? "Usage: " : "       ") + "\(table.program) \(usage)")
    }
    lines += examples(command)
    if detail == .long {
      for paragraph in command.discussion + command.more(table) { lines += [""] + wrapped(paragraph, HelpPage.width) }
    }
    for group in command.groups { lines += options(group) }
    if detail == .short {
      lines += ["", "'\(table.program) help \(command.name)' says more."]
      return lines.joined(separator: "\n") + "\n"
    }
    lines += options(OptionGroup(table.globals.title, table.globals.options.filter { $0.isFor(command) }))
    lines += ["", "Exit status:"]
    let common = [ExitStatus.done, .usage, .configuration].filter { status in
      !command.statuses.contains { $0.status == status }
    }
    let statuses = (command.statuses + common.map { ($0, $0.meaning) }).sorted { $0.status.number < $1.status.number }
    lines += definitions(statuses.map { ("  \($0.status.number)", $0.meaning) })
    return lines.joined(separator: "\n") + "\n"
  }

  /// In front of all that has to be read: most who ask want a line to change. The short page has the first of them.
  private func examples(_ command: Command) -> [String] {
    let shown = detail == .short ? Array(command.examples.prefix(1)) : command.examples
    if shown.isEmpty { return [] }
    return ["", shown.count == 1 ? "Example:" : "Examples:"]
      + shown.flatMap { ["  \($0.line)", "      \($0.comment)"] }
  }

  /// The options of a group with their help, behind which `note` stands.
  private func options(_ group: OptionGroup, note: (Option) -> String = { _ in "" }) -> [String] {
    let rows = group.options.map { option in
      let term = "  " + (option.short.map { "-\($0), " } ?? "    ") + option.term
      return (term, option.help + note(option) + (option.hasVariable && detail == .long ? " [\(option.variable)]" : ""))
    }
    return ["", group.title + ":"] + definitions(rows)
  }

  /// Terms and what they mean in two columns; a long term has a line to itself.
  private func definitions(_ rows: [(term: String, meaning: String)]) -> [String] {
    let column = min(28, (rows.map { columns(of: $0.term) }.max() ?? 0) + 2)
    var lines: [String] = []
    for (term, meaning) in rows {
      var meanings = wrapped(meaning, HelpPage.width - column)[...]
      if columns(of: term) + 2 > column {
        lines.append(term)
      } else {
        let space = String(repeating: " ", count: column - columns(of: term))
        lines.append(term + space + (meanings.popFirst() ?? ""))
      }
      lines += meanings.map { String(repeating: " ", count: column) + $0 }
    }
    return lines
  }
}

/// The text in lines of at most `width` columns, broken at spaces.
func wrapped(_ text: String, _ width: Int) -> [String] {
  var lines: [String] = []
  var line = ""
  for word in text.split(separator: " ") {
    if !line.isEmpty, columns(of: line) + 1 + columns(of: String(word)) > width {
      lines.append(line)
      line = ""
    }
    line += (line.isEmpty ? "" : " ") + word
  }
  if !line.isEmpty { lines.append(line) }
  return lines
}
