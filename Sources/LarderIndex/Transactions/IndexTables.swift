package import LarderCrypto
package import LarderFormat
package import LarderSystem

/// The tables of an index as one transaction that writes sees them: what a store has to bring for
/// ``TransactionalIndex`` to make an index of it.
///
/// Each call reads or changes rows, and decides nothing. Calls see what earlier ones of the same transaction changed.
package protocol IndexTables {
  // The index itself

  func meta() throws(IndexError) -> (state: IndexState, meta: IndexMeta)
  func save(_ meta: IndexMeta) throws(IndexError)
  func save(_ state: IndexState) throws(IndexError)
  /// Refuses what would make the index longer, where there is no room left for it.
  func makeSureOfRoom() throws(IndexError)
  /// Says which rows commits are about to ask for, so that a store far away can fetch them in one go.
  func expect(_ commits: [EntryCommit]) throws(IndexError)
  /// Notes where the transaction is, for ``undoToMark()``; ends with ``releaseMark()``.
  func mark() throws(IndexError)
  func undoToMark() throws(IndexError)
  func releaseMark() throws(IndexError)

  // Sessions

  func stateOfSession(_ session: SessionID) throws(IndexError) -> SessionRecord.State?
  func insert(_ session: SessionRecord) throws(IndexError)
  /// Removes an open session; a dead one stays on record until a walk has shown that no file of it is left.
  func removeOpen(_ session: SessionID) throws(IndexError)
  func removeDead(_ session: SessionID) throws(IndexError)
  func markDead(_ session: SessionID) throws(IndexError)

  // Blobs

  func insert(_ blob: BlobID, _ record: BlobRecord, _ seal: Seal) throws(IndexError)
  func head(of blob: BlobID) throws(IndexError) -> BlobHead?
  /// What a live row holds.
  func content(of blob: BlobID) throws(IndexError) -> BlobContentName?
  /// The live row of a content. Its bytes, where they are in the row, may be left out.
  func winner(_ contentDigest: Digest, domain: String) throws(IndexError) -> Winner?
  /// The live rows that say that they are in this file.
  func liveBlobs(at name: BlobName) throws(IndexError) -> [BlobID]
  /// Marks a row condemned, with the evidence; false where a row was altered so that the store no longer writes it.
  func condemn(_ blob: BlobID, evidence: String?) throws(IndexError) -> Bool
  func delete(_ blob: BlobID) throws(IndexError)
  /// Deletes a row if it is condemned.
  func forgetCondemned(_ blob: BlobID) throws(IndexError)
  func markDurable(_ session: SessionID, after blob: BlobID, upTo last: BlobID) throws(IndexError)
  /// Marks a live row durable.
  func markDurable(_ blob: BlobID) throws(IndexError)
  func highestBlob() throws(IndexError) -> BlobID

  // References

  func isReferred(_ blob: BlobID) throws(IndexError) -> Bool
  /// Lets everything that refers to one row refer to another, and gives it the edges of that.
  func moveReferences(from old: BlobID, to new: BlobID) throws(IndexError)
  /// Adds an edge unless it is there.
  func insertEdge(_ parent: BlobID, _ child: BlobID) throws(IndexError)
  func deleteEdge(_ parent: BlobID, _ child: BlobID) throws(IndexError)
  func deleteEdges(of parent: BlobID) throws(IndexError)
  func children(of parent: BlobID) throws(IndexError) -> [BlobID]
  func parents(of child: BlobID) throws(IndexError) -> [BlobID]
  /// How many edges lead from a blob to live rows.
  func liveChildren(of parent: BlobID) throws(IndexError) -> Int
  /// The stored bytes of a blob, and of its files where it is a tree's manifest.
  func storedBytes(of blob: BlobID) throws(IndexError) -> Int64

  // Entries

  func head(of key: ArtifactKey) throws(IndexError) -> EntryHead?
  func entry(for key: ArtifactKey) throws(IndexError) -> StoredEntry?
  func insert(_ row: EntryRow) throws(IndexError)
  /// Gives an entry another value; how long it is pinned stays.
  func update(_ entry: EntryID, _ row: EntryRow) throws(IndexError)
  /// Notes uses; the time of the last one never goes back.
  func setUse(of entry: EntryID, uses: Int64, last: Timestamp, score: Double) throws(IndexError)
  func delete(_ entry: EntryID) throws(IndexError)
  func entries(on blob: BlobID) throws(IndexError) -> [EntryHead]
  /// Whether an entry has its tree there.
  func hasTree(on blob: BlobID) throws(IndexError) -> Bool
  /// The entries with the lowest scores that are not pinned, the lowest first.
  func lowestScores(_ limit: Int, at time: Timestamp) throws(IndexError) -> [EntryHead]
  /// The entries whose rows were altered so that they have no key; see ``CacheIndex/entriesWithoutKey()``.
  func headsWithoutKey() throws(IndexError) -> [EntryHead]

  // What is remembered

  /// Leaves a tombstone for an entry in place of an older one of the key; none where the row was altered so that the store
  /// no longer writes what it says.
  func bury(_ entry: EntryID, reason: MissReason, at time: Timestamp) throws(IndexError)
  /// Forgets the oldest tombstones but so many.
  func forgetTombstones(but kept: Int64) throws(IndexError)
  func logRemoval(_ number: Int64, _ selection: String, at time: Timestamp) throws(IndexError)
  func forgetRemovals(through number: Int64) throws(IndexError)
  /// The texts of ``LoggedSelection`` of removals above a number that may mean this key: those that name it, and those that
  /// name no keys.
  func removals(after number: Int64, meaning key: ArtifactKey) throws(IndexError) -> [String]
  func add(_ statistic: Statistic) throws(IndexError)
  func recordSweep(_ portion: Int, at time: Timestamp) throws(IndexError)
  /// Writes a row as it is, in the place of the one with the same id.
  func load(_ row: IndexRow) throws(IndexError)
  /// What the rows add up to; sums wrap, because those over altered rows may not stop the process.
  func countTotals() throws(IndexError) -> IndexTotals
}

