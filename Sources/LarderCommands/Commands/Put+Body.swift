internal import Larder
internal import LarderIndex
internal import LarderSystem

extension Command {
  @Sendable static func put(_ invocation: Invocation, _ context: Context) throws -> ExitStatus {
    let call = try invocation.preparedCall(context)
    var draft = try invocation.draft(call)
    let input = invocation.text("input").flatMap { $0 == "-" ? nil : $0 }
    if let input { try checkInput(input) }
    if let reason = invocation.reasonNotToStore {
      // The program that writes to the pipe must not die of it.
      if input == nil { try context.drainInput() }
      context.note("Nothing is stored: \(reason.sentence).", invocation)
      return try report(draft.key, stored: nil, reason: reason.name, invocation, context)
    }
    let store = try invocation.openCache(for: .storing, context)
    defer { store.endSession() }
    if invocation.flag("if-absent") && !invocation.flag("refresh") {
      switch try store.entry(for: draft.key, draft.call) {
      case .hit(let entry, _):
        if input == nil { try context.drainInput() }
        return try report(draft.key, stored: entry, reason: "present", invocation, context)
      case .miss(let miss): draft.mode = miss.seen.map { .ifSeal($0) } ?? .ifAbsent
      }
    }
    let check = { () throws(LarderError) in
      guard let call, !call.inputsAreUnchanged() else { return }
      throw LarderError(
        .argument,
        "An input file of the call changed since its key was derived, so nothing was stored. Compute it again.")
    }
    let outcome: PutOutcome
    if let input {
      try check()
      outcome = try store.put(path: input, draft)
    } else {
      outcome = try store.put(draft, reading: context.read(into:), beforeCommit: check)
    }
    switch outcome {
    case .stored: return try report(draft.key, stored: nil, reason: nil, invocation, context)
    case .present(let entry): return try report(draft.key, stored: entry, reason: "present", invocation, context)
    case .invalidated:
      throw CommandError(.busy, "The key was removed by somebody else while it was stored. Try again.")
    }
  }

  /// A wrong path is found before a cache is made for it.
  private static func checkInput(_ path: String) throws {
    let status: FileStatus
    do throws(SystemError) {
      // Opened, because being there is not being readable.
      status = try Descriptor(path, [.read, .nonBlocking]).status()
    } catch {
      throw CommandError(.badInput, "Cannot read '\(path)': \(error.reason).")
    }
    if status.kind == .directory { try ArtifactStore.checkTree(path) }
    if status.kind == .special {
      throw CommandError(
        .badInput, "'\(path)' is no file and no directory. Leave --input out to store standard input.")
    }
  }

  private static func report(
    _ key: ArtifactKey, stored: StoredEntry?, reason: String?, _ invocation: Invocation, _ context: Context
  ) throws -> ExitStatus {
    try context.report(
      invocation,
      [
        ("schema", .string("larder.put/1")), ("key", .string(key.description)), ("stored", .bool(reason == nil)),
        ("reason", .optional(reason) { .string($0) }),
      ], lines: [key.description])
    return .done
  }
}

extension Invocation {
  /// The entry that is to be stored, still without its content.
  fileprivate func draft(_ call: PreparedCall?) throws -> EntryDraft {
    var draft: EntryDraft
    if let call {
      draft = EntryDraft(call, representation: Representation.data)
    } else if let key = keys.first.flatMap({ ArtifactKey($0.digits) }) {
      draft = EntryDraft(key: key, call: CallName(namespace: namespace), representation: Representation.data)
    } else {
      throw CommandError.usage("Say what to store it under: a KEY, or a call with --function.")
    }
    try draft.apply(
      PutOptions(
        encoding: text("encoding").flatMap { Encoding(rawValue: $0) },
        timeToLive: number("ttl").map { .nanoseconds($0) }, tags: texts("tag"),
        cost: number("cost").map { .nanoseconds($0) }))
    return draft
  }

  /// Why a put is to have no effect; nil when it is to have one.
  fileprivate var reasonNotToStore: (name: String, sentence: String)? {
    if flag("dry-run") { return ("dry_run", "this is a dry run") }
    if flag("no-cache") { return ("disabled", "the cache is switched off") }
    if flag("read-only") { return ("read_only", "the cache is only read") }
    return nil
  }
}
