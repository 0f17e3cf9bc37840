package import LarderFormat
internal import LarderSystem

extension SQLiteIndex {
  package func check(quick: Bool) throws(IndexError) -> [String] {
    try read { (connection) throws(IndexError) in try connection.faults(quick: quick) }
  }

  /// Whether an index that a rescue made, and that nobody has opened yet, is whole and of this cache. Nothing is written
  /// beside it.
  package static func isSound(rescued path: String, of cacheID: CacheID) -> Bool {
    guard (try? FileStatus(of: path))?.kind == .file, logIsEmpty(path + "-wal"),
      let connection = try? SQLiteConnection(path, .immutable, deadline: 0), (try? connection.look()) == .index,
      (try? connection.identity())?.cacheID == cacheID, (try? SQLiteTables(connection).meta())?.state == .open
    else { return false }
    return (try? connection.faults(quick: false)) == []
  }

  package func countTotals() throws(IndexError) -> (recorded: IndexTotals, counted: IndexTotals) {
    let both = try readTogether { (connection) throws(IndexError) in
      [try connection.meta().totals, try connection.countTotals()]
    }
    return (both[0], both[1])
  }
}

extension SQLiteConnection {
  private static let faultsListed = 100

  /// What only the store can see of its faults.
  fileprivate func faults(quick: Bool) throws(IndexError) -> [String] {
    var faults: [String] = []
    do throws(IndexError) {
      try list("PRAGMA \(quick ? "quick_check" : "integrity_check")(\(Self.faultsListed))", into: &faults, but: "ok")
      let missing = try schemaFaults()
      faults += missing
      // The rest asks the tables.
      if missing.isEmpty { try listFaultsOfRows(into: &faults) }
    } catch {
      // What it cannot read any further is a fault that it found.
      guard error.code == .damaged else { throw error }
      faults.append(error.message)
    }
    return Array(faults.prefix(Self.faultsListed))
  }

  private func listFaultsOfRows(into faults: inout [String]) throws(IndexError) {
    // Edges are the business of the sweep, which knows from the manifests what the trees need.
    try list(
      """
      SELECT 'the blob ' || max(id) || ' has a number that was not given out yet' FROM blobs
      HAVING max(id) > (SELECT max(last_blob) FROM meta)
      """, into: &faults)
    // Numbers that would run out, or that are given out again.
    try list(
      """
      SELECT 'the number of the last blob, ' || last_blob || ', cannot be' FROM meta
      WHERE last_blob NOT BETWEEN 0 AND 1 << 62
      """, into: &faults)
    try list(
      """
      SELECT 'the removal ' || max(number) || ' has a number that was not given out yet' FROM removals
      HAVING max(number) > (SELECT max(removals) FROM meta)
      """, into: &faults)
    try list(
      "SELECT 'the table meta has ' || count(*) || ' rows in place of one' FROM meta HAVING count(*) <> 1",
      into: &faults)
  }

  /// Adds the texts that a statement gives.
  fileprivate func list(_ statement: String, into faults: inout [String], but sound: String? = nil) throws(IndexError) {
    try forEachRow(statement) { row throws(IndexError) in
      let text = row.text(0)
      // SQLite gives several faults in one row, below a line that names the database.
      if text != sound { faults += text.split(separator: "\n").filter { !$0.hasPrefix("***") }.map(String.init) }
      return faults.count < 200
    }
  }

  /// Adds up the rows. SQLite's sum would end with an error where altered rows lead beyond 64 bits.
  func countTotals() throws(IndexError) -> IndexTotals {
    var totals = IndexTotals()
    var entries = try query(.countEntries)
    if try entries.step() { totals.entries = entries.integer(0) }
    var sizes = try query(.sizesOfBlobs)
    while try sizes.step() {
      totals.blobs &+= 1
      totals.contentBytes &+= sizes.integer(0)
      totals.storedBytes &+= sizes.integer(1)
    }
    return totals
  }
}
