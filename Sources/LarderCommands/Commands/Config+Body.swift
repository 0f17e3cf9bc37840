internal import Larder

extension Command {
  @Sendable static func showSettings(_ invocation: Invocation, _ context: Context) throws -> ExitStatus {
    let directory = try ChosenDirectory(invocation, context)
    let store: ArtifactStore?
    do { store = try invocation.openCache(for: .looking, context) } catch let error as LarderError {
      guard error.code == .noCache else { throw error }
      store = nil
    }
    defer { store?.endSession() }
    let settings = Settings(invocation, context, directory, store?.directory.description).all
    let report = ConfigReport(
      directory: directory.path, settings: settings, files: files(invocation, context),
      description: store?.directory.description,
      facts: store?.directoryFacts(trying: !invocation.flag("read-only")))
    try context.report(invocation, report.json, lines: report.lines, stressing: .headings)
    return .done
  }

  /// The user's file is named where there is none, so that it is known where one would be read.
  private static func files(_ invocation: Invocation, _ context: Context) -> [(SettingsFile, Bool)] {
    var files = invocation.files.map { ($0, true) }
    if !invocation.flag("no-config"), !invocation.files.contains(where: { $0.kind == .user }),
      let file = SettingsFile.ofUser(context.environment)
    {
      files.append((file, false))
    }
    return files
  }
}
