internal import LarderBlobs
internal import LarderFormat
internal import LarderIndex
internal import LarderSystem

/// What the result of a call is to its caller, and how it gets out of a store and into it.
protocol ArtifactForm {
  associatedtype Value

  /// The result under a key, or why there is none. What is stored never makes it throw.
  func load(_ key: ArtifactKey, _ call: CallName, from store: ArtifactStore) throws(LarderError) -> Finding<Value>

  /// Whether the result of somebody who was faster takes the place of the caller's own.
  var yieldsToWinner: Bool { get }

  /// The bytes or files of a computed result, ready to be put without its caller.
  func prepare(_ value: Value) throws(LarderError) -> any ArtifactSource
}

/// Something that can be put into a store, on any thread.
protocol ArtifactSource: Sendable {
  /// The size in bytes as far as it is known.
  var size: Int { get }
  func put(_ draft: EntryDraft, into store: ArtifactStore) throws(LarderError) -> PutOutcome
}

/// A result that is a value in memory.
struct ValueForm<Value: Codable>: ArtifactForm {
  var yieldsToWinner: Bool { true }

  func load(_ key: ArtifactKey, _ call: CallName, from store: ArtifactStore) throws(LarderError) -> Finding<Value> {
    switch Representation.content(of: Value.self) {
    case .value(let kind): try load(key, call, from: store, kind)
    case .bytes:
      switch try store.bytes(for: key, call) {
      case .miss(let miss): .miss(miss)
      case .hit(let entry, let bytes):
        finding(Representation.decode(bytes, entry.record.representation, as: Value.self), entry)
      }
    }
  }

  /// Reads straight into the value, which is the content.
  private func load<Content: BlobContent>(
    _ key: ArtifactKey, _ call: CallName, from store: ArtifactStore, _ kind: Content.Type
  ) throws(LarderError) -> Finding<Value> {
    switch try store.bytes(for: key, call, as: kind) {
    case .miss(let miss): .miss(miss)
    case .hit(let entry, let content):
      finding(Representation.isContent(content, of: entry.record) ? content as? Value : nil, entry)
    }
  }

  private func finding(_ value: Value?, _ entry: StoredEntry) -> Finding<Value> {
    if let value { .hit(entry, value) } else { .miss(Miss(reason: .undecodable, seen: entry.seal)) }
  }

  func prepare(_ value: Value) throws(LarderError) -> any ArtifactSource { try EncodedValue(value) }
}

/// A value as bytes.
struct EncodedValue: ArtifactSource {
  let representation: String
  let content: EncodedContent
  var size: Int { content.count }

  init<Value: Codable>(_ value: Value) throws(LarderError) {
    (representation, content) = try Representation.encode(value)
  }

  func put(_ draft: EntryDraft, into store: ArtifactStore) throws(LarderError) -> PutOutcome {
    var draft = draft
    draft.representation = representation
    return try content.withUnsafeBytes { (bytes) throws(LarderError) in try store.put(bytes, draft) }
  }
}

/// A result that is a file or a directory at a place that the caller named.
struct PathForm: ArtifactForm {
  enum Kind: Sendable { case file, tree }

  let destination: Destination
  let kind: Kind

  /// The caller's own lies at the draft, from where it is delivered next: loading another one would need that place,
  /// and could fail after having taken it.
  var yieldsToWinner: Bool { false }

  func load(_ key: ArtifactKey, _ call: CallName, from store: ArtifactStore) throws(LarderError) -> Finding<Void> {
    try store.restore(key, call, to: destination, kind)
  }

  func prepare(_ value: Void) throws(LarderError) -> any ArtifactSource { DraftedPath(path: destination.draft) }
}

/// What a computation left at its drafting place.
struct DraftedPath: ArtifactSource {
  let path: String
  var size: Int { .max }

  func put(_ draft: EntryDraft, into store: ArtifactStore) throws(LarderError) -> PutOutcome {
    try store.put(path: path, draft)
  }
}
