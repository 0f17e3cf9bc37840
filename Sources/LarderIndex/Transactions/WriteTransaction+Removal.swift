package import LarderFormat
package import LarderSystem

extension TransactionalIndex {
  package func remove(_ removal: EntryRemoval) throws(IndexError) -> RemovalOutcome {
    if removal.keys.isEmpty { return RemovalOutcome() }
    // Durably in every mode: what a user removed does not come back.
    return try write(durably: true) { (transaction) throws(IndexError) in
      var removed: [ArtifactKey] = []
      for (index, key) in removal.keys.enumerated() {
        guard let entry = try transaction.tables.head(of: key) else { continue }
        if let seals = removal.announced, entry.seal != seals[index] { continue }
        try transaction.remove(entry.id, on: entry.blob, reason: .invalidated, at: removal.time)
        removed.append(key)
      }
      try transaction.forgetOldTombstones()
      if removal.announced == nil { try transaction.log(removal) }
      return transaction.outcome(removed)
    }
  }

  package func announce(_ selection: EntrySelection, at time: Timestamp) throws(IndexError) {
    try write(durably: true) { (transaction) throws(IndexError) in
      try transaction.log(LoggedSelection.text(selection), at: time)
      try transaction.trimRemovals()
    }
  }

  package func drop(
    _ key: ArtifactKey, _ seen: EntrySighting, reason: MissReason, evidence: String?, at time: Timestamp
  ) throws(IndexError) -> RemovalOutcome {
    try write { (transaction) throws(IndexError) in
      guard let entry = try transaction.tables.head(of: key), entry.seal == seen.seal,
        try transaction.refers(to: entry.blob, as: seen)
      else {
        transaction.isAbandoned = true
        return RemovalOutcome()
      }
      transaction.evidence = evidence
      try transaction.remove(entry.id, on: entry.blob, reason: reason, at: time)
      try transaction.forgetOldTombstones()
      return transaction.outcome([key])
    }
  }

  package func evict(
    toBytes bytes: Int64, entries: Int64, batch: Int, at time: Timestamp
  ) throws(IndexError) -> RemovalOutcome {
    try write { (transaction) throws(IndexError) in
      var removed: [ArtifactKey] = []
      for victim in try transaction.tables.lowestScores(batch, at: time) {
        if transaction.meta.totals.storedBytes <= bytes && transaction.meta.totals.entries <= entries { break }
        try transaction.remove(victim.id, on: victim.blob, reason: .evicted, at: time)
        // What is put from now on starts where these ended, so that old favourites age.
        transaction.meta.floor = max(transaction.meta.floor, victim.score)
        removed.append(victim.key)
      }
      guard !removed.isEmpty else {
        transaction.isAbandoned = true
        return RemovalOutcome()
      }
      try transaction.forgetOldTombstones()
      return transaction.outcome(removed)
    }
  }

  package func forget(_ blobs: [CondemnedBlob]) throws(IndexError) {
    if blobs.isEmpty { return }
    // Not worth a flush in any mode: a row that comes back is finished once more.
    try write(durably: false) { (transaction) throws(IndexError) in
      for blob in blobs { try transaction.tables.forgetCondemned(blob.id) }
    }
  }
}

extension WriteTransaction {
  fileprivate func refers(to blob: BlobID, as seen: EntrySighting) throws(IndexError) -> Bool {
    let live = try isLive(blob) ? blob : nil
    if live != seen.blob { return false }
    guard let files = seen.files else { return true }
    // Rows and not edges: the edge of a file whose row is gone may still be there.
    return try tables.liveChildren(of: blob) == files
  }

  /// Keys in one row of the log of removals.
  private static var keysPerRemoval: Int { 500 }
  /// Rows of the log that are kept: a computation that more removals overtake is not stored.
  private static var removalsKept: Int64 { 200 }

  /// Notes which keys a user removed, whether or not they had an entry: a computation may be under way.
  fileprivate mutating func log(_ removal: EntryRemoval) throws(IndexError) {
    for start in stride(from: 0, to: removal.keys.count, by: Self.keysPerRemoval) {
      let keys = removal.keys[start..<min(start + Self.keysPerRemoval, removal.keys.count)]
      try log(LoggedSelection.text(keys), at: removal.time)
    }
    try trimRemovals()
  }

  fileprivate mutating func log(_ selection: String, at time: Timestamp) throws(IndexError) {
    meta.removals &+= 1
    try tables.logRemoval(meta.removals, selection, at: time)
  }

  fileprivate mutating func trimRemovals() throws(IndexError) {
    let last = meta.removals &- Self.removalsKept
    guard last > meta.removalsFrom else { return }
    try tables.forgetRemovals(through: last)
    meta.removalsFrom = last
  }
}
