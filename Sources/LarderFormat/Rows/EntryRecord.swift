package import LarderCrypto
package import LarderSystem

/// What an entry says: everything that its seal covers, and the documents that explain a later miss.
package struct EntryRecord: Hashable, Sendable {
  package var key: ArtifactKey
  package var namespace: String
  /// The trust tier of the writer; empty where tiers are not in use.
  package var tier: String
  /// Raised for a namespace to withdraw everything older.
  package var epoch: Int64
  package var function: String
  package var version: String
  /// The key document; empty for an entry that was put under a bare key.
  package var document: [UInt8]
  /// The call in detail: argument values and previews, for people and for explaining misses. Not sealed.
  package var detail: [UInt8]
  package var contentDigest: Digest
  /// The size of the artifact's content in bytes; of all files together where it is a tree.
  package var size: Int64
  package var representation: String
  package var created: Timestamp
  /// When the entry ceases to be served.
  package var notAfter: Timestamp?
  /// For how many nanoseconds without a use the entry is kept.
  package var idle: Int64?
  /// Nanoseconds of computation that each use saves.
  package var cost: Int64
  /// Sorted, without duplicates.
  package var tags: [String]

  package init(
    key: ArtifactKey, namespace: String = "", tier: String = "", epoch: Int64 = 0, function: String = "",
    version: String = "", document: [UInt8] = [], detail: [UInt8] = [], contentDigest: Digest, size: Int64,
    representation: String, created: Timestamp, notAfter: Timestamp? = nil, idle: Int64? = nil, cost: Int64 = 0,
    tags: [String] = []
  ) {
    self.key = key
    self.namespace = namespace
    self.tier = tier
    self.epoch = epoch
    self.function = function
    self.version = version
    self.document = document
    self.detail = detail
    self.contentDigest = contentDigest
    self.size = size
    self.representation = representation
    self.created = created
    self.notAfter = notAfter
    self.idle = idle
    self.cost = cost
    self.tags = tags
  }
}

/// What the cache itself knows of an entry: local policy, outside the seal.
package struct EntryUse: Hashable, Sendable {
  /// How often the entry was used; its put counts as 1.
  package var uses: Int64
  package var last: Timestamp
  /// The retention score: the lowest is evicted first.
  package var score: Double
  package var pinnedUntil: Timestamp?

  package init(uses: Int64, last: Timestamp, score: Double, pinnedUntil: Timestamp? = nil) {
    self.uses = uses
    self.last = last
    self.score = score
    self.pinnedUntil = pinnedUntil
  }
}
