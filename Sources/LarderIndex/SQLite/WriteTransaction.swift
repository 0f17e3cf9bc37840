internal import LarderCrypto
internal import LarderFormat
internal import LarderSystem

/// One transaction that writes: the row `meta` as it found it and as it will leave it, and the steps that commits and
/// removals share. Totals change here and in commits, so they stay exact; they wrap, because sums over altered rows may
/// not stop the process.
struct WriteTransaction {
  let connection: SQLiteConnection
  let state: IndexState
  var meta: Meta
  private let found: Meta
  var isAbandoned = false
  var durableUpTo: [SessionID: Int64] = [:]
  /// Why the files of what is condemned here are to be moved aside; nil where they are to be unlinked.
  var evidence: String?
  /// Files whose rows were condemned here.
  private(set) var condemned: [CondemnedBlob] = []
  /// The stored bytes of blobs that lost their last reference here.
  private(set) var releasedBytes: Int64 = 0

  struct Meta: Equatable {
    var removals: Int64
    var removalsFrom: Int64
    var totals: IndexTotals
    var lastBlob: Int64
    var floor: Double
    var barriers: Int64

    /// The row of ``SQL/meta``.
    init(_ query: borrowing Query) {
      removals = query.integer(1)
      removalsFrom = query.integer(2)
      totals = IndexTotals(
        entries: query.integer(3), blobs: query.integer(4), contentBytes: query.integer(5),
        storedBytes: query.integer(6))
      lastBlob = query.integer(7)
      floor = query.real(8)
      barriers = query.integer(9)
    }
  }

  init(_ connection: SQLiteConnection) throws(IndexError) {
    self.connection = connection
    (state, found) = try connection.meta { (query) throws(IndexError) in (try connection.state(query, 0), Meta(query)) }
    meta = found
  }

  /// Writes the row `meta` if anything in it changed.
  func finish() throws(IndexError) {
    guard meta != found else { return }
    var query = try connection.query(.updateMeta)
    query.bind(meta.removals)
    query.bind(meta.removalsFrom)
    query.bind(meta.totals.entries)
    query.bind(meta.totals.blobs)
    query.bind(meta.totals.contentBytes)
    query.bind(meta.totals.storedBytes)
    query.bind(meta.lastBlob)
    query.bind(meta.floor)
    query.bind(meta.barriers)
    try query.run()
  }

  // Blobs

  mutating func insert(_ blob: BlobRecord, _ seal: Seal) throws(IndexError) -> BlobID {
    meta.lastBlob &+= 1
    var query = try connection.query(.insertBlob)
    query.bind(blob, seal, id: meta.lastBlob)
    try query.run()
    meta.totals.blobs &+= 1
    meta.totals.contentBytes &+= blob.form.contentSize
    meta.totals.storedBytes &+= blob.form.storedSize
    return BlobID(rawValue: meta.lastBlob)
  }

  func isLive(_ blob: BlobID) throws(IndexError) -> Bool {
    var query = try connection.query(.blob)
    query.bind(blob.rawValue)
    return try query.step() && query.text(0) == "live"
  }

  /// Condemns a blob to which no entry and no edge refers; with a tree's manifest also those of its files that are left
  /// alone by it.
  mutating func release(_ blob: BlobID) throws(IndexError) {
    var candidates = [blob.rawValue]
    while let candidate = candidates.popLast() {
      if try isReferred(candidate) { continue }
      candidates += try detachChildren(of: candidate)
      try condemn(candidate)
    }
  }

  /// Removes the edges of a tree's manifest, and gives the files that it had.
  func detachChildren(of blob: Int64) throws(IndexError) -> [Int64] {
    let children = try connection.integers(.childIDs, of: blob)
    if !children.isEmpty {
      var query = try connection.query(.deleteEdges)
      query.bind(blob)
      try query.run()
    }
    return children
  }

