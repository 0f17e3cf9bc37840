internal import Larder
internal import LarderFormat
internal import LarderIndex
internal import LarderSystem

// Giving what a command gave before.
extension Runner {
  /// What went wrong after something was written, which cannot be made good by running the command.
  final class Fatal { var error: (any Error)? }

  func give(_ tree: StoredTree, isMerged: Bool, _ fatal: Fatal) throws -> TreeUse<ExitStatus> {
    try replay(of: tree, isMerged: isMerged).map { replay in
      try request.outputs.restore(tree, replay.record)
      do { try replay.write(to: context) } catch let begun as RunReplay.Begun {
        fatal.error = begun.cause
        throw begun
      }
      if invocation.flag("verbose") { context.note("From the cache: the command was not run.", invocation) }
      tellUnusedInput()
      return ExitStatus(replay.record.exit)
    }
  }

  /// The stored run, if it is what is asked for.
  func replay(of tree: StoredTree, isMerged: Bool) throws -> TreeUse<RunReplay> {
    guard let replay = try RunReplay(tree) else { return .refused(.undecodable) }
    return request.refusal(of: replay.record, isMerged: isMerged).map { .refused($0) } ?? .value(replay)
  }

  func givenInSeparateStreams(_ cache: ArtifactCache, _ merged: PreparedCall) throws -> ExitStatus? {
    let call = try request.separated(merged)
    let fatal = Fatal()
    let finding = try? cache.tree(call) { try give($0, isMerged: false, fatal) }
    if let error = fatal.error { throw error }
    guard case .hit(let entry, let status)? = finding else { return nil }
    cache.countHit(entry)
    return status
  }

  func dryLook(_ cache: ArtifactCache, _ call: PreparedCall) throws -> MissReason? {
    func look(_ call: PreparedCall, isMerged: Bool) throws -> MissReason? {
      let finding = try cache.tree(call) { try replay(of: $0, isMerged: isMerged) }
      if case .miss(let miss) = finding { return miss.reason }
      return nil
    }
    if request.isMerged, try look(request.separated(call), isMerged: false) == nil { return nil }
    return try look(call, isMerged: request.isMerged)
  }

  /// What a dry run tells.
  func told(_ call: PreparedCall, _ reason: MissReason?) throws -> ExitStatus {
    if invocation.flag("json") {
      try context.report(
        invocation,
        [
          ("schema", .string("larder.run/1")), ("hit", .bool(reason == nil)), ("key", .string(call.key.description)),
          ("reason", .optional(reason) { .string($0.rawValue) }),
          ("inputs", .array(request.inputs.names.map { .string($0) })),
        ], lines: [])
    } else {
      context.note(
        reason.map { "Would run it. \(missLine($0))" } ?? "Would give it from the cache.", invocation)
    }
    return reason == nil ? .done : .no
  }
}