/// What may be done with an index; all but the first refuse commits.
package enum IndexState: String, Sendable { case open, moved, upgrading }

/// The counters of an index, in its row `meta`.
package struct IndexMeta: Hashable, Sendable {
  /// Number of the last removal by a user.
  package var removals: Int64 = 0
  /// Removals up to this number are no longer in the log.
  package var removalsFrom: Int64 = 0
  package var totals = IndexTotals()
  /// The highest id that a blob ever had.
  package var lastBlob: Int64 = 0
  /// The highest score evicted so far.
  package var floor = 0.0
  /// How often everything was made durable.
  package var barriers: Int64 = 0

  package init() {}
}

/// The id of an entry's row within its index.
package struct EntryID: Hashable, Comparable, Sendable {
  package let rawValue: Int64
  package init(rawValue: Int64) { self.rawValue = rawValue }
  package static func < (left: EntryID, right: EntryID) -> Bool { left.rawValue < right.rawValue }
}

/// What transactions decide by of an entry's row.
package struct EntryHead: Hashable, Sendable {
  package var id: EntryID
  /// All zeros where the row was altered so that it has none.
  package var key: ArtifactKey
  /// The row that it refers to, whatever became of that.
  package var blob: BlobID
  package var seal: Seal
  package var created: Timestamp
  package var cost: Int64
  package var uses: Int64
  package var score: Double

  package init(
    id: EntryID, key: ArtifactKey, blob: BlobID, seal: Seal, created: Timestamp, cost: Int64, uses: Int64, score: Double
  ) {
    self.id = id
    self.key = key
    self.blob = blob
    self.seal = seal
    self.created = created
    self.cost = cost
    self.uses = uses
    self.score = score
  }
}

/// An entry's row as it is written.
package struct EntryRow: Hashable, Sendable {
  package var record: EntryRecord
  package var seal: Seal
  package var blob: BlobID
  /// Who commits it.
  package var session: SessionID
  package var uses: Int64
  package var lastUse: Timestamp
  package var score: Double

  package init(
    _ record: EntryRecord, _ seal: Seal, blob: BlobID, session: SessionID, uses: Int64, lastUse: Timestamp,
    score: Double
  ) {
    self.record = record
    self.seal = seal
    self.blob = blob
    self.session = session
    self.uses = uses
    self.lastUse = lastUse
    self.score = score
  }
}

/// What transactions decide by of a blob's row.
package struct BlobHead: Hashable, Sendable {
  package var state: SweptBlob.State
  /// The file; nil for an inline blob, and where the row names no file that there can be.
  package var name: BlobName?
  package var contentSize: Int64
  package var storedSize: Int64
  package var isDurable: Bool

  package init(state: SweptBlob.State, name: BlobName?, contentSize: Int64, storedSize: Int64, isDurable: Bool) {
    self.state = state
    self.name = name
    self.contentSize = contentSize
    self.storedSize = storedSize
    self.isDurable = isDurable
  }
}

/// What a blob is stored for: equal content is stored once in a domain.
package struct BlobContentName: Hashable, Sendable {
  package var contentDigest: Digest
  package var domain: String

  package init(_ contentDigest: Digest, domain: String) {
    self.contentDigest = contentDigest
    self.domain = domain
  }
}

/// The live row of a content.
package struct Winner: Hashable, Sendable {
  package var id: BlobID
  /// Nil where the row was altered to what no blob can be: nobody can read it.
  package var blob: StoredBlob?

  package init(id: BlobID, blob: StoredBlob?) {
    self.id = id
    self.blob = blob
  }
}
