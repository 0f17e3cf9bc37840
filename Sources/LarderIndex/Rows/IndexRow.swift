package import LarderFormat
package import LarderSystem

/// A row of any table of an index, whole: what a journal writes down, and what is copied from one store to another.
package enum IndexRow: Hashable, Sendable {
  case meta(IndexMeta)
  case session(SessionRecord)
  case blob(BlobRow)
  case edge(parent: BlobID, child: BlobID)
  case entry(CommittedEntry)
  case tombstone(TombstoneRow)
  /// A user's removal: its number, when it was, and the text of ``LoggedSelection``.
  case removal(Int64, Timestamp, String)
  case statistic(Statistic)
  /// When a portion of the cache was last verified whole.
  case sweep(Int, Timestamp)
}

/// The tables of an index, in the order in which they are copied.
package enum IndexTable: String, Sendable, CaseIterable {
  case meta, sessions, blobs, edges, entries, tombstones, removals, statistics, sweeps
}

/// A row of the table `blobs`.
package struct BlobRow: Hashable, Sendable {
  package enum State: String, Sendable { case live, condemned }

  package var id: BlobID
  package var state: State
  package var record: BlobRecord
  package var seal: Seal
  /// Of a condemned row: why its file is to be moved aside.
  package var evidence: String?

  package init(id: BlobID, state: State = .live, record: BlobRecord, seal: Seal, evidence: String? = nil) {
    self.id = id
    self.state = state
    self.record = record
    self.seal = seal
    self.evidence = evidence
  }
}

/// A row of the table `entries`.
package struct CommittedEntry: Hashable, Sendable {
  package var id: EntryID
  package var row: EntryRow
  package var pinnedUntil: Timestamp?

  package init(id: EntryID, row: EntryRow, pinnedUntil: Timestamp? = nil) {
    self.id = id
    self.row = row
    self.pinnedUntil = pinnedUntil
  }
}

/// A row of the table `tombstones`.
package struct TombstoneRow: Hashable, Sendable {
  /// In the order of removal.
  package var id: Int64
  package var key: ArtifactKey
  package var namespace: String
  package var function: String
  package var version: String
  package var reason: MissReason
  package var removed: Timestamp
  package var document: [UInt8]
  package var detail: [UInt8]

  package init(
    id: Int64, key: ArtifactKey, namespace: String, function: String, version: String, reason: MissReason,
    removed: Timestamp, document: [UInt8], detail: [UInt8]
  ) {
    self.id = id
    self.key = key
    self.namespace = namespace
    self.function = function
    self.version = version
    self.reason = reason
    self.removed = removed
    self.document = document
    self.detail = detail
  }
}
