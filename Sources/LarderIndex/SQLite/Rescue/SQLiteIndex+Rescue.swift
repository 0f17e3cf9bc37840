package import LarderCrypto
package import LarderFormat
internal import LarderSystem

extension SQLiteIndex {
  /// Saves what can be saved of a damaged index into a new one: every row that can still be read and whose seal verifies.
  ///
  /// The pages are read one by one, without SQLite: a row counts wherever it lies on a page that is in use. What is on free
  /// pages, or on others where nobody can tell which are free, was removed, and no entry comes back that was removed after
  /// it was made. Sessions, condemned rows and the times of sweeps are not saved, so that files of unknown origin are
  /// quarantined and everything is verified anew. Blobs are taken as not known to be durable.
  ///
  /// - Parameters:
  ///   - path: The damaged file. It does not change, and neither does what lies beside it.
  ///   - newPath: The new file, in a directory that may be written; what an earlier attempt left there is replaced. It is
  ///     whole and durable, without a log, when this returns, and of no use before.
  ///   - identity: The cache, and the id of the new index: a new one, so that nobody takes it for the old one.
  ///   - sealer: Verifies the rows.
  ///   - files: What the manifest of a tree names, by content digest, or nil where it cannot be read. Asked where the edges
  ///     of a tree are damaged or lost: its blob is sealed, and edges are not.
  /// - Returns: What was saved and what was not.
  /// - Throws: ``IndexError`` when the new index cannot be made, or ``IndexError/Code/foreign`` when the damaged one is of
  ///   a format that this version does not read. What cannot be read is no error.
  package static func rescue(
    damagedAt path: String, into newPath: String, identity: IndexIdentity, sealer: Sealer,
    files: @escaping (StoredBlob) -> [Digest]? = { _ in nil }
  ) throws(IndexError) -> IndexRescue {
    removeFiles(of: newPath)
    do throws(IndexError) {
      let rescue = try save(from: path, into: newPath, identity, sealer, files)
      try makeDurable(newPath, like: path)
      try open(rescued: newPath)
      try makeDurable(newPath, like: path)
      return rescue
    } catch {
      removeFiles(of: newPath)
      throw error
    }
  }

  private static func save(
    from path: String, into newPath: String, _ identity: IndexIdentity, _ sealer: Sealer,
    _ files: @escaping (StoredBlob) -> [Digest]?
  ) throws(IndexError) -> IndexRescue {
    let source = try DamagedSource(path, beside: newPath)
    let target = try SQLiteConnection(newPath, .create, deadline: Clock.system.uptime() &+ 1_000_000_000)
    // Nothing is worth a journal before it is whole.
    try target.execute("PRAGMA journal_mode = MEMORY")
    try target.execute("PRAGMA synchronous = OFF")
    try target.run(.begin)
    try target.makeTables()
    try target.found(identity)
    try target.execute("UPDATE meta SET state = 'upgrading'")
    var saving = Rescue(target: target, sealer: sealer, files: files)
    let file: DamagedFile
    do throws(SystemError) {
      try saving.removals.note(pagesOf: path)
      if let log = try LogFile(path + "-wal"), log.frames > 0 { saving.removals.note(1...log.frames, of: log) }
      file = try DamagedFile(source.path)
    } catch {
      throw IndexError(.failed, "Cannot open the damaged index '\(path)': \(error.reason).")
    }
    try saving.run(from: DamagedRows(file, like: target))
    try target.run(.commit)
    return saving.result
  }

  /// Says of a new index that it is whole.
  private static func open(rescued path: String) throws(IndexError) {
    do {
      let target = try SQLiteConnection(path, .write, deadline: Clock.system.uptime() &+ 1_000_000_000)
      try target.execute("PRAGMA journal_mode = MEMORY")
      try target.execute("UPDATE meta SET state = 'open'")
      try target.switchToLog()
    }
    // The log is empty: whoever opens the index makes one.
    removeFiles(of: path, butItself: true)
  }

  private static func makeDurable(_ path: String, like old: String) throws(IndexError) {
    do throws(SystemError) {
      let file = try Descriptor(path, .readWrite)
      if let permissions = try? FileStatus(following: old).permissions { try? file.setMode(permissions & 0o666) }
      try file.sync()
    } catch {
      if error.isFullDisk { throw .full(path) }
      throw IndexError(.failed, "Cannot make the new index '\(path)' durable: \(error.reason).")
    }
  }
}

