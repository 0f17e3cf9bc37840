package import LarderCrypto
package import LarderFormat

extension SQLiteTables {
  package func insert(_ blob: BlobID, _ record: BlobRecord, _ seal: Seal) throws(IndexError) {
    var query = try connection.query(.insertBlob)
    query.bind(record, seal, id: blob.rawValue)
    try query.run()
  }

  package func head(of blob: BlobID) throws(IndexError) -> BlobHead? {
    var query = try connection.query(.blob)
    query.bind(blob.rawValue)
    guard try query.step() else { return nil }
    return BlobHead(
      state: SweptBlob.State(column: query.text(0)), name: query.blobName(at: 1), contentSize: query.integer(6),
      storedSize: query.integer(7), isDurable: query.flag(8))
  }

  package func content(of blob: BlobID) throws(IndexError) -> BlobContentName? {
    var query = try connection.query(.contentOfBlob)
    query.bind(blob.rawValue)
    return try query.step() ? BlobContentName(query.digest(0), domain: query.text(1)) : nil
  }

  package func winner(_ contentDigest: Digest, domain: String) throws(IndexError) -> Winner? {
    var query = try connection.query(.winner)
    query.bind(contentDigest)
    query.bind(domain)
    guard try query.step() else { return nil }
    return Winner(
      id: BlobID(rawValue: query.integer(0)), blob: try connection.check(query.storedBlob(), contentDigest, domain))
  }

  package func liveBlobs(at name: BlobName) throws(IndexError) -> [BlobID] { try connection.liveBlobs(at: name) }

  package func condemn(_ blob: BlobID, evidence: String?) throws(IndexError) -> Bool {
    do throws(IndexError) {
      var query = try connection.query(.condemnBlob)
      if let evidence { query.bind(Array(evidence.utf8)) } else { query.bindNull() }
      query.bind(blob.rawValue)
      try query.run()
      return true
    } catch {
      // Columns of the row have values of other types.
      guard error.code == .failed else { throw error }
      return false
    }
  }

  package func delete(_ blob: BlobID) throws(IndexError) { try run(.deleteBlob, blob.rawValue) }
  package func forgetCondemned(_ blob: BlobID) throws(IndexError) { try run(.forgetBlob, blob.rawValue) }
  package func markDurable(_ blob: BlobID) throws(IndexError) { try run(.markBlobDurable, blob.rawValue) }

  package func markDurable(_ session: SessionID, after blob: BlobID, upTo last: BlobID) throws(IndexError) {
    try run(.markDurable, blob.rawValue, last.rawValue, session.column)
  }

  package func highestBlob() throws(IndexError) -> BlobID {
    var query = try connection.query(.highestID)
    return BlobID(rawValue: try query.step() ? query.integer(0) : 0)
  }

  // References

  package func isReferred(_ blob: BlobID) throws(IndexError) -> Bool {
    if try holds(.entriesOfBlob, blob) { return true }
    return try holds(.edgeTo, blob)
  }

  private func holds(_ statement: SQL, _ blob: BlobID) throws(IndexError) -> Bool {
    var query = try connection.query(statement)
    query.bind(blob.rawValue)
    return try query.step() && query.flag(0)
  }

  package func moveReferences(from old: BlobID, to new: BlobID) throws(IndexError) {
    for statement in [SQL.pointEntries, .pointChildren, .pointParents] {
      try run(statement, new.rawValue, old.rawValue)
    }
  }

  package func insertEdge(_ parent: BlobID, _ child: BlobID) throws(IndexError) {
    try run(.insertEdge, parent.rawValue, child.rawValue)
  }

  package func deleteEdge(_ parent: BlobID, _ child: BlobID) throws(IndexError) {
    try run(.deleteEdge, parent.rawValue, child.rawValue)
  }

  package func deleteEdges(of parent: BlobID) throws(IndexError) { try run(.deleteEdges, parent.rawValue) }
  package func children(of parent: BlobID) throws(IndexError) -> [BlobID] { try blobs(.childIDs, of: parent) }
  package func parents(of child: BlobID) throws(IndexError) -> [BlobID] { try blobs(.parentIDs, of: child) }

  private func blobs(_ statement: SQL, of blob: BlobID) throws(IndexError) -> [BlobID] {
    var query = try connection.query(statement)
    query.bind(blob.rawValue)
    var blobs: [BlobID] = []
    while try query.step() { blobs.append(BlobID(rawValue: query.integer(0))) }
    return blobs
  }

  package func liveChildren(of parent: BlobID) throws(IndexError) -> Int { try connection.children(of: parent).count }

  package func storedBytes(of blob: BlobID) throws(IndexError) -> Int64 {
    var query = try connection.query(.storedBytes)
    query.bind(blob.rawValue)
    return try query.step() ? query.integer(0) : 0
  }
}

extension SweptBlob.State {
  init(column text: String) {
    switch text {
    case "live": self = .live
    case "condemned": self = .condemned
    default: self = .unknown
    }
  }
}
