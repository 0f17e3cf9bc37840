internal import Larder
internal import LarderFormat
internal import LarderIndex
internal import LarderSystem

extension Command {
  @Sendable static func listEntries(_ invocation: Invocation, _ context: Context) throws -> ExitStatus {
    let selection = try invocation.entrySelection()
    let store = try invocation.openCache(for: .looking, context)
    defer { store.endSession() }
    let now = context.clock.now()
    let limit = Int(clamping: invocation.number("limit") ?? .max)
    let isJSON = invocation.flag("json")
    let isMeant = try store.filter(invocation, selection, at: now)
    var count = 0

    func write(_ entry: StoredEntry) throws {
      if count == 0, !isJSON, context.output.width != nil { try context.output.write(EntryLine.head + "\n") }
      count += 1
      let line = EntryLine(entry: entry, now: now)
      try context.output.write((isJSON ? line.json : line.text(wholeKey: invocation.flag("verbose"))) + "\n")
    }

    if let order = invocation.text("sort").flatMap(EntryOrder.init) {
      var ranked = RankedEntries(order, limit)
      try store.visit(selection) { entry in
        if isMeant(entry) { ranked.insert(entry) }
        return true
      }
      for entry in ranked.ranked() { try write(entry) }
    } else {
      try store.visit(selection) { entry in
        if isMeant(entry) { try write(entry) }
        return count < limit
      }
    }
    if count > 0 { return .done }
    context.note(try store.isEmpty() ? "The cache is empty." : "No entry fits.", invocation)
    return .no
  }
}

extension ArtifactStore {
  /// What of a selection is to be listed: `--expired` and `--superseded` narrow it further.
  fileprivate func filter(
    _ invocation: Invocation, _ selection: EntrySelection, at now: Timestamp
  ) throws -> (StoredEntry) -> Bool {
    let onlyExpired = invocation.flag("expired")
    // Whatever else is asked for: a version is the newest one among all entries of its function.
    let versions =
      invocation.flag("superseded") ? try newestVersions(of: selection.function, in: selection.namespace) : nil
    return { entry in
      (!onlyExpired || entry.isExpired(at: now)) && (versions.map { $0.supersede(entry.record) } ?? true)
    }
  }

  fileprivate func isEmpty() throws -> Bool { try status(since: nil, where: { _, _ in false }).totals.entries == 0 }
}
