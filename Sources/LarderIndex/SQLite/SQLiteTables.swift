internal import LarderCrypto
package import LarderFormat
package import LarderSystem

/// The tables of an index in SQLite, through the connection that writes.
package struct SQLiteTables: IndexTables {
  let connection: SQLiteConnection

  init(_ connection: SQLiteConnection) { self.connection = connection }

  package func meta() throws(IndexError) -> (state: IndexState, meta: IndexMeta) {
    try connection.meta { (query) throws(IndexError) in (try connection.state(query, 0), IndexMeta(query)) }
  }

  package func save(_ meta: IndexMeta) throws(IndexError) {
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

  package func save(_ state: IndexState) throws(IndexError) {
    var query = try connection.query(.updateState)
    query.bind(state.rawValue)
    try query.run()
  }

  package func makeSureOfRoom() throws(IndexError) { try connection.refuseWithoutSpace() }
  /// Nothing is nearer than the file.
  package func expect(_ commits: [EntryCommit]) {}
  package func mark() throws(IndexError) { try connection.run(.mark) }
  package func undoToMark() throws(IndexError) { try connection.run(.rollbackToMark) }
  package func releaseMark() throws(IndexError) { try connection.run(.releaseMark) }

  // Sessions

  package func stateOfSession(_ session: SessionID) throws(IndexError) -> SessionRecord.State? {
    var query = try connection.query(.sessionState)
    query.bind(session.column)
    // A state that is not known is not open.
    return try query.step() ? SessionRecord.State(rawValue: query.text(0)) ?? .dead : nil
  }

  package func insert(_ session: SessionRecord) throws(IndexError) { try write(session, .openSession) }

  func write(_ session: SessionRecord, _ statement: SQL) throws(IndexError) {
    var query = try connection.query(statement)
    query.bind(session.id.column)
    query.bind(session.host)
    query.bind(session.boot)
    query.bind(session.opened.nanoseconds)
    query.bind(session.state.rawValue)
    try query.run()
  }

  package func removeOpen(_ session: SessionID) throws(IndexError) { try run(.closeSession, session.column) }
  package func removeDead(_ session: SessionID) throws(IndexError) { try run(.forgetSession, session.column) }
  package func markDead(_ session: SessionID) throws(IndexError) { try run(.fenceSession, session.column) }

  // What is remembered

  package func bury(_ entry: EntryID, reason: MissReason, at time: Timestamp) throws(IndexError) {
    do throws(IndexError) {
      var bury = try connection.query(.bury)
      bury.bind(reason.rawValue)
      bury.bind(time.nanoseconds)
      bury.bind(entry.rawValue)
      try bury.run()
    } catch {
      // The row was altered so that SQLite refuses its values.
      guard error.code == .failed else { throw error }
    }
  }

  package func forgetTombstones(but kept: Int64) throws(IndexError) { try run(.forgetTombstones, kept) }

  package func logRemoval(_ number: Int64, _ selection: String, at time: Timestamp) throws(IndexError) {
    try write(number, selection, at: time, .logRemoval)
  }

  func write(_ number: Int64, _ selection: String, at time: Timestamp, _ statement: SQL) throws(IndexError) {
    var query = try connection.query(statement)
    query.bind(number)
    query.bind(time.nanoseconds)
    query.bind(selection)
    try query.run()
  }

  package func forgetRemovals(through number: Int64) throws(IndexError) { try run(.trimRemovals, number) }

  package func removals(after number: Int64, meaning key: ArtifactKey) throws(IndexError) -> [String] {
    var query = try connection.query(.removalsMeaning)
    query.bind(number)
    query.bind(key.description)
    var texts: [String] = []
    while try query.step() { texts.append(query.text(0)) }
    return texts
  }

  package func add(_ statistic: Statistic) throws(IndexError) { try write(statistic, .addStatistic) }

  func write(_ statistic: Statistic, _ statement: SQL) throws(IndexError) {
    var query = try connection.query(statement)
    query.bind(statistic.day)
    query.bind(statistic.namespace)
    query.bind(statistic.function)
    query.bind(statistic.name)
    query.bind(statistic.value)
    try query.run()
  }

  package func recordSweep(_ portion: Int, at time: Timestamp) throws(IndexError) {
    try run(.recordSweep, Int64(portion), time.nanoseconds)
  }

  package func countTotals() throws(IndexError) -> IndexTotals { try connection.countTotals() }

  /// Runs a statement of numbers that gives no rows.
  func run(_ statement: SQL, _ values: Int64...) throws(IndexError) {
    var query = try connection.query(statement)
    for value in values { query.bind(value) }
    try query.run()
  }
}

extension IndexMeta {
  /// The row of ``SQL/meta``.
  init(_ query: borrowing Query) {
    self.init()
    removals = query.integer(1)
    removalsFrom = query.integer(2)
    totals = IndexTotals(
      entries: query.integer(3), blobs: query.integer(4), contentBytes: query.integer(5), storedBytes: query.integer(6))
    lastBlob = query.integer(7)
    floor = query.real(8)
    barriers = query.integer(9)
  }
}

extension SQLiteConnection {
  /// The row `meta`, whatever the state of the index.
  func meta() throws(IndexError) -> IndexMeta { try meta(IndexMeta.init) }

  fileprivate func meta<Result>(_ body: (borrowing Query) throws(IndexError) -> Result) throws(IndexError) -> Result {
    var query = try query(.meta)
    guard try query.step() else { throw .damaged(path, "its row 'meta' is missing") }
    return try body(query)
  }
}
