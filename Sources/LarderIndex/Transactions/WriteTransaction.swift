package import LarderFormat
internal import LarderSystem

/// One transaction that writes: the row `meta` as it found it and as it will leave it, and the steps that commits and
/// removals share. Totals change here and in commits, so they stay exact; they wrap, because sums over altered rows may
/// not stop the process.
package struct WriteTransaction<Tables: IndexTables> {
  package let tables: Tables
  let state: IndexState
  package var meta: IndexMeta
  private let found: IndexMeta
  package var isAbandoned = false
  /// For sessions opened by this process, the blob up to which their files are known to be durable.
  package var durableUpTo: [SessionID: BlobID] = [:]
  /// Why the files of what is condemned here are to be moved aside; nil where they are to be unlinked.
  var evidence: String?
  /// Files whose rows were condemned here.
  var condemned: [CondemnedBlob] = []
  /// The stored bytes of blobs that lost their last reference here.
  private(set) var releasedBytes: Int64 = 0

  package init(_ tables: Tables) throws(IndexError) {
    self.tables = tables
    (state, found) = try tables.meta()
    meta = found
  }

  /// Writes the row `meta` if anything in it changed.
  package func finish() throws(IndexError) {
    if meta != found { try tables.save(meta) }
  }

  func outcome(_ removed: [ArtifactKey]) -> RemovalOutcome {
    RemovalOutcome(removed: removed, condemned: condemned, storedBytes: releasedBytes)
  }

  // Blobs

  mutating func insert(_ blob: BlobRecord, _ seal: Seal) throws(IndexError) -> BlobID {
    meta.lastBlob &+= 1
    let id = BlobID(rawValue: meta.lastBlob)
    try tables.insert(id, blob, seal)
    meta.totals.blobs &+= 1
    meta.totals.contentBytes &+= blob.form.contentSize
    meta.totals.storedBytes &+= blob.form.storedSize
    return id
  }

  func isLive(_ blob: BlobID) throws(IndexError) -> Bool { try tables.head(of: blob)?.state == .live }

  /// Condemns a blob to which no entry and no edge refers; with a tree's manifest also those of its files that are left
  /// alone by it.
  mutating func release(_ blob: BlobID) throws(IndexError) {
    var candidates = [blob]
    while let candidate = candidates.popLast() {
      if try tables.isReferred(candidate) { continue }
      candidates += try detachChildren(of: candidate)
      try condemn(candidate)
    }
  }

  /// Removes the edges of a tree's manifest, and gives the files that it had.
  func detachChildren(of blob: BlobID) throws(IndexError) -> [BlobID] {
    let children = try tables.children(of: blob)
    if !children.isEmpty { try tables.deleteEdges(of: blob) }
    return children
  }

  /// Condemns a row; that of an inline blob goes at once, as there is no file to wait for. So does one that was altered to
  /// be in the file of another live row: that file stays.
  mutating func condemn(_ blob: BlobID) throws(IndexError) {
    guard let head = try tables.head(of: blob), head.state != .condemned else { return }
    // The totals are of live rows: one whose state was altered is in no sum.
    if head.state == .live {
      meta.totals.blobs &-= 1
      meta.totals.contentBytes &-= head.contentSize
      meta.totals.storedBytes &-= head.storedSize
      releasedBytes &+= head.storedSize
    }
    guard let name = head.name, try tables.liveBlobs(at: name).allSatisfy({ $0 == blob }),
      try tables.condemn(blob, evidence: evidence)
    else { return try tables.delete(blob) }
    condemned.append(CondemnedBlob(id: blob, name: name, evidence: evidence, wasDurable: head.isDurable))
  }

  // Entries

  /// Removes an entry, leaves a tombstone, and condemns its blob if nothing else refers to it.
  mutating func remove(_ entry: EntryID, on blob: BlobID, reason: MissReason, at time: Timestamp) throws(IndexError) {
    try tables.bury(entry, reason: reason, at: time)
    try delete(entry)
    try release(blob)
  }

  /// Removes the row of an entry and nothing else.
  mutating func delete(_ entry: EntryID) throws(IndexError) {
    try tables.delete(entry)
    meta.totals.entries &-= 1
  }

  /// Tombstones are enough to explain the misses of a few full sweeps.
  func forgetOldTombstones() throws(IndexError) { try tables.forgetTombstones(but: 20_000) }
}
