internal import LarderBlobs
internal import LarderCrypto
internal import LarderFormat
internal import LarderIndex
internal import LarderSystem

/// The blobs of one shard: each file is compared with its row, and each row with its file.
///
/// The directory is listed before the rows are read. Whatever was placed since has no part in this: a file that is
/// missing from the list is looked for again, and one without a row is judged by its session.
struct ShardSweep {
  let sweep: Sweep
  let number: UInt8
  private var store: ArtifactStore { sweep.store }

  private static let pageSize = 256

  func run() throws {
    var unclaimed: [String: TreeFile] = [:]
    let listed = try files()
    for file in listed ?? [] {
      if file.blob != nil { unclaimed[file.fileName] = file } else { try judgeStranger(file) }
    }
    var position: BlobPosition?
    while true {
      let page = try store.index.blobs(inShard: number, after: position, limit: Self.pageSize)
      for blob in page {
        let file = blob.name.flatMap { unclaimed.removeValue(forKey: $0.fileName) }
        if blob.state != .condemned { try check(blob, file, isShardThere: listed != nil) }
      }
      guard let last = page.last?.position else { break }
      position = last
    }
    for file in unclaimed.values { try judge(file) }
  }

  // Rows

  private func check(_ blob: SweptBlob, _ file: TreeFile?, isShardThere: Bool) throws {
    sweep.ledger.count(blobs: 1)
    guard blob.state == .live, let row = blob.row, store.sealer.verifies(row.record, row.seal) else {
      // A seal of somebody's key cannot be judged without that key.
      guard blob.row?.seal.keyID.isEmpty ?? true else {
        return try report(blob, .signature, SweepReport.foreignSeal)
      }
      return try withdraw(blob, .signature, "its row was altered", .signature)
    }
    if !blob.isReferenced { return try judgeUnreferenced(blob) }
    guard let name = row.record.name else { return try checkInline(blob, row) }
    // What is in its place is told of, once for all of them. They may be back when that is gone.
    if isShardThere { try checkFile(blob, row, name, file?.status) }
  }

  private func judgeUnreferenced(_ blob: SweptBlob) throws {
    try report(blob, .orphan, "nothing refers to it", .removeUnreferenced(blob.id))
  }

  private func checkInline(_ blob: SweptBlob, _ row: StoredBlob) throws {
    guard case .inline(let stored) = row.record.place else { return }
    let form = row.record.form
    if Int64(stored.count) != form.storedSize {
      let words = "\(counted(Int64(stored.count), "byte", "bytes")) stored instead of \(form.storedSize)"
      return try withdraw(blob, .size, words + ", in the index", .corrupt)
    }
    sweep.ledger.count(readBytes: form.storedSize)
    if SHA256.hash(stored) == form.storedDigest { return }
    try withdraw(blob, .corrupt, "stored digest differs, in the index", .corrupt)
  }

  private func checkFile(_ blob: SweptBlob, _ row: StoredBlob, _ name: BlobName, _ seen: FileStatus?) throws {
    if try fault(name, row.record.form, seen) == nil { return }
    // What was removed or healed in the meantime is as it should be; everything else is looked at twice, the second time
    // through a file opened anew.
    guard try isStill(blob, name), let proven = try fault(name, row.record.form, nil), try isStill(blob, name) else {
      return
    }
    switch proven {
    case .missing: try judgeMissing(blob, row, name)
    case .notRegular:
      // What lies there is not ours: it is told of as a stranger's, and stays.
      try reportDangling(blob, name, "\(short(row)) is gone, and something else is in its place")
    case .io(let error): try sweep.reportUnreadable(error, "blobs/\(name.path)", name)
    case .wrongSize(let found):
      let words = "\(counted(found, "byte", "bytes")) instead of \(row.record.form.storedSize)"
      try withdraw(blob, .size, words, .corrupt)
    case .wrongDigest: try withdraw(blob, .corrupt, "stored digest differs", .corrupt)
    default: try withdraw(blob, .corrupt, proven.description, .corrupt)
    }
  }

