internal import Larder
internal import LarderIndex

extension Command {
  @Sendable static func removeEntries(_ invocation: Invocation, _ context: Context) throws -> ExitStatus {
    var seen: Set<ArtifactKey> = []
    let keys = try invocation.keys(context, prefixes: false).compactMap { ArtifactKey($0.digits) }
      .filter { seen.insert($0).inserted }
    let isDry = invocation.flag("dry-run")
    let store = try invocation.openCache(for: isDry ? .looking : .changing, context)
    defer { store.endSession() }

    var removed: Int64 = 0
    var bytes: Int64 = 0
    var missing: [ArtifactKey] = []
    // Each batch is one transaction; others get their turn in between.
    for start in stride(from: 0, to: keys.count, by: 500) {
      let batch = Array(keys[start..<min(start + 500, keys.count)])
      let sizes = try store.sizes(of: batch)
      let gone = isDry ? Set(sizes.keys) : Set(try store.remove(batch).removed)
      removed += Int64(gone.count)
      bytes += gone.reduce(0) { $0 + sizes[$1, default: 0] }
      missing += batch.filter { !gone.contains($0) }
    }
    for key in missing { context.note("No entry has the key \(key).", invocation) }
    if isDry { context.note("This is a dry run: nothing is removed.", invocation) }
    try context.report(
      invocation,
      [
        ("schema", .string("larder.remove/1")), ("removed", .integer(removed)), ("bytes", .integer(bytes)),
        ("missing", .array(missing.map { .string($0.description) })), ("dry_run", .bool(isDry)),
      ],
      lines: invocation.flag("quiet")
        ? [] : ["Removed \(HumanText.count(removed, "entry", "entries")), \(HumanText.size(bytes)) of artifacts."])
    return missing.isEmpty ? .done : .no
  }
}
