internal import LarderBlobs
internal import LarderCrypto
package import LarderFormat
internal import LarderIndex
internal import LarderSystem

/// A call with its key, ready to be looked up, and what its inputs were when the key was derived.
package struct PreparedCall: Sendable {
  package let name: CallName
  package let key: ArtifactKey
  // As it was derived: its detail takes longer to write than the key to derive, and only a put needs it.
  let derived: DerivedCall
  /// The input files as they were hashed.
  let inputs: InputSnapshot

  package var document: [UInt8] { derived.document.cbor }
}

extension ArtifactCache {
  /// Derives the key of a call.
  ///
  /// - Throws: ``LarderError`` with the code `argument` for what cannot be part of a key.
  func prepare(_ function: String, _ version: String, _ arguments: KeyArguments) throws -> PreparedCall {
    let recorder = InputRecorder(shared.inputs)
    let derived = try Call(function, version: version, arguments).derive(
      namespace: namespaceName, environment: shared.options.keyEnvironment, inputs: recorder)
    return PreparedCall(
      name: CallName(namespace: namespaceName, function: function, version: version), key: derived.key,
      derived: derived, inputs: recorder.snapshot)
  }

  /// The entry that the result of a call becomes, still without what only its computation tells.
  ///
  /// - Throws: ``LarderError`` with the code `usage` for an unusable option.
  func draft(_ call: PreparedCall, _ options: PutOptions) throws(LarderError) -> EntryDraft {
    var draft = EntryDraft(call, representation: "")
    try draft.apply(options)
    return draft
  }
}

extension EntryDraft {
  /// Takes over what the caller asked for.
  ///
  /// - Throws: ``LarderError`` with the code `usage` for times that are not positive and tags that are no tags.
  package mutating func apply(_ options: PutOptions) throws(LarderError) {
    encoding = options.encoding
    timeToLive = try Self.positive(options.timeToLive, "A time to live")
    idle = try Self.positive(options.idle, "An idle time")
    if let cost = options.cost {
      guard cost >= .zero else { throw LarderError(.usage, "A cost must not be negative. It is \(cost).") }
      self.cost = Int64(clamping: cost.nanoseconds)
    }
    guard options.tags.count <= 64 else {
      throw LarderError(.usage, "An artifact has at most 64 tags. It was given \(options.tags.count).")
    }
    for tag in options.tags where tag.isEmpty || tag.utf8.count > 256 {
      throw LarderError(.usage, "A tag has 1 to 256 bytes. '\(printable(tag))' has \(tag.utf8.count).")
    }
    tags = Set(options.tags).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  private static func positive(_ duration: Duration?, _ name: String) throws(LarderError) -> Int64? {
    guard let duration else { return nil }
    guard duration > .zero else { throw LarderError(.usage, "\(name) must be above zero. It is \(duration).") }
    return Int64(clamping: duration.nanoseconds)
  }
}
