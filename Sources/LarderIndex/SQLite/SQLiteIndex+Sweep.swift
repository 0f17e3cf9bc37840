internal import LarderCrypto
package import LarderFormat
package import LarderSystem

// What a sweep reads. Pages are short transactions of their own: writers and the log never wait for a sweep.
extension SQLiteIndex {
  package func blobs(
    inShard shard: UInt8, after position: BlobPosition?, limit: Int
  ) throws(IndexError) -> [SweptBlob] {
    try readTogether { (connection) throws(IndexError) in
      var page: [SweptBlob] = []
      for part in BlobPosition.Part.allCases {
        if let position, position.part > part { continue }
        if part == .stray && shard > 0 { continue }
        try connection.read(part, ofShard: shard, after: position?.part == part ? position : nil, limit, into: &page)
        if page.count >= limit { break }
      }
      return page
    }
  }

  package func blob(named name: BlobName) throws(IndexError) -> SweptBlob? {
    try read { (connection) throws(IndexError) in
      var query = try connection.query(.blobOfFile)
      query.bind(name.contentDigest)
      query.bind(Int64(bitPattern: name.session))
      query.bind(Int64(bitPattern: name.n))
      query.bind(name.encoding.rawValue)
      return try query.step() ? query.sweptBlob(nil) : nil
    }
  }

  package func blob(_ id: BlobID) throws(IndexError) -> SweptBlob? {
    try read { (connection) throws(IndexError) in
      var query = try connection.query(.blobRow)
      query.bind(id.rawValue)
      return try query.step() ? query.sweptBlob(nil) : nil
    }
  }

  package func liveBlobs(at name: BlobName) throws(IndexError) -> [BlobID] {
    try read { (connection) throws(IndexError) in try connection.liveBlobs(at: name) }
  }

  package func sweptEntry(for key: ArtifactKey) throws(IndexError) -> SweptEntry? {
    try readTogether { (connection) throws(IndexError) in
      guard let entry = try connection.entry(for: key) else { return nil }
      var query = try connection.query(.blobOfEntry)
      query.bind(key.digest)
      guard try query.step() else { return nil }
      let (blob, state) = (query.integer(0), query.isNull(1) ? nil : query.text(1))
      query.again()
      var files: [Digest] = []
      var children = try connection.query(.fileDigests)
      children.bind(blob)
      var edges = 0
      while try children.step() {
        edges += 1
        if children.holdsDigest(0) { files.append(children.digest(0)) }
      }
      let hasAlteredBlob = entry.blob == nil && state != nil && state != "condemned"
      return SweptEntry(entry: entry, hasAlteredBlob: hasAlteredBlob, files: files, edges: edges)
    }
  }

  package func entriesWithoutKey() throws(IndexError) -> Int64 {
    try read { (connection) throws(IndexError) in
      var query = try connection.query(.headsWithoutKey)
      var count: Int64 = 0
      while try query.step() { count += 1 }
      return count
    }
  }

  package func dependents(of blob: BlobID, limit: Int) throws(IndexError) -> [ArtifactKey] {
    try read { (connection) throws(IndexError) in
      var query = try connection.query(.dependents)
      query.bind(blob.rawValue)
      query.bind(Int64(max(limit, 0)))
      var keys: [ArtifactKey] = []
      while try query.step() { keys.append(ArtifactKey(query.digest(0))) }
      return keys
    }
  }

  package func falseParents(after blob: BlobID?, limit: Int) throws(IndexError) -> [BlobID] {
    try read { (connection) throws(IndexError) in
      var query = try connection.query(.falseParents)
      query.bind(blob?.rawValue ?? .min)
      query.bind(Int64(max(limit, 0)))
      var parents: [BlobID] = []
      while try query.step() { parents.append(BlobID(rawValue: query.integer(0))) }
      return parents
    }
  }

  package func strayFiles() throws(IndexError) -> Set<BlobName> {
    try read { (connection) throws(IndexError) in
      var query = try connection.query(.strays)
      query.bind(Int64.min)
      query.bind(-1 as Int64)
      var names: Set<BlobName> = []
      while try query.step() { if let name = query.sweptBlob(.stray)?.name { names.insert(name) } }
      return names
    }
  }

  package func sweeps() throws(IndexError) -> [Int: Timestamp] {
    try read { (connection) throws(IndexError) in
      var query = try connection.query(.sweeps)
      var sweeps: [Int: Timestamp] = [:]
      while try query.step() { sweeps[Int(query.integer(0))] = Timestamp(nanoseconds: query.integer(1)) }
      return sweeps
    }
  }
}

extension SQLiteConnection {
  func liveBlobs(at name: BlobName) throws(IndexError) -> [BlobID] {
    var query = try query(.liveBlobsAt)
    query.bind(name.contentDigest)
    query.bind(Int64(bitPattern: name.session))
    query.bind(Int64(bitPattern: name.n))
    query.bind(name.encoding.rawValue)
    var blobs: [BlobID] = []
    while try query.step() { blobs.append(BlobID(rawValue: query.integer(0))) }
    return blobs
  }

  fileprivate func read(
    _ part: BlobPosition.Part, ofShard shard: UInt8, after position: BlobPosition?, _ limit: Int,
    into page: inout [SweptBlob]
  ) throws(IndexError) {
    var query: Query
    switch part {
    case .live: query = try self.query(.liveShard)
    case .condemned: query = try self.query(.condemnedShard)
    case .stray: query = try self.query(.strays)
    }
    // The first shard has what is shorter than a digit, too.
    if part != .stray { query.bind(position?.digest ?? (shard == 0 ? [] : [shard])) }
    query.bind(position?.id ?? .min)
    if part == .stray { query.bind(Int64(max(limit - page.count, 0))) }
    var last = position
    while page.count < limit, try query.step() {
      guard let blob = query.sweptBlob(part) else { continue }
      if let last, !last.isBefore(blob.position) { throw .disordered(path) }
      last = blob.position
      if part != .stray && blob.position.digest.first ?? 0 > shard { return }
      page.append(blob)
    }
  }
}

extension Query {
  /// A row from the columns of ``SQL/sweptColumns``; without a part it is that of its state.
  fileprivate func sweptBlob(_ part: BlobPosition.Part?) -> SweptBlob? {
    if isNull(0) { return nil }
    let state = SweptBlob.State(column: text(14))
    let id = integer(0)
    let row = holdsDigest(2) && holdsDigest(5) ? storedBlob() : nil
    return SweptBlob(
      id: BlobID(rawValue: id), state: state, name: row?.record.name ?? sweptName, row: row, isReferenced: flag(15),
      position: BlobPosition(
        part: part ?? (state == .condemned ? .condemned : .live), digest: holdsBytes(2) ? bytes(2) : [], id: id))
  }

  /// The file of a row that is none of a blob any more, where it still names one.
  private var sweptName: BlobName? {
    guard holdsDigest(2), text(7) == "file", !isNull(8), !isNull(9), let encoding = Encoding(rawValue: text(4)) else {
      return nil
    }
    return BlobName(
      contentDigest: digest(2), session: UInt64(bitPattern: integer(8)), n: UInt64(bitPattern: integer(9)),
      encoding: encoding)
  }
}
