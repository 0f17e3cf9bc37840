package import LarderCrypto
package import LarderFormat
internal import LarderSystem

extension SQLiteIndex {
  package func entry(for key: ArtifactKey) throws(IndexError) -> StoredEntry? {
    try read { (connection) throws(IndexError) in shown(try connection.entry(for: key)) }
  }

  private func shown(_ entry: StoredEntry?) -> StoredEntry? {
    guard let entry, let hidden else { return entry }
    return hidden.removals.holdsRemoval(of: entry.record) ? nil : entry
  }

  /// Whether the log was found damaged when the index was opened for reading: what was removed behind the damage is not
  /// looked up, and is still listed and counted.
  package var hidesRemovals: Bool { hidden?.isLogDamaged ?? false }

  package func entries(for keys: [ArtifactKey]) throws(IndexError) -> [StoredEntry?] {
    try readTogether { (connection) throws(IndexError) in
      var found: [StoredEntry?] = []
      found.reserveCapacity(keys.count)
      for key in keys { found.append(shown(try connection.entry(for: key))) }
      return found
    }
  }

  package func absence(
    of key: ArtifactKey, namespace: String, function: String, version: String
  ) throws(IndexError) -> Absence {
    try read { (connection) throws(IndexError) in
      var query = try connection.query(.absence)
      query.bind(key.digest)
      query.bind(namespace)
      query.bind(function)
      query.bind(version)
      guard try query.step() else { throw .damaged(connection.path, "its row 'meta' is missing") }
      let tombstone =
        query.isNull(3)
        ? nil
        : Tombstone(
          key: key, reason: MissReason(rawValue: query.text(3)), removed: Timestamp(nanoseconds: query.integer(4)),
          document: query.bytes(5))
      return Absence(
        tombstone: tombstone, functionSeen: query.flag(1), versionSeen: query.flag(2), removals: query.integer(0))
    }
  }

  package func liveBlob(_ contentDigest: Digest, domain: String) throws(IndexError) -> StoredBlob? {
    // Who asks is about to write. A reader has lost its pages to the last commit, the writer has not.
    try readBeforeWriting { (connection) throws(IndexError) in
      var query = try connection.query(.liveBlob)
      query.bind(contentDigest)
      query.bind(domain)
      guard try query.step() else { return nil }
      return try connection.check(query.storedBlob(), contentDigest, domain)
    }
  }

  package func children(of blob: BlobID) throws(IndexError) -> [StoredBlob] {
    try read { (connection) throws(IndexError) in try connection.children(of: blob) }
  }

  package func entries(after key: ArtifactKey?, limit: Int) throws(IndexError) -> [StoredEntry] {
    try entries(after: key, through: nil, limit: limit, withDocuments: false)
  }

  package func entries(
    after key: ArtifactKey?, through end: ArtifactKey?, limit: Int, withDocuments: Bool
  ) throws(IndexError) -> [StoredEntry] {
    try read { (connection) throws(IndexError) in
      try connection.entries(after: key, through: end, limit: limit, withDocuments: withDocuments)
    }
  }

  package func keys(withPrefix hexadecimal: String, limit: Int) throws(IndexError) -> [ArtifactKey] {
    let digits = hexadecimal.lowercased()
    let missing = Digest.byteCount * 2 - digits.utf8.count
    guard missing >= 0, let low = Digest(hex: digits + String(repeating: "0", count: missing)),
      let high = Digest(hex: digits + String(repeating: "f", count: missing))
    else { return [] }
    return try read { (connection) throws(IndexError) in
      var query = try connection.query(.keyRange)
      query.bind(low)
      query.bind(high)
      query.bind(Int64(max(limit, 0)))
      var keys: [ArtifactKey] = []
      while try query.step() { keys.append(ArtifactKey(query.digest(0))) }
      return keys
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

  package func totals() throws(IndexError) -> IndexTotals { try meta().totals }

  package func removals() throws(IndexError) -> Int64 { try meta().removals }

  package func highestBlob() throws(IndexError) -> BlobID { BlobID(rawValue: try meta().lastBlob) }

  private func meta() throws(IndexError) -> IndexMeta {
    try read { (connection) throws(IndexError) in try connection.meta() }
  }

  package func statistics(since day: Int64) throws(IndexError) -> [Statistic] {
    try read { (connection) throws(IndexError) in
      var query = try connection.query(.statistics)
      query.bind(day)
      var statistics: [Statistic] = []
      while try query.step() {
        statistics.append(
          Statistic(
            day: query.integer(0), namespace: query.text(1), function: query.text(2), name: query.text(3),
            value: query.integer(4)))
      }
      return statistics
    }
  }
}

extension SQLiteConnection {
  fileprivate static let highestDigest = Digest { $0.initialize(repeating: 0xFF) }

  fileprivate func entries(
    after key: ArtifactKey?, through end: ArtifactKey?, limit: Int, withDocuments: Bool
  ) throws(IndexError) -> [StoredEntry] {
    var query = try query(withDocuments ? .entryPageWithDocuments : .entryPage)
    // No key is empty, and every key is above it.
    if let key { query.bind(key.digest) } else { query.bind([] as [UInt8]) }
    query.bind(end?.digest ?? Self.highestDigest)
    query.bind(Int64(max(limit, 0)))
    var page: [StoredEntry] = []
    var last = key
    while try query.step() {
      let entry = query.storedEntry()
      if let last, !last.digest.bytes.lexicographicallyPrecedes(entry.record.key.digest.bytes) {
        throw .disordered(path)
      }
      last = entry.record.key
      page.append(entry)
    }
    return page
  }

  /// Visits all entries with their documents, in pages that bound the memory.
  func forEachEntryWithDocument(_ visit: (EntryRecord) throws(IndexError) -> Void) throws(IndexError) {
    let pageSize = 64
    var last: ArtifactKey?
    while true {
      let page = try entries(after: last, through: nil, limit: pageSize, withDocuments: true)
      for entry in page { try visit(entry.record) }
      guard page.count == pageSize, let end = page.last else { return }
      last = end.record.key
    }
  }

  /// Makes sure that the tree of contents led to the right row.
  func check(_ blob: StoredBlob?, _ contentDigest: Digest, _ domain: String) throws(IndexError) -> StoredBlob? {
    guard let blob else { return nil }
    guard blob.record.form.contentDigest == contentDigest && blob.record.domain == domain else {
      throw .damaged(path, "its tree of contents leads to another blob")
    }
    return blob
  }

  func children(of blob: BlobID) throws(IndexError) -> [StoredBlob] {
    var query = try query(.children)
    query.bind(blob.rawValue)
    var children: [StoredBlob] = []
    while try query.step() { if let child = query.storedBlob() { children.append(child) } }
    return children
  }

  func entry(for key: ArtifactKey) throws(IndexError) -> StoredEntry? {
    var query = try query(.entry)
    query.bind(key.digest)
    guard try query.step() else { return nil }
    let entry = query.storedEntry()
    // What the row says is sealed; that the tree of keys leads to it is not.
    guard entry.record.key == key else { throw .damaged(path, "its tree of keys leads to another entry") }
    return entry
  }
}
