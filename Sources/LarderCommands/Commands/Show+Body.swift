internal import Larder
internal import LarderFormat
internal import LarderSystem

extension Command {
  @Sendable static func showEntry(_ invocation: Invocation, _ context: Context) throws -> ExitStatus {
    let store = try invocation.openCache(for: .looking, context)
    defer { store.endSession() }
    let key = invocation.keys[0]
    guard let inspection = try key.inspected(in: store) else {
      context.note(key.absence, invocation)
      return .no
    }
    let report = ShowReport(inspection, now: context.clock.now())
    try context.report(
      invocation, report.json, lines: report.lines(verbose: invocation.flag("verbose")),
      stressing: .headings)
    return .done
  }
}

extension KeyText {
  /// The entry that is meant; nil when there is none.
  func inspected(in store: ArtifactStore) throws -> EntryInspection? {
    guard let key = try resolved(in: store) else { return nil }
    return try store.inspect(key)
  }

  /// That no entry is meant, for people.
  var absence: String { isWhole ? "No entry has the key \(digits)." : "No entry has a key that begins with \(digits)." }
}
