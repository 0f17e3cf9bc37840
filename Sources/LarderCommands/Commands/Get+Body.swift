internal import Larder
internal import LarderIndex
internal import LarderSystem

extension Command {
  @Sendable static func get(_ invocation: Invocation, _ context: Context) throws -> ExitStatus {
    let call = try invocation.preparedCall(context)
    let name = call?.name ?? CallName(namespace: invocation.namespace)
    let asked = call?.key.description ?? invocation.keys.first?.digits ?? ""
    // The names that systems give standard output are no places for a file.
    let output = invocation.text("output").flatMap { ["-", "/dev/stdout", "/dev/fd/1"].contains($0) ? nil : $0 }
    if invocation.flag("no-cache") { return try miss(asked, .disabled, output, invocation, context) }
    let store = try invocation.openCache(for: .reading, context)
    defer { store.endSession() }
    if invocation.flag("refresh") {
      store.countMiss(.refresh, name)
      return try miss(asked, .refresh, output, invocation, context)
    }
    guard let key = try call?.key ?? invocation.keys.first?.resolved(in: store) else {
      store.countMiss(.cold, name)
      return try miss(asked, .cold, output, invocation, context)
    }
    let isDry = invocation.flag("dry-run")
    let finding: Finding<Void>
    if isDry {
      finding = try store.entry(for: key, name)
    } else if let output {
      finding = try store.export(key, name, to: output)
    } else {
      finding = try store.stream(key, name, begin: refuseTree, into: context.output.write)
    }
    switch finding {
    case .miss(let miss):
      if !isDry { store.countMiss(miss.reason, name) }
      return try self.miss(key.description, miss.reason, output, invocation, context)
    case .hit(let entry, _):
      if isDry {
        let place = output.map { "'\($0)'" } ?? "standard output"
        context.note("Would write \(HumanText.size(entry.record.size)) to \(place).", invocation)
      } else {
        store.countHit(entry)
      }
      if let output { try report(entry, to: output, invocation, context) }
      return .done
    }
  }

  private static func refuseTree(_ entry: StoredEntry) throws {
    guard entry.record.representation == Representation.tree else { return }
    throw CommandError.usage("The artifact is a directory. Say where it is to go: --output DIR.")
  }

  private static func report(
    _ entry: StoredEntry, to output: String, _ invocation: Invocation, _ context: Context
  ) throws {
    guard invocation.flag("json") else { return }
    try context.report(
      invocation,
      [
        ("schema", .string("larder.get/1")), ("hit", .bool(true)), ("key", .string(entry.record.key.description)),
        ("reason", .null), ("output", .string(output)), ("size", .integer(entry.record.size)),
        ("representation", .string(entry.record.representation)),
      ], lines: [])
  }

  /// Standard output belongs to the artifact: only where that goes elsewhere there is a report for machines.
  private static func miss(
    _ key: String, _ reason: MissReason, _ output: String?, _ invocation: Invocation, _ context: Context
  ) throws -> ExitStatus {
    if invocation.flag("json"), let output {
      try context.report(
        invocation,
        [
          ("schema", .string("larder.get/1")), ("hit", .bool(false)), ("key", .string(key)),
          ("reason", .string(reason.rawValue)), ("output", .string(output)), ("size", .null), ("representation", .null),
        ], lines: [])
    }
    context.note(missLine(reason), invocation)
    return .no
  }
}
