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
    let files = try store.tree.files(inShard: BlobTree.shards[Int(number)])
    var unclaimed: [String: TreeFile] = [:]
    for file in files {
      if file.blob != nil { unclaimed[file.fileName] = file } else { try judgeStranger(file) }
    }
    var position: BlobPosition?
    while true {
      let page = try store.index.blobs(inShard: number, after: position, limit: Self.pageSize)
      for blob in page {
        let file = blob.name.flatMap { unclaimed.removeValue(forKey: $0.fileName) }
        if blob.state != .condemned { try check(blob, file) }
      }
      guard let last = page.last?.position else { break }
      position = last
    }
    for file in unclaimed.values { try judge(file) }
  }

  // Rows

  private func check(_ blob: SweptBlob, _ file: TreeFile?) throws {
    sweep.ledger.count(blobs: 1)
    let path = blob.name.map { "blobs/\($0.path)" }
    guard blob.state == .live, let row = blob.row, store.sealer.verifies(row.record, row.seal) else {
      // A seal of somebody's key cannot be judged without that key.
      guard blob.row?.seal.keyID.isEmpty ?? true else {
        return report(blob, .signature, path, "its seal belongs to a key that is not at hand", bytes: 0)
      }
      let words = "its row was altered"
      let action = try sweep.disposal.withdraw(blob.id, .signature, words: words, hasFile: blob.name != nil)
      return report(blob, .signature, path, words, bytes: file?.status.size ?? 0, action: action)
    }
    if !blob.isReferenced { return try judgeUnreferenced(blob, row, path) }
    guard let name = row.record.name else { return try checkInline(blob, row) }
    try checkFile(blob, row, name, file?.status)
  }

  private func judgeUnreferenced(_ blob: SweptBlob, _ row: StoredBlob, _ path: String?) throws {
    let action = try sweep.disposal.removeUnreferenced(blob.id)
    report(blob, .orphan, path, "nothing refers to it", bytes: row.record.form.storedSize, action: action)
  }

  private func checkInline(_ blob: SweptBlob, _ row: StoredBlob) throws {
    guard case .inline(let stored) = row.record.place else { return }
    let form = row.record.form
    let kind: SweepReport.Kind
    if Int64(stored.count) != form.storedSize {
      kind = .size
    } else {
      sweep.ledger.count(readBytes: form.storedSize)
      if SHA256.hash(stored) == form.storedDigest { return }
      kind = .corrupt
    }
    let words = kind == .size ? "\(stored.count) bytes stored instead of \(form.storedSize)" : "stored digest differs"
    let action = try sweep.disposal.withdraw(blob.id, .corrupt, words: words, hasFile: false)
    report(blob, kind, nil, words + ", in the index", bytes: Int64(stored.count), action: action)
  }

  private func checkFile(_ blob: SweptBlob, _ row: StoredBlob, _ name: BlobName, _ seen: FileStatus?) throws {
    if try fault(name, row.record.form, seen) == nil { return }
    // What was removed or healed in the meantime is as it should be; everything else is looked at twice, the second time
    // through a file opened anew.
    guard try isStill(blob, name), let proven = try fault(name, row.record.form, nil), try isStill(blob, name) else {
      return
    }
    let path = "blobs/\(name.path)"
    switch proven {
    case .missing: try judgeMissing(blob, row, name)
    case .io(let error):
      guard error.isBrokenMedium || error.isRefused else { throw error }
      report(blob, .corrupt, path, "it cannot be read: \(error.reason)", bytes: 0)
    default:
      let isSize = if case .wrongSize = proven { true } else { false }
      let words = words(proven, row.record.form)
      let action = try sweep.disposal.withdraw(blob.id, .corrupt, words: words, hasFile: true)
      let status = try store.tree.status(name)
      report(
        blob, isSize ? .size : .corrupt, path, words, bytes: status?.size ?? seen?.size ?? 0, changed: status?.changed,
        action: action)
    }
  }

  /// What is wrong with a file, if anything.
  private func fault(_ name: BlobName, _ form: StoredForm, _ seen: FileStatus?) throws -> BlobReadError? {
    if sweep.options.quick {
      guard let status = try seen ?? store.tree.status(name) else { return .missing }
      if status.kind != .file { return .notRegular }
      return status.size == form.storedSize ? nil : .wrongSize(found: status.size)
    }
    do throws(BlobReadError) { try store.tree.verify(name, form) } catch {
      if error == .wrongDigest { sweep.ledger.count(readBytes: form.storedSize) }
      return error
    }
    sweep.ledger.count(readBytes: form.storedSize)
    return nil
  }

  private func isStill(_ blob: SweptBlob, _ name: BlobName) throws -> Bool {
    guard let row = try store.index.blob(named: name) else { return false }
    return row.id == blob.id && row.state == .live
  }

  private func judgeMissing(_ blob: SweptBlob, _ row: StoredBlob, _ name: BlobName) throws {
    if let file = try sweep.misplaced.find(name), try store.tree.isSound(file, row.record.form) {
      return try putInPlace(file, as: name)
    }
    let keys = try store.index.dependents(of: blob.id, limit: SweepReport.listedProblems)
    let entries = try store.index.entries(for: keys)
    let words = "blob \(row.record.form.contentDigest.hex.prefix(4))… is gone"
    let action = try sweep.disposal.withdraw(blob.id, .missingBlob, words: words, hasFile: false)
    for (key, entry) in zip(keys, entries) {
      sweep.ledger.add(
        .init(
          .dangling, path: "blobs/\(name.path)", blob: name.contentDigest.hex, key: key,
          function: entry?.functionName, detail: words, action: action))
    }
  }

  private func words(_ error: BlobReadError, _ form: StoredForm) -> String {
    switch error {
    case .wrongSize(let found): "\(found) bytes instead of \(form.storedSize)"
    case .wrongDigest: "stored digest differs"
    default: error.description
    }
  }

  // Files

  /// A file that had no row when the rows were read.
  private func judge(_ file: TreeFile) throws {
    guard let name = file.blob else { return }
    let session = SessionID(rawValue: name.session)
    if try sweep.liveness.isWriting(session) { return sweep.ledger.count(inFlight: 1) }
    // From here on the file cannot get a row any more; it may have got one just before.
    guard try store.index.blob(named: name) == nil, let status = try store.tree.status(name) else { return }
    let words = "never committed"
    let action = try sweep.keeping(session) { try sweep.disposal.dispose(file.path, reason: words) }
    add(.orphan, file, words, status, action)
  }

  /// A file that is not one of this shard's blobs.
  private func judgeStranger(_ file: TreeFile) throws {
    guard let name = file.name else {
      return add(
        .foreign, file, file.status.kind == .file ? "no name that Larder gives" : "no file", file.status, .none)
    }
    if let row = try store.index.blob(named: name)?.row, try store.tree.status(name) == nil,
      try store.tree.isSound(file, row.record.form)
    {
      return try putInPlace(file, as: name)
    }
    let words = "it belongs to shard \(name.shard)"
    let action = try sweep.keeping(SessionID(rawValue: name.session)) {
      try sweep.disposal.dispose(file.path, reason: words)
    }
    add(.place, file, words, file.status, action)
  }

  private func putInPlace(_ file: TreeFile, as name: BlobName) throws {
    guard sweep.misplaced.isNew(name) else { return }
    let action = try sweep.disposal.putInPlace(file, as: name)
    add(.place, file, "it belongs to shard \(name.shard)", file.status, action)
  }

  // Telling

  private func report(
    _ blob: SweptBlob, _ kind: SweepReport.Kind, _ path: String?, _ detail: String, bytes: Int64,
    changed: Timestamp? = nil, action: SweepReport.Action = .none
  ) {
    sweep.ledger.add(
      .init(
        kind, path: path, blob: (blob.row?.record.form.contentDigest ?? blob.name?.contentDigest)?.hex, detail: detail,
        bytes: bytes, age: changed.map(sweep.age), action: action))
  }

  private func add(
    _ kind: SweepReport.Kind, _ file: TreeFile, _ detail: String, _ status: FileStatus, _ action: SweepReport.Action
  ) {
    sweep.ledger.add(
      .init(
        kind, path: file.path, blob: file.name?.contentDigest.hex, detail: detail, bytes: status.size,
        age: sweep.age(status.changed), action: action))
  }
}