  /// What is wrong with a file, if anything.
  private func fault(_ name: BlobName, _ form: StoredForm, _ seen: FileStatus?) throws -> BlobReadError? {
    if sweep.options.quick {
      var found = seen
      if found == nil {
        do throws(SystemError) { found = try store.tree.status(name) } catch { return .io(error) }
      }
      guard let status = found else { return .missing }
      if status.kind != .file { return .notRegular }
      return status.size == form.storedSize ? nil : .wrongSize(found: status.size)
    }
    do throws(BlobReadError) {
      try store.tree.verify(name, form) { sweep.ledger.count(readBytes: $0) }
      return nil
    } catch { return error }
  }

  private func isStill(_ blob: SweptBlob, _ name: BlobName) throws -> Bool {
    guard let row = try store.index.blob(blob.id) else { return false }
    return row.state == .live && row.name == name
  }

  private func judgeMissing(_ blob: SweptBlob, _ row: StoredBlob, _ name: BlobName) throws {
    switch try sweep.misplaced.find(name) {
    case .found(let file):
      guard let isSound = try isSound(file, row, name) else { return }
      if isSound { return try putInPlace(file, as: name) }
    case .unknown(let shard):
      return try sweep.report(
        .init(
          .unreadable, path: "blobs/\(name.path)", blob: name.contentDigest.hex,
          detail: "it is not there, and may lie in 'blobs/\(shard)', which cannot be read"))
    case .nowhere: break
    }
    try reportDangling(blob, name, "\(short(row)) is gone")
  }

  /// Tells of the entries that need a blob whose file is not there: those that refer to it, and trees that have it as a file.
  private func reportDangling(_ blob: SweptBlob, _ name: BlobName, _ words: String) throws {
    let keys = try store.index.dependents(of: blob.id, limit: .max)
    var isTold = false
    for start in stride(from: 0, to: keys.count, by: Self.pageSize) {
      let page = Array(keys[start..<min(start + Self.pageSize, keys.count)])
      for case let entry? in try store.index.entries(for: page) {
        isTold = true
        let problem = dangling(name, words, entry)
        if entry.blob?.id == blob.id {
          try sweep.report(problem)
        } else {
          sweep.danglingTrees.add(entry.record.key, problem)
        }
      }
    }
    // A file of a tree that has no entry either.
    if !isTold { try sweep.report(dangling(name, words, nil)) }
    try sweep.plan(.withdraw(blob.id, .missingBlob, words: words, ifMissing: name), of: .dangling)
  }

  private func dangling(_ name: BlobName, _ words: String, _ entry: StoredEntry?) -> SweepReport.Problem {
    .init(
      .dangling, path: "blobs/\(name.path)", blob: name.contentDigest.hex, key: entry?.record.key,
      function: entry?.functionName, detail: words, action: .removed)
  }

  private func short(_ row: StoredBlob) -> String { "blob \(row.record.form.contentDigest.hex.prefix(4))…" }

  // Files

  /// A file that had no row when the rows were read.
  private func judge(_ file: TreeFile) throws {
    guard let name = file.blob else { return }
    let session = SessionID(rawValue: name.session)
    if try sweep.liveness.isWriting(session) { return sweep.ledger.count(inFlight: 1) }
    // From here on the file cannot get a row any more; it may have got one just before.
    guard try store.index.blob(named: name) == nil, let status = try store.tree.status(name) else { return }
    // A row whose state was altered is told of in the first shard, with its file.
    if try sweep.isNamedByStray(name) { return }
    // Whether it was committed only the index can tell whose session it was.
    let words = try sweep.liveness.isOnRecord(session) ? "never committed" : "no row of the index names it"
    try remove(file, .orphan, words, status)
  }

  /// A file that is not one of this shard's blobs.
  private func judgeStranger(_ file: TreeFile) throws {
    guard let name = file.name else {
      let words = file.status.kind == .file ? "no name that Larder gives" : "a directory, a link or no file at all"
      return try add(.foreign, file, words, file.status)
    }
    if let row = try store.index.blob(named: name)?.row {
      guard let isFree = try isFree(name) else {
        return try add(.place, file, "it belongs to shard \(name.shard), which cannot be read", file.status)
      }
      if isFree {
        guard let isSound = try isSound(file, row, name) else { return }
        if isSound { return try putInPlace(file, as: name) }
      }
    }
    try remove(file, .place, "it belongs to shard \(name.shard)", file.status)
  }

