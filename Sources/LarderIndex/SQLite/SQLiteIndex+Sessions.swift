package import LarderFormat
internal import LarderSystem

// Sessions are opened and fenced durably in every mode: what a sweep concludes from them must survive a power cut that
// the files of the session survive.
extension SQLiteIndex {
  /// A process that ends waits no longer than this: a session that stays open on record is found dead by its lock.
  private static let closingLimit = Duration.seconds(1)

  package func open(_ session: SessionRecord) throws(IndexError) {
    try write(durably: true) { (transaction) throws(IndexError) in
      var query = try transaction.connection.query(.openSession)
      query.bind(session.id.column)
      query.bind(session.host)
      query.bind(session.boot)
      query.bind(session.opened.nanoseconds)
      query.bind(session.state.rawValue)
      try query.run()
      transaction.durableUpTo[session.id] = transaction.meta.lastBlob
    }
  }

  package func close(_ session: SessionID) throws(IndexError) {
    // Not worth a flush in any mode: a row that comes back is one of a session whose lock is free.
    try write(durably: false, within: Self.closingLimit) { (transaction) throws(IndexError) in
      try transaction.connection.change(.closeSession, session)
      transaction.durableUpTo[session] = nil
    }
  }

  package func fence(_ session: SessionID) throws(IndexError) {
    try write(durably: true) { (transaction) throws(IndexError) in
      try transaction.connection.change(.fenceSession, session)
    }
  }

  package func sessions() throws(IndexError) -> [SessionRecord] {
    try read { (connection) throws(IndexError) in
      var query = try connection.query(.sessions)
      var sessions: [SessionRecord] = []
      while try query.step() {
        sessions.append(
          SessionRecord(
            id: SessionID(column: query.integer(0)), host: query.text(1), boot: query.text(2),
            opened: Timestamp(nanoseconds: query.integer(3)),
            // A state that is not known is not open.
            state: SessionRecord.State(rawValue: query.text(4)) ?? .dead))
      }
      return sessions
    }
  }

  package func markDurable(
    _ sessions: [SessionID], upTo blob: BlobID, and others: [BlobID]
  ) throws(IndexError) {
    try write(durably: true) { (transaction) throws(IndexError) in
      for session in sessions { try transaction.markDurable(session, upTo: blob) }
      for other in others { try transaction.markDurable(other) }
      // A transaction without a change would be committed without a flush.
      transaction.meta.barriers &+= 1
    }
  }
}

extension WriteTransaction {
  fileprivate mutating func markDurable(_ session: SessionID, upTo blob: BlobID) throws(IndexError) {
    // Blobs of the session have ids above this one; without it every row of the index would be read.
    let from = durableUpTo[session] ?? 0
    guard blob.rawValue > from else { return }
    var query = try connection.query(.markDurable)
    query.bind(from)
    query.bind(blob.rawValue)
    query.bind(session.column)
    try query.run()
    if durableUpTo[session] != nil { durableUpTo[session] = blob.rawValue }
  }

  func markDurable(_ blob: BlobID) throws(IndexError) {
    var query = try connection.query(.markBlobDurable)
    query.bind(blob.rawValue)
    try query.run()
  }
}

extension SQLiteConnection {
  fileprivate func change(_ statement: SQL, _ session: SessionID) throws(IndexError) {
    var query = try query(statement)
    query.bind(session.column)
    try query.run()
  }
}
