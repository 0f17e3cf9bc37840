/// Reads the variables of Larder: `LARDER_` and the long option in capitals. The command line comes first.
struct EnvironmentReader {
  private let table: ArgumentTable

  init(_ table: ArgumentTable) { self.table = table }

  /// A setting that is not text must not count as one that is not there.
  ///
  /// - Throws: status 78.
  func refuseUnreadable(_ names: Set<String>) throws(CommandError) {
    guard let name = names.filter({ $0.hasPrefix("LARDER_") }).min() else { return }
    throw CommandError(.configuration, "The value of \(name) is not UTF-8. Set it to text, or unset it.")
  }

  /// Sets the options that the command line leaves open.
  ///
  /// Every variable is checked, also those that this command has no use for: a misspelt setting is found by the first
  /// command and not by the one that silently ignores it.
  ///
  /// - Throws: status 78.
  func read(_ environment: [String: String], into invocation: inout Invocation) throws(CommandError) {
    let settings = table.settings
    let others = table.variables.map(\.name)
    // Sorted, so that the same wrong environment always gives the same message.
    for (variable, text) in environment.filter({ $0.key.hasPrefix("LARDER_") }).sorted(by: { $0.key < $1.key }) {
      if others.contains(variable) { continue }
      guard let option = settings.first(where: { $0.variable == variable }) else {
        let advice =
          suggestion(for: variable, among: settings.map(\.variable) + others)
          ?? "Unset it; '\(table.program) help' lists the variables."
        throw CommandError(.configuration, "Unknown setting \(variable) in the environment. \(advice)")
      }
      let value = try value(of: option, text)
      if !table.isExcluded(option, invocation) { invocation.settle(option, value, text, .environment) }
    }
  }

  /// The beginning that all variables share says nothing about which was meant.
  private func suggestion(for variable: String, among known: [String]) -> String? {
    let beginning = "LARDER_"
    let meant = Suggestion.nearest(
      to: String(variable.dropFirst(beginning.count)), among: known.map { String($0.dropFirst(beginning.count)) })
    return meant.map { "Did you mean '\(beginning)\($0)'?" }
  }

  /// - Returns: nil for a flag that is off.
  private func value(of option: Option, _ text: String) throws(CommandError) -> Value? {
    if option.isFlag {
      switch text {
      case "0": return nil
      case "1": return .flag
      default: throw CommandError(.configuration, "\(option.variable) is '\(text)' but must be 0 or 1.")
      }
    }
    do {
      return try option.kind.read(text, for: option.variable)
    } catch {
      throw CommandError(.configuration, error.message)
    }
  }
}

extension ArgumentTable {
  /// Whether somebody who comes first says the opposite: `--verbose` overrules `LARDER_QUIET=1`.
  func isExcluded(_ option: Option, _ invocation: Invocation) -> Bool {
    globalRules.contains { rule in
      guard case .atMostOne(let parts) = rule, parts.contains(.option(option.name)) else { return false }
      return parts.contains { $0 != .option(option.name) && invocation.has($0) }
    }
  }
}
