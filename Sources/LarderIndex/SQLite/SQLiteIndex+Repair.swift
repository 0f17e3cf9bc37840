package import LarderCrypto
package import LarderFormat
package import LarderSystem

// What a sweep changes. Each decision is taken in the transaction that acts on it: what the sweep saw may be long past.
extension SQLiteIndex {
  package func withdraw(
    _ blob: BlobID, reason: MissReason, evidence: String?, at time: Timestamp
  ) throws(IndexError) -> RemovalOutcome {
    try write { (transaction) throws(IndexError) in
      guard try transaction.canBeCondemned(blob.rawValue) else {
        transaction.isAbandoned = true
        return RemovalOutcome()
      }
      transaction.evidence = evidence
      let removed = try transaction.withdraw(blob.rawValue, reason: reason, at: time)
      try transaction.forgetOldTombstones()
      return transaction.outcome(removed)
    }
  }

  package func condemnUnreferenced(_ blobs: [BlobID], evidence: String?) throws(IndexError) -> RemovalOutcome {
    if blobs.isEmpty { return RemovalOutcome() }
    return try write { (transaction) throws(IndexError) in
      transaction.evidence = evidence
      for blob in blobs where try transaction.canBeCondemned(blob.rawValue) { try transaction.release(blob) }
      return transaction.outcome([])
    }
  }

  package func dropEntriesWithoutKey(evidence: String?) throws(IndexError) -> RemovalOutcome {
    try write { (transaction) throws(IndexError) in
      transaction.evidence = evidence
      var query = try transaction.connection.query(.entriesWithoutKey)
      var rows: [(entry: Int64, blob: Int64)] = []
      while try query.step() { rows.append((query.integer(0), query.integer(1))) }
      query.again()
      for row in rows {
        try transaction.delete(entry: row.entry)
        try transaction.release(BlobID(rawValue: row.blob))
      }
      return transaction.outcome([])
    }
  }

  package func dropFalseEdges(
    of blob: BlobID, but files: Set<Digest>?, evidence: String?
  ) throws(IndexError) -> RemovalOutcome {
    try write { (transaction) throws(IndexError) in
      transaction.evidence = evidence
      let dropped = try transaction.dropFalseEdges(of: blob.rawValue, but: files)
      transaction.isAbandoned = dropped.isEmpty
      for child in dropped { try transaction.release(BlobID(rawValue: child)) }
      return transaction.outcome([])
    }
  }

  package func forget(_ session: SessionID) throws(IndexError) {
    try write { (transaction) throws(IndexError) in
      var query = try transaction.connection.query(.forgetSession)
      query.bind(session.column)
      try query.run()
    }
  }
}

extension WriteTransaction {
  /// Whether a row is there and not condemned yet.
  fileprivate func canBeCondemned(_ blob: Int64) throws(IndexError) -> Bool {
    var query = try connection.query(.blob)
    query.bind(blob)
    return try query.step() && query.text(0) != "condemned"
  }

  /// Gives the blobs to which the removed edges led.
  fileprivate func dropFalseEdges(of parent: Int64, but files: Set<Digest>?) throws(IndexError) -> [Int64] {
    guard let files else {
      var query = try connection.query(.treeOn)
      query.bind(parent)
      return try query.step() ? [] : detachChildren(of: parent)
    }
    guard let domain = try content(of: parent)?.domain else { return [] }
    var dropped: [Int64] = []
    for child in try connection.integers(.childIDs, of: parent) {
      if let content = try content(of: child), content.domain == domain, files.contains(content.digest) { continue }
      var delete = try connection.query(.deleteEdge)
      delete.bind(parent)
      delete.bind(child)
      try delete.run()
      dropped.append(child)
    }
    return dropped
  }

  private func content(of blob: Int64) throws(IndexError) -> (digest: Digest, domain: String)? {
    var query = try connection.query(.contentOfBlob)
    query.bind(blob)
    return try query.step() ? (query.digest(0), query.text(1)) : nil
  }

  /// Removes everything that depends on a blob, then condemns it; gives the keys that had an entry.
  fileprivate mutating func withdraw(
    _ blob: Int64, reason: MissReason, at time: Timestamp
  ) throws(IndexError) -> [ArtifactKey] {
    let manifests = try connection.integers(.parentIDs, of: blob)
    var removed: [ArtifactKey] = []
    for owner in [blob] + manifests {
      for entry in try connection.entries(on: owner) {
        try bury(entry: entry.id, reason: reason, at: time)
        try delete(entry: entry.id)
        removed.append(entry.key)
      }
    }
    // A manifest can also be a file of another tree, and stays then; a tree it is no longer.
    var leftAlone = manifests
    for owner in [blob] + manifests { leftAlone += try detachChildren(of: owner) }
    try condemn(blob)
    for candidate in leftAlone { try release(BlobID(rawValue: candidate)) }
    return removed
  }
}

extension SQLiteConnection {
  fileprivate func entries(on blob: Int64) throws(IndexError) -> [(id: Int64, key: ArtifactKey)] {
    var query = try query(.entriesOn)
    query.bind(blob)
    var entries: [(id: Int64, key: ArtifactKey)] = []
    while try query.step() { entries.append((query.integer(0), ArtifactKey(query.digest(1)))) }
    return entries
  }

  /// The first column of all rows that belong to an id.
  func integers(_ statement: SQL, of id: Int64) throws(IndexError) -> [Int64] {
    var query = try query(statement)
    query.bind(id)
    var integers: [Int64] = []
    while try query.step() { integers.append(query.integer(0)) }
    return integers
  }
}
