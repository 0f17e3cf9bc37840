internal import Larder
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
        ranked.insert(entry)
        return true
      }
      for entry in ranked.ranked() { try write(entry) }
    } else {
      try store.visit(selection) { entry in
        try write(entry)
        return count < limit
      }
    }
    if count > 0 { return .done }
    context.note(try store.isEmpty() ? "The cache is empty." : "No entry fits.", invocation)
    return .no
  }
}

extension ArtifactStore {
  fileprivate func isEmpty() throws -> Bool { try status(since: nil, where: { _, _ in false }).totals.entries == 0 }
}

extension Invocation {
  /// The entries that the options select.
  fileprivate func entrySelection() throws -> EntrySelection {
    var selection = EntrySelection()
    selection.namespace = text("namespace")
    if let glob = glob("function") { selection.function = { glob.matches($0) } }
    selection.tags = texts("tag")
    var arguments = KeyArguments()
    for (name, value) in jsonPairs("arg") { arguments.append(name, JSONArgument(value)) }
    selection.arguments = try arguments.leaves()
    return selection
  }
}
