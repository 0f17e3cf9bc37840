internal import LarderFormat
internal import LarderSystem

extension SQLiteIndex {
  private static let faultsListed = 100

  package func check(quick: Bool) throws(IndexError) -> [String] {
    try read { (connection) throws(IndexError) in
      var faults: [String] = []
      do throws(IndexError) {
        try connection.list(
          "PRAGMA \(quick ? "quick_check" : "integrity_check")(\(Self.faultsListed))", into: &faults, but: "ok")
        try connection.list(
          """
          SELECT 'the tree ' || parent || ' has a file ' || child || ' whose row, or its own, is not there' FROM edges
          WHERE NOT EXISTS (SELECT 1 FROM blobs WHERE id = parent AND state = 'live')
            OR NOT EXISTS (SELECT 1 FROM blobs WHERE id = child AND state = 'live')
          """, into: &faults)
        try connection.list(
          """
          SELECT 'the entry ' || id || ' has no key' FROM entries WHERE typeof(key) <> 'blob' OR length(key) <> 32
          """, into: &faults)
        try connection.list(
          """
          SELECT 'the blob ' || max(id) || ' has a number that was not given out yet' FROM blobs
          HAVING max(id) > (SELECT max(last_blob) FROM meta)
          """, into: &faults)
        try connection.list(
          "SELECT 'the table meta has ' || count(*) || ' rows in place of one' FROM meta HAVING count(*) <> 1",
          into: &faults)
      } catch {
        // What it cannot read any further is a fault that it found.
        guard error.code == .damaged else { throw error }
        faults.append(error.message)
      }
      return Array(faults.prefix(Self.faultsListed))
    }
  }

  package func countTotals() throws(IndexError) -> (recorded: IndexTotals, counted: IndexTotals) {
    let both = try readTogether { (connection) throws(IndexError) in
      [try WriteTransaction(connection).meta.totals, try connection.countTotals()]
    }
    return (both[0], both[1])
  }

  package func correctTotals() throws(IndexError) {
    try write { (transaction) throws(IndexError) in
      transaction.meta.totals = try transaction.connection.countTotals()
      var query = try transaction.connection.query(.highestID)
      if try query.step() { transaction.meta.lastBlob = max(transaction.meta.lastBlob, query.integer(0)) }
      if !transaction.meta.floor.isFinite { transaction.meta.floor = 0 }
    }
  }
}

extension SQLiteConnection {
  /// Adds the texts that a statement gives.
  fileprivate func list(_ statement: String, into faults: inout [String], but sound: String? = nil) throws(IndexError) {
    try forEachRow(statement) { row throws(IndexError) in
      let text = row.text(0)
      if text != sound { faults.append(text) }
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
