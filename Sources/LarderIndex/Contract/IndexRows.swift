package import LarderFormat
package import LarderSystem

/// The id of a blob's row within its index.
package struct BlobID: Hashable, Comparable, Sendable {
  package let rawValue: Int64
  package init(rawValue: Int64) { self.rawValue = rawValue }
  package static func < (left: BlobID, right: BlobID) -> Bool { left.rawValue < right.rawValue }
}

/// A live blob row.
package struct StoredBlob: Hashable, Sendable {
  package var id: BlobID
  package var record: BlobRecord
  package var seal: Seal

  package init(id: BlobID, record: BlobRecord, seal: Seal) {
    self.id = id
    self.record = record
    self.seal = seal
  }
}

/// An entry row with the row of its blob.
package struct StoredEntry: Hashable, Sendable {
  package var record: EntryRecord
  package var seal: Seal
  package var use: EntryUse
  /// Nil when the row that the entry refers to is gone: the entry dangles.
  package var blob: StoredBlob?

  package init(record: EntryRecord, seal: Seal, use: EntryUse, blob: StoredBlob?) {
    self.record = record
    self.seal = seal
    self.use = use
    self.blob = blob
  }

  /// Whether its time is up, or nobody used it for as long as it is kept without that.
  package func isExpired(at now: Timestamp) -> Bool {
    if let notAfter = record.notAfter, notAfter <= now { return true }
    if let idle = record.idle, use.last.adding(nanoseconds: idle) <= now { return true }
    return false
  }
}

/// What is known of a key without an entry.
package struct Absence: Hashable, Sendable {
  package var tombstone: Tombstone?
  package var functionSeen: Bool
  package var versionSeen: Bool
  /// See ``CacheIndex/removals()``.
  package var removals: Int64

  package init(tombstone: Tombstone?, functionSeen: Bool, versionSeen: Bool, removals: Int64) {
    self.tombstone = tombstone
    self.functionSeen = functionSeen
    self.versionSeen = versionSeen
    self.removals = removals
  }
}

/// What is remembered of a removed entry.
package struct Tombstone: Hashable, Sendable {
  package var key: ArtifactKey
  package var reason: MissReason
  package var removed: Timestamp
  package var document: [UInt8]

  package init(key: ArtifactKey, reason: MissReason, removed: Timestamp, document: [UInt8]) {
    self.key = key
    self.reason = reason
    self.removed = removed
    self.document = document
  }
}

/// One open cache that writes, on whichever host.
package struct SessionRecord: Hashable, Sendable {
  package enum State: String, Sendable { case open, dead }

  package var id: SessionID
  package var host: String
  /// Names the time since the host started; a file written in an earlier one may have lost its bytes.
  package var boot: String
  package var opened: Timestamp
  package var state: State

  package init(id: SessionID, host: String, boot: String, opened: Timestamp, state: State = .open) {
    self.id = id
    self.host = host
    self.boot = boot
    self.opened = opened
    self.state = state
  }
}

/// Counts and sums over an index.
package struct IndexTotals: Hashable, Sendable {
  package var entries: Int64 = 0
  /// Live blobs.
  package var blobs: Int64 = 0
  /// Bytes of live blobs before encoding.
  package var contentBytes: Int64 = 0
  /// Bytes of live blobs as stored.
  package var storedBytes: Int64 = 0

  package init(entries: Int64 = 0, blobs: Int64 = 0, contentBytes: Int64 = 0, storedBytes: Int64 = 0) {
    self.entries = entries
    self.blobs = blobs
    self.contentBytes = contentBytes
    self.storedBytes = storedBytes
  }
}

/// A counter of one function on one day, to be added to what is there.
package struct Statistic: Hashable, Sendable {
  /// Days since 1970-01-01 in UTC.
  package var day: Int64
  package var namespace: String
  package var function: String
  /// `hits`, `misses`, `misses.<reason>`, `puts`, `saved_ns`, `computed_ns`, `bytes_read`, `bytes_written`, …
  package var name: String
  package var value: Int64

  package init(day: Int64, namespace: String, function: String, name: String, value: Int64) {
    self.day = day
    self.namespace = namespace
    self.function = function
    self.name = name
    self.value = value
  }
}

/// Uses of an entry since they were last recorded.
package struct UseRecord: Hashable, Sendable {
  package var key: ArtifactKey
  package var count: Int64
  package var last: Timestamp

  package init(key: ArtifactKey, count: Int64, last: Timestamp) {
    self.key = key
    self.count = count
    self.last = last
  }
}
