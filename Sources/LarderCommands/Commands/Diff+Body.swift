internal import Larder
internal import LarderFormat

extension Command {
  @Sendable static func compareCalls(_ invocation: Invocation, _ context: Context) throws -> ExitStatus {
    let store = try invocation.openCache(for: .looking, context)
    defer { store.endSession() }
    var sides: [EntryInspection] = []
    for key in invocation.keys {
      // Not 1: that says that two entries differ.
      guard let side = try key.inspected(in: store) else { throw CommandError(.badInput, key.absence) }
      sides.append(side)
    }
    let report = DiffReport(sides[0], sides[1], comparesValues: invocation.flag("values"))
    if invocation.flag("json") || !invocation.flag("quiet") {
      try context.report(
        invocation, report.json, lines: report.lines(verbose: invocation.flag("verbose")),
        stressing: .headings)
    }
    return report.isEqual ? .done : .no
  }
}