  /// Condemns a row; that of an inline blob goes at once, as there is no file to wait for. So does one that was altered to
  /// be in the file of another live row: that file stays.
  mutating func condemn(_ blob: Int64) throws(IndexError) {
    var query = try connection.query(.blob)
    query.bind(blob)
    guard try query.step() else { return }
    let state = query.text(0)
    if state == "condemned" { return }
    let name = query.blobName(at: 1)
    let wasDurable = query.flag(8)
    // The totals are of live rows: one whose state was altered is in no sum.
    if state == "live" {
      meta.totals.blobs &-= 1
      meta.totals.contentBytes &-= query.integer(6)
      meta.totals.storedBytes &-= query.integer(7)
      releasedBytes &+= query.integer(7)
    }
    query.again()
    guard let name, try connection.liveBlobs(at: name).allSatisfy({ $0.rawValue == blob }), try condemnRow(blob) else {
      var delete = try connection.query(.deleteBlob)
      delete.bind(blob)
      return try delete.run()
    }
    condemned.append(
      CondemnedBlob(id: BlobID(rawValue: blob), name: name, evidence: evidence, wasDurable: wasDurable))
  }

  /// False where a row was altered so that SQLite no longer writes it: its columns have values of other types.
  private func condemnRow(_ blob: Int64) throws(IndexError) -> Bool {
    do throws(IndexError) {
      var query = try connection.query(.condemnBlob)
      if let evidence { query.bind(Array(evidence.utf8)) } else { query.bindNull() }
      query.bind(blob)
      try query.run()
      return true
    } catch {
      guard error.code == .failed else { throw error }
      return false
    }
  }

  func isReferred(_ blob: Int64) throws(IndexError) -> Bool {
    if try isReferred(blob, .entriesOfBlob) { return true }
    return try isReferred(blob, .edgeTo)
  }

  private func isReferred(_ blob: Int64, _ statement: SQL) throws(IndexError) -> Bool {
    var query = try connection.query(statement)
    query.bind(blob)
    return try query.step() && query.flag(0)
  }

  /// The stored bytes of a blob, and of its files where it is a tree's manifest.
  func storedBytes(of blob: BlobID) throws(IndexError) -> Int64 {
    var query = try connection.query(.storedBytes)
    query.bind(blob.rawValue)
    return try query.step() ? query.integer(0) : 0
  }

  // Entries

  /// Removes an entry, leaves a tombstone, and condemns its blob if nothing else refers to it.
  mutating func remove(entry: Int64, blob: Int64, reason: MissReason, at time: Timestamp) throws(IndexError) {
    try bury(entry: entry, reason: reason, at: time)
    try delete(entry: entry)
    try release(BlobID(rawValue: blob))
  }

  /// Leaves a tombstone for an entry; none where the row was altered so that SQLite refuses its values: it must go all
  /// the same.
  func bury(entry: Int64, reason: MissReason, at time: Timestamp) throws(IndexError) {
    do throws(IndexError) {
      var bury = try connection.query(.bury)
      bury.bind(reason.rawValue)
      bury.bind(time.nanoseconds)
      bury.bind(entry)
      try bury.run()
    } catch {
      guard error.code == .failed else { throw error }
    }
  }

  /// Removes the row of an entry and nothing else.
  mutating func delete(entry: Int64) throws(IndexError) {
    var delete = try connection.query(.deleteEntry)
    delete.bind(entry)
    try delete.run()
    meta.totals.entries &-= 1
  }

  /// How many tombstones are kept: enough to explain the misses of a few full sweeps.
  static let tombstones: Int64 = 20_000

  func forgetOldTombstones() throws(IndexError) {
    var query = try connection.query(.forgetTombstones)
    query.bind(Self.tombstones)
    try query.run()
  }
}

extension SQLiteConnection {
  /// The row `meta`, whatever the state of the index.
  func meta() throws(IndexError) -> WriteTransaction.Meta { try meta(WriteTransaction.Meta.init) }

  fileprivate func meta<Result>(_ body: (borrowing Query) throws(IndexError) -> Result) throws(IndexError) -> Result {
    var query = try query(.meta)
    guard try query.step() else { throw .damaged(path, "its row 'meta' is missing") }
    return try body(query)
  }
}
