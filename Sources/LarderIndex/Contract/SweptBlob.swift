package import LarderCrypto
package import LarderFormat

/// A blob row as a sweep meets it, whatever became of it.
package struct SweptBlob: Hashable, Sendable {
  package enum State: Hashable, Sendable {
    case live, condemned
    /// The row was altered: nobody can be served from it.
    case unknown
  }

  package var id: BlobID
  package var state: State
  /// The file; nil for an inline blob, and where the row names no file that there can be.
  package var name: BlobName?
  /// What the row says, with its inline bytes; nil where that is nothing that a blob can be.
  package var row: StoredBlob?
  /// Whether an entry or a tree's manifest refers to it.
  package var isReferenced: Bool
  /// What to go on with after it.
  package var position: BlobPosition

  package init(
    id: BlobID, state: State, name: BlobName?, row: StoredBlob?, isReferenced: Bool, position: BlobPosition
  ) {
    self.id = id
    self.state = state
    self.name = name
    self.row = row
    self.isReferenced = isReferenced
    self.position = position
  }
}

/// An entry as a sweep meets it, with what it refers to, all as of one moment.
package struct SweptEntry: Sendable {
  package var entry: StoredEntry
  /// Whether the row that it refers to is there although nobody can be served from it: that row tells of itself.
  package var hasAlteredBlob: Bool
  /// The content digests of the files of a tree that have live rows.
  package var files: [Digest]
  /// How many edges the tree has, whatever they lead to.
  package var edges: Int

  package init(entry: StoredEntry, hasAlteredBlob: Bool, files: [Digest], edges: Int) {
    self.entry = entry
    self.hasAlteredBlob = hasAlteredBlob
    self.files = files
    self.edges = edges
  }
}

/// Where in a shard's rows a sweep is: it means the same after rows before it came or went.
package struct BlobPosition: Hashable, Sendable {
  /// The parts of a shard, in their order.
  enum Part: Hashable, Comparable, Sendable, CaseIterable {
    case live, condemned
    /// In the first shard only: rows that no tree of the store leads to, because their state or digest was altered.
    case stray
  }

  var part: Part
  /// As the row has it, whether or not a digest has as many bytes.
  var digest: [UInt8]
  var id: Int64

  /// Whether a row comes later in the same part.
  func isBefore(_ other: BlobPosition) -> Bool {
    if part == .stray || digest == other.digest { return id < other.id }
    return digest.lexicographicallyPrecedes(other.digest)
  }
}
