package import LarderFormat
package import LarderSystem

extension SQLiteIndex {
  package func remove(_ removal: EntryRemoval) throws(IndexError) -> RemovalOutcome {
    if removal.keys.isEmpty { return RemovalOutcome() }
    // Durably in every mode: what a user removed does not come back.
    return try write(durably: true) { (transaction) throws(IndexError) in
      var removed: [ArtifactKey] = []
      for (index, key) in removal.keys.enumerated() {
        var query = try transaction.connection.query(.entryState)
        query.bind(key.digest)
        guard try query.step() else { continue }
        if let seals = removal.announced, Seal(digest: query.digest(3), keyID: query.text(4)) != seals[index] {
          continue
        }
        let (entry, blob) = (query.integer(0), query.integer(1))
        query.again()
        try transaction.remove(entry: entry, blob: blob, reason: .invalidated, at: removal.time)
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
      var query = try transaction.connection.query(.entryState)
      query.bind(key.digest)
      guard try query.step(), Seal(digest: query.digest(3), keyID: query.text(4)) == seen.seal else {
        transaction.isAbandoned = true
        return RemovalOutcome()
      }
      let (entry, blob) = (query.integer(0), query.integer(1))
      query.again()
      guard try transaction.refers(to: blob, as: seen) else {
        transaction.isAbandoned = true
        return RemovalOutcome()
      }
      transaction.evidence = evidence
      try transaction.remove(entry: entry, blob: blob, reason: reason, at: time)
      try transaction.forgetOldTombstones()
      return transaction.outcome([key])
    }
  }

  package func evict(
    toBytes bytes: Int64, entries: Int64, batch: Int, at time: Timestamp
  ) throws(IndexError) -> RemovalOutcome {
    try write { (transaction) throws(IndexError) in
      var removed: [ArtifactKey] = []
      for victim in try transaction.connection.lowestScores(batch, at: time) {
        if transaction.meta.totals.storedBytes <= bytes && transaction.meta.totals.entries <= entries { break }
        try transaction.remove(entry: victim.entry, blob: victim.blob, reason: .evicted, at: time)
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
      for blob in blobs {
        var query = try transaction.connection.query(.forgetBlob)
        query.bind(blob.id.rawValue)
        try query.run()
      }
    }
  }

  package func condemned(after blob: BlobID?, limit: Int) throws(IndexError) -> [CondemnedBlob] {
    try read { (connection) throws(IndexError) in
      var query = try connection.query(.condemned)
      query.bind(blob?.rawValue ?? .min)
      query.bind(Int64(max(limit, 0)))
      var blobs: [CondemnedBlob] = []
      while try query.step() {
        let evidence = query.holdsBytes(6) ? String(decoding: query.bytes(6), as: UTF8.self) : nil
        blobs.append(
          CondemnedBlob(id: BlobID(rawValue: query.integer(0)), name: query.blobName(at: 1), evidence: evidence))
      }
      return blobs
    }
  }
}

extension WriteTransaction {
  fileprivate func refers(to blob: Int64, as seen: EntrySighting) throws(IndexError) -> Bool {
    let live = try isLive(BlobID(rawValue: blob)) ? BlobID(rawValue: blob) : nil
    if live != seen.blob { return false }
    guard let files = seen.files else { return true }
    // Rows and not edges: the edge of a file whose row is gone may still be there.
    return try connection.children(of: BlobID(rawValue: blob)).count == files
  }

  func outcome(_ removed: [ArtifactKey]) -> RemovalOutcome {
    RemovalOutcome(removed: removed, condemned: condemned, storedBytes: releasedBytes)
  }

  /// Keys in one row of the log of removals.
  private static let keysPerRemoval = 500
  /// Rows of the log that are kept: a computation that more removals overtake is not stored.
  private static let removalsKept: Int64 = 200

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
    var query = try connection.query(.logRemoval)
    query.bind(meta.removals)
    query.bind(time.nanoseconds)
    query.bind(selection)
    try query.run()
  }

  fileprivate mutating func trimRemovals() throws(IndexError) {
    let last = meta.removals &- Self.removalsKept
    guard last > meta.removalsFrom else { return }
    var query = try connection.query(.trimRemovals)
    query.bind(last)
    try query.run()
    meta.removalsFrom = last
  }
}

/// An entry that is next to be evicted.
private struct Victim {
  var entry: Int64
  var key: ArtifactKey
  var blob: Int64
  var score: Double
}

extension SQLiteConnection {
  fileprivate func lowestScores(_ limit: Int, at time: Timestamp) throws(IndexError) -> [Victim] {
    var query = try query(.lowestScores)
    query.bind(time.nanoseconds)
    query.bind(Int64(max(limit, 0)))
    var victims: [Victim] = []
    while try query.step() {
      victims.append(
        Victim(
          entry: query.integer(0), key: ArtifactKey(query.digest(1)), blob: query.integer(2), score: query.real(3)))
    }
    return victims
  }
}
