package import LarderCrypto
package import LarderFormat
package import LarderSystem

// What a sweep changes. Each decision is taken in the transaction that acts on it: what the sweep saw may be long past.
extension TransactionalIndex {
  package func withdraw(
    _ blob: BlobID, reason: MissReason, evidence: String?, at time: Timestamp
  ) throws(IndexError) -> RemovalOutcome {
    try write { (transaction) throws(IndexError) in
      guard try transaction.canBeCondemned(blob) else {
        transaction.isAbandoned = true
        return RemovalOutcome()
      }
      transaction.evidence = evidence
      let removed = try transaction.withdraw(blob, reason: reason, at: time)
      try transaction.forgetOldTombstones()
      return transaction.outcome(removed)
    }
  }

  package func condemnUnreferenced(_ blobs: [BlobID], evidence: String?) throws(IndexError) -> RemovalOutcome {
    if blobs.isEmpty { return RemovalOutcome() }
    return try write { (transaction) throws(IndexError) in
      transaction.evidence = evidence
      for blob in blobs where try transaction.canBeCondemned(blob) { try transaction.release(blob) }
      return transaction.outcome([])
    }
  }

  package func dropEntriesWithoutKey(evidence: String?) throws(IndexError) -> RemovalOutcome {
    try write { (transaction) throws(IndexError) in
      transaction.evidence = evidence
      for entry in try transaction.tables.headsWithoutKey() {
        try transaction.delete(entry.id)
        try transaction.release(entry.blob)
      }
      return transaction.outcome([])
    }
  }

  package func dropFalseEdges(
    of blob: BlobID, but files: Set<Digest>?, evidence: String?
  ) throws(IndexError) -> RemovalOutcome {
    try write { (transaction) throws(IndexError) in
      transaction.evidence = evidence
      let dropped = try transaction.dropFalseEdges(of: blob, but: files)
      transaction.isAbandoned = dropped.isEmpty
      for child in dropped { try transaction.release(child) }
      return transaction.outcome([])
    }
  }

  package func forget(_ session: SessionID) throws(IndexError) {
    try write { (transaction) throws(IndexError) in try transaction.tables.removeDead(session) }
  }
}

extension WriteTransaction {
  /// Whether a row is there and not condemned yet.
  fileprivate func canBeCondemned(_ blob: BlobID) throws(IndexError) -> Bool {
    guard let head = try tables.head(of: blob) else { return false }
    return head.state != .condemned
  }

  /// Gives the blobs to which the removed edges led.
  fileprivate func dropFalseEdges(of parent: BlobID, but files: Set<Digest>?) throws(IndexError) -> [BlobID] {
    guard let files else { return try tables.hasTree(on: parent) ? [] : detachChildren(of: parent) }
    guard let domain = try tables.content(of: parent)?.domain else { return [] }
    var dropped: [BlobID] = []
    for child in try tables.children(of: parent) {
      if let content = try tables.content(of: child), content.domain == domain, files.contains(content.contentDigest) {
        continue
      }
      try tables.deleteEdge(parent, child)
      dropped.append(child)
    }
    return dropped
  }

  /// Removes everything that depends on a blob, then condemns it; gives the keys that had an entry.
  fileprivate mutating func withdraw(
    _ blob: BlobID, reason: MissReason, at time: Timestamp
  ) throws(IndexError) -> [ArtifactKey] {
    let manifests = try tables.parents(of: blob)
    var removed: [ArtifactKey] = []
    for owner in [blob] + manifests {
      for entry in try tables.entries(on: owner) {
        try tables.bury(entry.id, reason: reason, at: time)
        try delete(entry.id)
        removed.append(entry.key)
      }
    }
    // A manifest can also be a file of another tree, and stays then; a tree it is no longer.
    var leftAlone = manifests
    for owner in [blob] + manifests { leftAlone += try detachChildren(of: owner) }
    try condemn(blob)
    for candidate in leftAlone { try release(candidate) }
    return removed
  }
}

extension TransactionalIndex {
  package func correctTotals() throws(IndexError) {
    try write { (transaction) throws(IndexError) in
      transaction.meta.totals = try transaction.tables.countTotals()
      transaction.meta.lastBlob = max(transaction.meta.lastBlob, try transaction.tables.highestBlob().rawValue)
      if !transaction.meta.floor.isFinite { transaction.meta.floor = 0 }
    }
  }

  package func recordSweep(
    _ portions: [Int], at time: Timestamp, within limit: Duration?
  ) throws(IndexError) {
    try write(durably: nil, within: limit) { (transaction) throws(IndexError) in
      for portion in portions { try transaction.tables.recordSweep(portion, at: time) }
    }
  }
}