/// One rescue at work. What is read is never trusted: types, seals and references are checked on the way.
private struct Rescue {
  let target: SQLiteConnection
  let sealer: Sealer
  let files: (StoredBlob) -> [Digest]?
  var removals = RemovalTraces()
  var result = IndexRescue()
  private var edges = EdgeTally()
  private var highestRemoval: Int64 = 0
  private var floor: Double = 0
  private var lastBlob: Int64 = 0

  init(target: SQLiteConnection, sealer: Sealer, files: @escaping (StoredBlob) -> [Digest]?) {
    self.target = target
    self.sealer = sealer
    self.files = files
  }

  mutating func run(from source: borrowing DamagedRows) throws(IndexError) {
    result.unreadable = source.unreadable
    result.unreadable += try source.forEach(.damagedMeta) { row throws(IndexError) in
      let meta = IndexMeta(row)
      result.recorded = meta.totals
      highestRemoval = max(meta.removals, 0)
      if isSane(meta.floor) { floor = meta.floor }
      lastBlob = sane(meta.lastBlob)
    }
    try saveRemovals(source)
    try saveBlobs(source)
    try saveEdges(source)
    try saveEntries(source)
    try saveStatistics(source)
    try target.run(.dropSpareEdges)
    try target.run(.dropSpareBlobs)
    result.lostBlobs += target.changes
    try finish()
  }

  private mutating func saveRemovals(_ source: borrowing DamagedRows) throws(IndexError) {
    result.unreadable += try source.forEach(.damagedTombstone) { row throws(IndexError) in
      guard row.holdsDigest(1) else { return }
      removals.note(ArtifactKey(row.digest(1)), at: row.integer(6))
      var save = try target.query(.saveTombstone)
      save.bind(row.integer(0))
      save.bind(row.digest(1))
      for column in Int32(2)...5 { save.bind(row.text(column)) }
      save.bind(row.integer(6))
      save.bind(row.bytes(7))
      save.bind(row.bytes(8))
      try save.run()
    }
    result.unreadable += try source.forEach(.damagedRemoval) { row throws(IndexError) in
      let number = row.integer(0)
      guard number <= Self.highestNumber else { return }
      removals.note(selection: row.text(2), at: row.integer(1), isOfTable: true)
      highestRemoval = max(highestRemoval, number)
      var save = try target.query(.saveRemoval)
      save.bind(number)
      save.bind(row.integer(1))
      save.bind(row.text(2))
      try save.run()
    }
  }

  private mutating func saveBlobs(_ source: borrowing DamagedRows) throws(IndexError) {
    result.unreadable += try source.forEach(.damagedBlob) { row throws(IndexError) in
      let id = row.integer(0)
      if row.text(14) == "condemned" { return }
      guard id > 0, id <= Self.highestNumber, row.text(14) == "live", row.holdsDigest(2), row.holdsDigest(5),
        var blob = row.storedBlob(), sealer.verifies(blob.record, blob.seal)
      else { return result.lostBlobs += 1 }
      switch blob.record.place {
      case .inline(let bytes):
        let form = blob.record.form
        guard Int64(bytes.count) == form.storedSize, SHA256.hash(bytes) == form.storedDigest else {
          return result.lostBlobs += 1
        }
        blob.record.durable = true
      case .file: blob.record.durable = false
      }
      lastBlob = max(lastBlob, id)
      var save = try target.query(.saveBlob)
      save.bind(blob.record, blob.seal, id: id)
      try save.run()
      if target.changes == 0 { result.lostBlobs += 1 }
    }
  }

  private mutating func saveEdges(_ source: borrowing DamagedRows) throws(IndexError) {
    let gaps = try source.forEach(.edges) { edges.noteByParent($0[0], $0[1]) }
    let otherGaps = try source.forEach(.edgesByChild) { edges.noteByChild($0[1], $0[0]) }
    edges.isByParentWhole = gaps == 0 && source.isWhole(.edges)
    edges.isByChildWhole = otherGaps == 0 && source.isWhole(.edgesByChild)
    result.unreadable += gaps + otherGaps
    let byParent = edges.isByParentBetter
    _ = try source.forEach(byParent ? .edges : .edgesByChild) { row throws(IndexError) in
      let (parent, child) = byParent ? (row[0], row[1]) : (row[1], row[0])
      guard try contentDigest(ofSaved: child) != nil else { return edges.noteLost(childOf: parent) }
      guard try contentDigest(ofSaved: parent) != nil else { return }
      try save(parent, child)
    }
  }

  private func save(_ parent: Int64, _ child: Int64) throws(IndexError) {
    var save = try target.query(.insertEdge)
    save.bind(parent)
    save.bind(child)
    try save.run()
  }

