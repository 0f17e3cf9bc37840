internal import Larder
internal import LarderSystem

extension Command {
  @Sendable static func testItself(_ invocation: Invocation, _ context: Context) throws -> ExitStatus {
    let path = try ChosenDirectory(invocation, context).path
    if invocation.flag("dry-run") {
      context.note("This is a dry run: a directory would be made beside '\(path)', and nothing else.", invocation)
      return .done
    }
    let outcome = try withScratchDirectory(near: path) { SelfTest(context: context, directory: $0 + "/cache").run() }
    let report = SelfTestReport(outcome: outcome)
    if invocation.flag("json") || !invocation.flag("quiet") || !outcome.isPassed {
      try context.report(invocation, report.json, lines: report.lines, stressing: .health)
    }
    return outcome.isPassed ? .done : .no
  }
}
