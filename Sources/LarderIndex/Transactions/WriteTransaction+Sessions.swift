package import LarderFormat

// Sessions are opened and fenced durably in every mode: what a sweep concludes from them must survive a power cut that
// the files of the session survive.
extension TransactionalIndex {
  /// A process that ends waits no longer than this: a session that stays open on record is found dead by its lock.
  private static var closingLimit: Duration { .seconds(1) }

  package func open(_ session: SessionRecord) throws(IndexError) {
    try write(durably: true) { (transaction) throws(IndexError) in
      try transaction.tables.insert(session)
      transaction.durableUpTo[session.id] = BlobID(rawValue: transaction.meta.lastBlob)
    }
  }

  package func close(_ session: SessionID) throws(IndexError) {
    // Not worth a flush in any mode: a row that comes back is one of a session whose lock is free.
    try write(durably: false, within: Self.closingLimit) { (transaction) throws(IndexError) in
      try transaction.tables.removeOpen(session)
      transaction.durableUpTo[session] = nil
    }
  }

  package func fence(_ session: SessionID) throws(IndexError) {
    try write(durably: true) { (transaction) throws(IndexError) in try transaction.tables.markDead(session) }
  }

  package func markDurable(
    _ sessions: [SessionID], upTo blob: BlobID, and others: [BlobID]
  ) throws(IndexError) {
    try write(durably: true) { (transaction) throws(IndexError) in
      for session in sessions { try transaction.markDurable(session, upTo: blob) }
      for other in others { try transaction.tables.markDurable(other) }
      // A transaction without a change would be committed without a flush.
      transaction.meta.barriers &+= 1
    }
  }
}

extension WriteTransaction {
  fileprivate mutating func markDurable(_ session: SessionID, upTo blob: BlobID) throws(IndexError) {
    // Blobs of the session have ids above this one; without it every row of the index would be read.
    let from = durableUpTo[session] ?? BlobID(rawValue: 0)
    guard blob > from else { return }
    try tables.markDurable(session, after: from, upTo: blob)
    if durableUpTo[session] != nil { durableUpTo[session] = blob }
  }
}
