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
      if isJSON {
        count += 1
        return try context.output.write(EntryLine(entry: entry, now: now).json + "\n")
      }
      // On a terminal a line is a line; in a pipe nothing is cut.
      func fit(_ line: String) -> String { context.output.width.map { cut(line, to: $0) } ?? line }
      let wholeKey = invocation.flag("verbose")
      if count == 0, context.output.width != nil {
        let head = fit(EntryLine.head(wholeKey: wholeKey))
        try context.output.write((context.isColoured(invocation) ? Stress.headings.applied(to: head) : head) + "\n")
      }
      count += 1
      try context.output.write(fit(EntryLine(entry: entry, now: now).text(wholeKey: wholeKey)) + "\n")
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
