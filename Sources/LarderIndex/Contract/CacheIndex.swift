package import LarderCrypto
package import LarderFormat
package import LarderSystem

/// The metadata store of a cache: it holds the entries, and an artifact exists exactly when its entry is committed.
///
/// The contract, which every store keeps:
///
/// * Each method is one transaction: after a crash at any instruction it has happened whole or not at all, and what
///   another process sees is never half of it.
/// * Commits are conditional. ``commit(_:)`` refuses when the session is no longer open, when the index is not open, when
///   a blob that it counts on is no longer live, or when a user removed the key after the caller looked it up. A
///   refused commit has changed nothing.
/// * Deletions are announced. A blob file may be unlinked only after its row was condemned in a committed transaction;
///   a condemned row never becomes live again, and its name is never used again.
/// * Methods may be called from any number of threads and processes at once. They wait for each other up to the
///   deadline the store was opened with, then throw ``IndexError/busy``.
/// * Nothing here reads the clock or the files of the tree: times and decisions are handed in.
package protocol CacheIndex: Sendable {
  var capabilities: IndexCapabilities { get }
  var identity: IndexIdentity { get }

  // Reading

  /// The entry of a key with the blob that it refers to, or nil.
  func entry(for key: ArtifactKey) throws(IndexError) -> StoredEntry?
  /// The entries of several keys, in the order asked for.
  func entries(for keys: [ArtifactKey]) throws(IndexError) -> [StoredEntry?]
  /// What is known of a key that has no entry: its tombstone, and whether its function was seen.
  func absence(of key: ArtifactKey, namespace: String, function: String, version: String) throws(IndexError) -> Absence
  /// The live blob with this content in a domain.
  func liveBlob(_ contentDigest: Digest, domain: String) throws(IndexError) -> StoredBlob?
  /// The children of a tree's manifest.
  func children(of blob: BlobID) throws(IndexError) -> [StoredBlob]
  /// Up to `limit` entries with keys above `key`, in key order: the last key is the token to go on with.
  /// Without documents and inline bytes.
  func entries(after key: ArtifactKey?, limit: Int) throws(IndexError) -> [StoredEntry]
  /// Keys that begin with these digits, at most `limit`.
  func keys(withPrefix hexadecimal: String, limit: Int) throws(IndexError) -> [ArtifactKey]
  /// Counts and sums, without reading the rows.
  func totals() throws(IndexError) -> IndexTotals
  /// How many removals by users there have been; a commit hands back what its lookup saw.
  func removals() throws(IndexError) -> Int64
  /// Counters from `day` on (days since 1970 in UTC).
  func statistics(since day: Int64) throws(IndexError) -> [Statistic]

  /// Gives back what space on disk the store can spare, as far as nobody else is in the way.
  func shortenLog()
  /// Gives up the files and connections of the store; nothing may be called afterwards.
  func close()

  // Sessions

  func open(_ session: SessionRecord) throws(IndexError)
  /// Forgets a session all of whose placements are settled. It waits for others for a moment only, whatever the deadline:
  /// a process is about to end.
  func close(_ session: SessionID) throws(IndexError)
  /// Declares a session dead: from now on its commits are refused.
  func fence(_ session: SessionID) throws(IndexError)
  func sessions() throws(IndexError) -> [SessionRecord]

  // Writing

  /// Makes an artifact exist.
  ///
  /// - Throws: ``IndexError``; where ``IndexError/isOutcomeUnknown`` it may have happened nevertheless.
  func commit(_ commit: EntryCommit) throws(IndexError) -> CommitOutcome
  /// Makes several artifacts exist, one after the other in one transaction.
  ///
  /// Each has an outcome of its own: one that is refused changes nothing, and the others stand. What is thrown is thrown
  /// for all of them.
  ///
  /// - Returns: The outcomes, in the order of the commits.
  func commit(_ commits: [EntryCommit]) throws(IndexError) -> [CommitOutcome]
  /// Says durably that a user removes all entries that fit, before the first of them goes. Whoever looked up before that is
  /// refused to commit what fits.
  func announce(_ selection: EntrySelection, at time: Timestamp) throws(IndexError)
  /// Removes entries, and condemns what nobody refers to any more.
  func remove(_ removal: EntryRemoval) throws(IndexError) -> RemovalOutcome
  /// Removes an entry if it is still what was seen of it, leaving a tombstone with the reason. With `evidence`, the files
  /// of what is condemned by that are to be moved aside, and this is why.
  func drop(
    _ key: ArtifactKey, _ seen: EntrySighting, reason: MissReason, evidence: String?, at time: Timestamp
  ) throws(IndexError) -> RemovalOutcome
  /// Forgets condemned rows whose files are gone.
  func forget(_ blobs: [CondemnedBlob]) throws(IndexError)
  /// Up to `limit` condemned rows with ids above `blob`, in the order of ids, for whoever finishes what a killed process
  /// left.
  func condemned(after blob: BlobID?, limit: Int) throws(IndexError) -> [CondemnedBlob]
  /// Adds uses and counters; may be lost in a crash. With a limit it waits for others no longer than that, whatever the
  /// deadline: where it throws it has added nothing, and may be called again.
  func record(_ uses: [UseRecord], _ statistics: [Statistic], within limit: Duration?) throws(IndexError)
  /// Evicts the entries with the lowest scores until the stored bytes are at most `bytes` and the entries at most
  /// `entries`, at most `batch` of them in one transaction. Pinned entries stay.
  func evict(toBytes bytes: Int64, entries: Int64, batch: Int, at time: Timestamp) throws(IndexError) -> RemovalOutcome
  /// Marks blobs durable, and makes everything committed so far durable.
  ///
  /// - Parameters:
  ///   - sessions: Their blobs are marked, up to `blob`.
  ///   - blob: The id that ``highestBlob()`` gave before the files were synced.
  ///   - others: Further blobs whose files are durable; those that are no longer live stay as they are.
  /// - Throws: ``IndexError``; nothing can be said then of what is durable.
  func markDurable(_ sessions: [SessionID], upTo blob: BlobID, and others: [BlobID]) throws(IndexError)
  /// The highest id of a blob so far.
  func highestBlob() throws(IndexError) -> BlobID

  // Sweeping

  /// Up to `limit` rows whose content digests begin with this byte; the last one's position is the token to go on with,
  /// and an empty page is the end. Every row is in one shard or another, altered ones included.
  func blobs(inShard shard: UInt8, after position: BlobPosition?, limit: Int) throws(IndexError) -> [SweptBlob]
  /// The row of a file, whatever became of it.
  func blob(named name: BlobName) throws(IndexError) -> SweptBlob?
  /// The row of an id, whatever became of it.
  func blob(_ id: BlobID) throws(IndexError) -> SweptBlob?
  /// The live rows that say that they are in this file. One at most, unless rows were altered: a file may be unlinked only
  /// when there is none.
  func liveBlobs(at name: BlobName) throws(IndexError) -> [BlobID]
  /// An entry with everything that it refers to, as it is at one moment.
  func sweptEntry(for key: ArtifactKey) throws(IndexError) -> SweptEntry?
  /// As ``entries(after:limit:)``, up to and with the key `end`, with documents where `withDocuments` says so: seals cover
  /// them. Rows without a key are passed over; see ``entriesWithoutKey()``.
  func entries(
    after key: ArtifactKey?, through end: ArtifactKey?, limit: Int, withDocuments: Bool
  ) throws(IndexError) -> [StoredEntry]
  /// How many entry rows were altered so that what they have for a key is none: nobody can look them up.
  func entriesWithoutKey() throws(IndexError) -> Int64
  /// Removes the rows that ``entriesWithoutKey()`` counts. Nothing is remembered of them.
  func dropEntriesWithoutKey(evidence: String?) throws(IndexError) -> RemovalOutcome
  /// The keys of entries that refer to a blob, or to a tree that has it as a file, at most `limit`.
  func dependents(of blob: BlobID, limit: Int) throws(IndexError) -> [ArtifactKey]
  /// Takes a blob out of use whose bytes proved missing or damaged: unless it is condemned or gone, removes the entries
  /// that depend on it, leaving tombstones with the reason, and condemns it and what is left alone by that. With
  /// `evidence`, the files of all these are to be moved aside, and this is why.
  func withdraw(
    _ blob: BlobID, reason: MissReason, evidence: String?, at time: Timestamp
  ) throws(IndexError) -> RemovalOutcome
  /// Condemns those of the blobs to which nothing refers any more, and what is left alone by that. For `evidence` see
  /// ``withdraw(_:reason:evidence:at:)``.
  func condemnUnreferenced(_ blobs: [BlobID], evidence: String?) throws(IndexError) -> RemovalOutcome
  /// Up to `limit` ids above `blob`, in their order, from which edges lead although no entry has its tree there.
  func falseParents(after blob: BlobID?, limit: Int) throws(IndexError) -> [BlobID]
  /// Removes the edges from a blob that lead to none of these content digests, which are what the manifest names, and
  /// condemns what is left alone by that. With nil all edges go, if no entry has its tree there. For `evidence` see
  /// ``withdraw(_:reason:evidence:at:)``.
  func dropFalseEdges(of blob: BlobID, but files: Set<Digest>?, evidence: String?) throws(IndexError) -> RemovalOutcome
  /// The files that are named by rows to which no tree of the store leads, because their state was altered.
  func strayFiles() throws(IndexError) -> Set<BlobName>
  /// Forgets a dead session of which no file is left.
  func forget(_ session: SessionID) throws(IndexError)
  /// The store's own check of itself: one line for each fault that only the store can see, at most 100; the rows that a
  /// sweep reads are its business. A quick one does not compare the trees with each other.
  func check(quick: Bool) throws(IndexError) -> [String]
  /// The totals as they are kept, and as the rows at the same moment add up to.
  func countTotals() throws(IndexError) -> (recorded: IndexTotals, counted: IndexTotals)
  /// Sets the totals to what the rows add up to.
  func correctTotals() throws(IndexError)
  /// Notes that portions of the cache were verified whole; waits no longer than `limit` for others, where that is less than
  /// the deadline of the index.
  func recordSweep(_ portions: [Int], at time: Timestamp, within limit: Duration?) throws(IndexError)
  /// When which portion was last verified whole.
  func sweeps() throws(IndexError) -> [Int: Timestamp]

  // Moving to another store

  func state() throws(IndexError) -> IndexState
  /// Durably opens or closes the index for commits.
  func set(_ state: IndexState) throws(IndexError)
  /// Up to `limit` rows of a table behind `row`, in the order of the table: the last one is the token to go on with.
  /// Rows that were altered to what no row can be are passed over.
  func rows(of table: IndexTable, after row: IndexRow?, limit: Int) throws(IndexError) -> [IndexRow]
  /// Writes rows as they are, in the place of those with the same ids. The index must be
  /// ``IndexState/upgrading``: nobody else writes it.
  func load(_ rows: [IndexRow]) throws(IndexError)
}

extension CacheIndex {
  /// Adds uses and counters, waiting for others up to the deadline.
  package func record(_ uses: [UseRecord], _ statistics: [Statistic]) throws(IndexError) {
    try record(uses, statistics, within: nil)
  }

  /// The first condemned rows.
  package func condemned(limit: Int) throws(IndexError) -> [CondemnedBlob] { try condemned(after: nil, limit: limit) }
}

/// What a store can do.
package struct IndexCapabilities: Hashable, Sendable {
  package var severalProcesses: Bool
  package var severalHosts: Bool
  /// Whether rows can hold the bytes of small blobs.
  package var inlineBlobs: Bool

  package init(severalProcesses: Bool, severalHosts: Bool, inlineBlobs: Bool) {
    self.severalProcesses = severalProcesses
    self.severalHosts = severalHosts
    self.inlineBlobs = inlineBlobs
  }
}

/// Which cache an index belongs to, and which of its indexes it is: an index rebuilt from another has a new id.
package struct IndexIdentity: Hashable, Sendable {
  package var cacheID: CacheID
  package var indexID: CacheID

  package init(cacheID: CacheID, indexID: CacheID) {
    self.cacheID = cacheID
    self.indexID = indexID
  }
}
