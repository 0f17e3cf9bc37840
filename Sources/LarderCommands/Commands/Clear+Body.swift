internal import Larder
internal import LarderFormat

extension Command {
  @Sendable static func clearEntries(_ invocation: Invocation, _ context: Context) throws -> ExitStatus {
    let selection = try invocation.entrySelection()
    let isDry = invocation.flag("dry-run")
    let asks = !isDry && !invocation.flag("yes")
    if asks, invocation.flag("all"), !context.canAsk {
      throw CommandError.usage("Nobody can be asked here whether to remove everything. Say so with --yes.")
    }
    let store = try invocation.openCache(for: isDry ? .looking : .changing, context)
    defer { store.endSession() }
    if asks, context.canAsk {
      let found = try store.totals(of: selection)
      if found.entries > 0, try !context.confirm("Remove \(found.words)?") {
        context.note("Nothing is removed.", invocation)
        return .no
      }
    }
    let removed = isDry ? try store.totals(of: selection) : try store.clear(selection)
    if isDry { context.note("This is a dry run: nothing is removed.", invocation) }
    try context.report(
      invocation,
      [
        ("schema", .string("larder.clear/1")), ("removed", .integer(removed.entries)),
        ("bytes", .integer(removed.bytes)), ("dry_run", .bool(isDry)),
      ], lines: invocation.flag("quiet") ? [] : ["Removed \(removed.words)."])
    return removed.entries > 0 ? .done : .no
  }
}

extension SelectionTotals {
  fileprivate var words: String {
    "\(HumanText.count(entries, "entry", "entries")), \(HumanText.size(bytes)) of artifacts"
  }
}
