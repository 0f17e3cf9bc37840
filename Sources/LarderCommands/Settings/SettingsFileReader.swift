/// Reads the settings files: the project's, then the user's. Command line and variables come first.
struct SettingsFileReader {
  private let table: ArgumentTable
  private let context: Context

  init(_ table: ArgumentTable, _ context: Context) {
    self.table = table
    self.context = context
  }

  /// Adds what the files say of options that nobody who comes first says anything about.
  ///
  /// Every setting is checked, also those that this command has no use for: a misspelt one is found by the first command
  /// and not by the one that silently ignores it.
  ///
  /// - Throws: status 78.
  func read(into invocation: inout Invocation) throws(CommandError) {
    let owners = TrustedOwners(context.environment)
    let project = SettingsFile.ofProject(from: context.workingDirectory(), owners)
    for file in [project, SettingsFile.ofUser(context.environment)].compactMap({ $0 }) {
      guard let bytes = try file.bytes(owners) else { continue }
      invocation.files.append(file)
      try read(bytes, of: file, into: &invocation)
    }
  }

  private func read(
    _ bytes: [UInt8], of file: SettingsFile, into invocation: inout Invocation
  ) throws(CommandError) {
    var found: [(option: Option, value: Value?, text: String)] = []
    for member in try members(bytes, file) {
      let option = try option(named: member.name, file)
      let (value, text) = try SettingValue(option, file, context.environment).read(member.value)
      found.append((option, value, text))
    }
    try refuseContradictions(found.filter { $0.value != nil }.map(\.option.name), file)
    for (option, value, text) in found where !table.isExcluded(option, invocation) {
      invocation.settle(option, value, text, .file(file))
    }
  }

  private func members(_ bytes: [UInt8], _ file: SettingsFile) throws(CommandError) -> [JSONMember] {
    do throws(JSONError) {
      if case .object(let members) = try JSONReader.read(bytes, .json5) { return members }
    } catch {
      let (line, column) = place(of: error.offset, in: bytes)
      throw wrong(
        "'\(file.path)' is no JSON5: \(error.reason) (line \(line), column \(column)). Mend it, or run without it: --no-config."
      )
    }
    throw wrong("'\(file.path)' holds no object. Write settings as in { \"namespace\": \"lab\" }.")
  }

  /// Counted from 1, columns in bytes.
  private func place(of offset: Int, in bytes: [UInt8]) -> (line: Int, column: Int) {
    let before = bytes.prefix(offset)
    return (before.count { $0 == 0x0A } + 1, before.count - (before.lastIndex(of: 0x0A) ?? -1))
  }

  /// - Throws: What is wrong with the name, and what may have been meant.
  private func option(named name: String, _ file: SettingsFile) throws(CommandError) -> Option {
    let known = table.fileSettings
    guard let option = known.first(where: { $0.name == name }) else { throw unknown(name, known, file) }
    if option.files == .user, file.kind == .project {
      let place = SettingsFile.ofUser(context.environment).map { "'\($0.path)'" } ?? "a file of your own"
      throw wrong(
        "'\(name)' in '\(file.path)' is not for a project to choose. Put it into \(place), or give --\(name).")
    }
    return option
  }

  private func unknown(_ name: String, _ known: [Option], _ file: SettingsFile) -> CommandError {
    if let option = table.settings.first(where: { $0.name == name }) {
      return wrong(
        "'\(name)' in '\(file.path)' is chosen for each command and stands in no file. Give --\(name), or set "
          + "\(option.variable).")
    }
    let variable = "LARDER_" + name.uppercased()
    if table.variables.contains(where: { $0.name == variable }) {
      return wrong("'\(name)' in '\(file.path)' stands in no file. Set \(variable) instead.")
    }
    let other = known.first { $0.alsoKnownAs.contains(name) }?.name
    let advice =
      (other ?? Suggestion.nearest(to: name, among: known.map(\.name))).map { "Did you mean '\($0)'?" }
      ?? "Take it out; '\(table.program) help config' lists the settings."
    return wrong("Unknown setting '\(name)' in '\(file.path)'. \(advice)")
  }

  private func refuseContradictions(_ names: [String], _ file: SettingsFile) throws(CommandError) {
    for rule in table.globalRules {
      guard case .atMostOne(let parts) = rule else { continue }
      let given = names.filter { parts.contains(.option($0)) }
      if given.count > 1 {
        throw wrong("'\(given[0])' and '\(given[1])' in '\(file.path)' exclude each other. Keep one of them.")
      }
    }
  }

  private func wrong(_ message: String) -> CommandError { CommandError(.configuration, message) }
}
