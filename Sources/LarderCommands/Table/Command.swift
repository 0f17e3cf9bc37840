/// One subcommand: its line in the table, and what it does.
package struct Command: Sendable {
  package let name: String
  /// One sentence without a full stop, in the imperative.
  package let summary: String
  /// The ways to write it, without the program's name.
  package let usage: [String]
  /// Paragraphs of the long help.
  package let discussion: [String]
  /// Further paragraphs, about the table as a whole.
  package let more: @Sendable (ArgumentTable) -> [String]
  package let groups: [OptionGroup]
  package let operand: Operand?
  package let rules: [Rule]
  /// The statuses that it ends with beside the common ones.
  package let statuses: [(status: ExitStatus, meaning: String)]
  package let examples: [(line: String, comment: String)]
  /// What other tools call it, answered with this name.
  package let alsoKnownAs: [String]
  /// Whether variables and settings files are read for it. What explains them must not fail because of them.
  package let readsSettings: Bool
  package let run: @Sendable (Invocation, Context) throws -> ExitStatus

  package init(
    _ name: String, _ summary: String, usage: [String], discussion: [String] = [], groups: [OptionGroup] = [],
    operand: Operand? = nil, rules: [Rule] = [], more: @escaping @Sendable (ArgumentTable) -> [String] = { _ in [] },
    statuses: [(status: ExitStatus, meaning: String)],
    examples: [(line: String, comment: String)] = [], alsoKnownAs: [String] = [], readsSettings: Bool = true,
    run: @escaping @Sendable (Invocation, Context) throws -> ExitStatus
  ) {
    self.name = name
    self.summary = summary
    self.usage = usage
    self.discussion = discussion
    self.more = more
    self.groups = groups
    self.operand = operand
    self.rules = rules
    self.statuses = statuses
    self.examples = examples
    self.alsoKnownAs = alsoKnownAs
    self.readsSettings = readsSettings
    self.run = run
  }

  /// The options of this command alone.
  package var options: [Option] { groups.flatMap(\.options) }
}
