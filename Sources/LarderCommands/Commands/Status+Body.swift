internal import Larder
internal import LarderSystem

extension Command {
  @Sendable static func showStatus(_ invocation: Invocation, _ context: Context) throws -> ExitStatus {
    let store = try invocation.openCache(for: .looking, context)
    defer { store.endSession() }
    let since = invocation.number("since").map { context.clock.now().adding(nanoseconds: -$0) }
    let (glob, namespace) = (invocation.glob("function"), invocation.text("namespace"))
    let status = try store.status(since: since) { space, function in
      (namespace.map { $0 == space } ?? true) && (glob?.matches(function) ?? true)
    }
    let report = StatusReport(
      status, directory: store.directory.path, index: store.directory.description.index.kind, now: context.clock.now())
    try context.report(invocation, report.json, lines: report.lines(width: context.output.width), stressing: .headings)
    return .done
  }
}