  private mutating func saveEntries(_ source: borrowing DamagedRows) throws(IndexError) {
    result.unreadable += try source.forEach(.damagedEntry) { row throws(IndexError) in
      let entry = row.storedEntry()
      let blob = row.integer(24)
      guard row.holdsDigest(0), sealer.verifies(entry.record, entry.seal),
        try contentDigest(ofSaved: blob) == entry.record.contentDigest
      else { return result.lostEntries += 1 }
      if removals.forbids(entry.record) { return result.removedEntries += 1 }
      if entry.record.representation == TreeManifest.representation, !edges.isWhole(blob),
        try !restoreEdges(of: blob)
      {
        return result.lostEntries += 1
      }
      let uses = max(entry.use.uses, 1)
      let score =
        isSane(entry.use.score)
        ? entry.use.score
        : retentionScore(
          floor: floor, uses: uses, cost: entry.record.cost, bytes: try storedBytes(ofSaved: BlobID(rawValue: blob)))
      var save = try target.query(.saveEntry)
      save.bind(entry, blob: blob, session: row.integer(25), uses: uses, score: score)
      try save.run()
      if target.changes == 0 { result.lostEntries += 1 }
    }
  }

  /// Makes the edges of a tree anew from its manifest; false where that cannot be read or names a file that is lost.
  private func restoreEdges(of manifest: Int64) throws(IndexError) -> Bool {
    var query = try target.query(.blobRow)
    query.bind(manifest)
    guard try query.step(), let blob = query.storedBlob(), let digests = files(blob) else { return false }
    query.again()
    var children: [Int64] = []
    for digest in digests {
      var child = try target.query(.winner)
      child.bind(digest)
      child.bind(blob.record.domain)
      guard try child.step() else { return false }
      children.append(child.integer(0))
    }
    var delete = try target.query(.deleteEdges)
    delete.bind(manifest)
    try delete.run()
    for child in children { try save(manifest, child) }
    return true
  }

  private mutating func saveStatistics(_ source: borrowing DamagedRows) throws(IndexError) {
    result.unreadable += try source.forEach(.damagedStatistic) { row throws(IndexError) in
      var save = try target.query(.saveStatistic)
      save.bind(row.integer(0))
      for column in Int32(1)...3 { save.bind(row.text(column)) }
      save.bind(max(row.integer(4), 0))
      try save.run()
    }
  }

  private mutating func finish() throws(IndexError) {
    var transaction = try WriteTransaction(SQLiteTables(target))
    transaction.meta.totals = try target.countTotals()
    transaction.meta.lastBlob = lastBlob
    transaction.meta.floor = floor
    // What was looked up before the damage is too old to be committed: a removal may be lost.
    transaction.meta.removals = min(highestRemoval, Self.highestNumber) + 1
    transaction.meta.removalsFrom = transaction.meta.removals
    try transaction.finish()
    result.entries = transaction.meta.totals.entries
    result.blobs = transaction.meta.totals.blobs
  }

  // Numbers beyond are damage, and there would be none left above them.
  private static let highestNumber: Int64 = 1 << 56

  private func sane(_ number: Int64) -> Int64 { (0...Self.highestNumber).contains(number) ? number : 0 }
  private func isSane(_ score: Double) -> Bool { score >= 0 && score < 1e100 }

  private func contentDigest(ofSaved blob: Int64) throws(IndexError) -> Digest? {
    var query = try target.query(.contentOfBlob)
    query.bind(blob)
    return try query.step() ? query.digest(0) : nil
  }

  private func storedBytes(ofSaved blob: BlobID) throws(IndexError) -> Int64 {
    var query = try target.query(.storedBytes)
    query.bind(blob.rawValue)
    return try query.step() ? query.integer(0) : 0
  }
}

extension Query {
  /// The values of ``SQL/saveEntry``.
  fileprivate mutating func bind(_ entry: StoredEntry, blob: Int64, session: Int64, uses: Int64, score: Double) {
    let record = entry.record
    bind(record.key.digest)
    bind(record.namespace)
    bind(record.tier)
    bind(record.epoch)
    bind(record.function)
    bind(record.version)
    bind(blob)
    bind(record.contentDigest)
    bind(record.size)
    bind(record.representation)
    bind(record.created.nanoseconds)
    bind(record.notAfter?.nanoseconds)
    bind(record.idle)
    bind(record.cost)
    bind(TagText.text(record.tags))
    bind(session)
    bind(uses)
    bind(entry.use.last.nanoseconds)
    bind(score)
    bind(entry.use.pinnedUntil?.nanoseconds)
    bind(entry.seal.digest)
    bind(entry.seal.keyID)
    bind(record.document)
    bind(record.detail)
  }
}