  /// Whether nothing is in the place of a blob; nil where one cannot look.
  private func isFree(_ name: BlobName) throws -> Bool? {
    do throws(SystemError) { return try store.tree.status(name) == nil } catch {
      guard error.concernsPlace else { throw error }
      return nil
    }
  }

  /// Whether a file in the wrong shard is the blob that is missing; nil where it cannot be read, which is told.
  private func isSound(_ file: TreeFile, _ row: StoredBlob, _ name: BlobName) throws -> Bool? {
    do throws(SystemError) { return try store.tree.isSound(file, row.record.form) } catch {
      guard error.concernsPlace else { throw error }
      if sweep.misplaced.isNew(name) { try sweep.reportUnreadable(error, file.path, name) }
      return nil
    }
  }

  private func putInPlace(_ file: TreeFile, as name: BlobName) throws {
    guard sweep.misplaced.isNew(name) else { return }
    try add(
      .place, file, "it belongs to shard \(name.shard)", file.status, action: .moved, .putInPlace(file, name))
  }

  private func remove(_ file: TreeFile, _ kind: SweepReport.Kind, _ words: String, _ status: FileStatus) throws {
    let session = SessionID(rawValue: file.name?.session ?? 0)
    try add(
      kind, file, words, status, action: sweep.disposal.fileAction, .removeFile(file, reason: words, session))
  }

  /// The names in this shard; nil where something else is in its place. Where they may not be read, the blobs whose rows
  /// are known are looked at all the same.
  private func files() throws -> [TreeFile]? {
    let shard = BlobTree.shards[Int(number)]
    do throws(SystemError) { return try store.tree.files(inShard: shard) } catch {
      try sweep.reportUnreadable(error, "blobs/\(shard)", nil)
      return error.isOutOfPlace ? nil : []
    }
  }

  // Telling

  /// Tells of a row that is taken out of use, with all that depends on it.
  private func withdraw(
    _ blob: SweptBlob, _ kind: SweepReport.Kind, _ words: String, _ reason: MissReason
  ) throws {
    try report(blob, kind, words, .withdraw(blob.id, reason, words: words))
  }

  /// Tells of a row; with a repair that removes it.
  private func report(
    _ blob: SweptBlob, _ kind: SweepReport.Kind, _ detail: String, _ repair: Repair? = nil
  ) throws {
    var problem = SweepReport.Problem(
      kind, path: blob.name.map { "blobs/\($0.path)" }, blob: blob.row?.record.form.contentDigest.hex, detail: detail)
    if repair != nil { problem.action = .removed }
    if blob.name == nil { try nameEntry(of: blob, in: &problem) }
    if let name = blob.name {
      if let file = try sweep.ownFile(name, of: blob.id) {
        problem.bytes = file.size
        problem.age = sweep.age(file.changed)
        if repair != nil { problem.action = sweep.disposal.fileAction }
      }
    } else if case .inline(let stored) = blob.row?.record.place {
      problem.bytes = Int64(stored.count)
    }
    try sweep.report(problem, repair)
  }

  /// Says whose row it is, where it names no file.
  private func nameEntry(of blob: SweptBlob, in problem: inout SweepReport.Problem) throws {
    let keys = try store.index.dependents(of: blob.id, limit: 2)
    if keys.count == 1, case let entry?? = try store.index.entries(for: keys).first {
      problem.key = entry.record.key
      problem.function = entry.functionName
    } else if blob.row == nil {
      problem.detail += ": the row \(blob.id.rawValue) of the table 'blobs'"
    }
  }

  private func add(
    _ kind: SweepReport.Kind, _ file: TreeFile, _ detail: String, _ status: FileStatus,
    action: SweepReport.Action = .none, _ repair: Repair? = nil
  ) throws {
    try sweep.report(
      .init(
        kind, path: file.path, blob: file.name?.contentDigest.hex, detail: detail, bytes: status.size,
        age: sweep.age(status.changed), action: action),
      repair)
  }
}
