internal import Larder
internal import LarderIndex

extension Command {
  @Sendable static func ask(_ invocation: Invocation, _ context: Context) throws -> ExitStatus {
    let call = try invocation.preparedCall(context)
    let keys = call == nil ? try invocation.keys(context, prefixes: true) : []
    let isAskedForSeveral = keys.count > 1 || invocation.text("keys-from") != nil
    // As if there were no cache, or none of it were any good.
    let blanket: MissReason? = invocation.flag("no-cache") ? .disabled : invocation.flag("refresh") ? .refresh : nil
    let store = invocation.flag("no-cache") ? nil : try invocation.openCache(for: .looking, context)
    defer { store?.endSession() }

    var areAllThere = true
    func answer(_ asked: String, _ key: ArtifactKey?, _ name: CallName) throws {
      var reason = blanket
      if reason == nil, let store {
        if let key {
          if case .miss(let miss) = try store.entry(for: key, name) { reason = miss.reason }
        } else {
          reason = .cold
        }
      }
      if reason != nil { areAllThere = false }
      if invocation.flag("json") {
        try context.report(
          invocation,
          [
            ("schema", .string("larder.has/1")), ("asked", .string(asked)),
            ("key", .optional(key) { .string($0.description) }), ("hit", .bool(reason == nil)),
            ("reason", .optional(reason) { .string($0.rawValue) }),
          ], lines: [])
      } else if isAskedForSeveral, reason == nil, let key {
        try context.output.write(key.description + "\n")
      } else if let reason, invocation.flag("verbose") {
        context.say("larder: \(asked): \(missLine(reason))")
      }
    }

    if let call {
      try answer(call.key.description, call.key, call.name)
    } else {
      for key in keys {
        let resolved = try store.map { try key.resolved(in: $0) } ?? (key.isWhole ? ArtifactKey(key.digits) : nil)
        try answer(key.digits, resolved, CallName(namespace: invocation.namespace))
      }
    }
    return areAllThere ? .done : .no
  }
}
