package import LarderFormat
package import LarderSystem

extension SQLiteTables {
  package func head(of key: ArtifactKey) throws(IndexError) -> EntryHead? {
    var query = try connection.query(.entryHead)
    query.bind(key.digest)
    return try query.step() ? query.entryHead() : nil
  }

  package func entry(for key: ArtifactKey) throws(IndexError) -> StoredEntry? { try connection.entry(for: key) }

  package func insert(_ row: EntryRow) throws(IndexError) {
    var query = try connection.query(.insertEntry)
    query.bind(row.record.key.digest)
    query.bind(row)
    try query.run()
  }

  package func update(_ entry: EntryID, _ row: EntryRow) throws(IndexError) {
    var query = try connection.query(.updateEntry)
    query.bind(row)
    query.bind(entry.rawValue)
    try query.run()
  }

  package func setUse(of entry: EntryID, uses: Int64, last: Timestamp, score: Double) throws(IndexError) {
    var query = try connection.query(.updateUse)
    query.bind(uses)
    query.bind(last.nanoseconds)
    query.bind(score)
    query.bind(entry.rawValue)
    try query.run()
  }

  package func delete(_ entry: EntryID) throws(IndexError) { try run(.deleteEntry, entry.rawValue) }

  package func entries(on blob: BlobID) throws(IndexError) -> [EntryHead] { try heads(.entriesOn, blob.rawValue) }

  package func hasTree(on blob: BlobID) throws(IndexError) -> Bool {
    var query = try connection.query(.treeOn)
    query.bind(blob.rawValue)
    return try query.step()
  }

  package func lowestScores(_ limit: Int, at time: Timestamp) throws(IndexError) -> [EntryHead] {
    try heads(.lowestScores, time.nanoseconds, Int64(max(limit, 0)))
  }

  package func headsWithoutKey() throws(IndexError) -> [EntryHead] { try heads(.headsWithoutKey) }

  private func heads(_ statement: SQL, _ values: Int64...) throws(IndexError) -> [EntryHead] {
    var query = try connection.query(statement)
    for value in values { query.bind(value) }
    var heads: [EntryHead] = []
    while try query.step() { heads.append(query.entryHead()) }
    return heads
  }
}
