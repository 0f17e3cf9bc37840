internal import LarderBlobs
internal import LarderCrypto
internal import LarderFormat
internal import LarderIndex

/// The entries whose keys begin with the number of a shard: their seals, and what they refer to.
struct EntrySweep {
  let sweep: Sweep
  let number: UInt8
  private var store: ArtifactStore { sweep.store }

  private static let pageSize = 256

  func run() throws {
    var last = number == 0 ? nil : ArtifactKey(Self.highest(number - 1))
    let end = ArtifactKey(Self.highest(number))
    while true {
      let page = try store.index.entries(after: last, through: end, limit: Self.pageSize, withDocuments: true)
      for entry in page {
        sweep.ledger.count(entries: 1)
        try check(entry)
      }
      guard page.count == Self.pageSize, let key = page.last?.record.key else { return }
      last = key
    }
  }

  /// The last digest that begins with this byte.
  private static func highest(_ byte: UInt8) -> Digest {
    Digest {
      $0.initialize(repeating: 0xFF); $0[0] = byte
    }
  }

  private func check(_ entry: StoredEntry) throws {
    guard store.sealer.verifies(entry.record, entry.seal) else {
      // A seal of somebody's key cannot be judged without that key.
      guard entry.seal.keyID.isEmpty else {
        return try sweep.report(problem(entry, .signature, SweepReport.foreignSeal, .none))
      }
      return try reportAltered(entry, "its row was altered")
    }
    guard isNamedRightly(entry.record) else { return try reportAltered(entry, "it is filed under another call") }
    guard let blob = entry.blob else { return try checkMissing(entry) }
    guard blob.record.form.contentDigest == entry.record.contentDigest else {
      // A row that was altered tells of itself, in its own shard.
      guard store.sealer.verifies(blob.record, blob.seal) else { return }
      return try reportAltered(entry, "it refers to another blob")
    }
    if entry.record.representation == Representation.tree && !sweep.options.quick { try checkTree(entry) }
  }

  private func reportAltered(_ entry: StoredEntry, _ words: String) throws {
    try sweep.report(
      problem(entry, .signature, words), .drop(entry.record.key, EntrySighting(entry), .signature))
  }

  /// An entry without a row that its blob can be served from.
  private func checkMissing(_ entry: StoredEntry) throws {
    // It may have been replaced since the page was read. A row that is there tells of itself, in its own shard.
    guard let found = try store.index.sweptEntry(for: entry.record.key), found.entry.seal == entry.seal,
      found.entry.blob == nil, !found.hasAlteredBlob
    else { return }
    try sweep.report(
      problem(entry, .dangling, "the row of its blob is gone"),
      .drop(entry.record.key, EntrySighting(entry), .missingBlob))
  }

  /// Whether the columns that selections go by say what the sealed document says.
  private func isNamedRightly(_ entry: EntryRecord) -> Bool {
    if entry.document.isEmpty { return true }
    guard let document = try? KeyDocument(decoding: entry.document) else { return false }
    return document.function == entry.function && document.version == entry.version
      && document.namespace == entry.namespace && document.key == entry.key
  }

  /// Whether the rows of all files of a tree are there; the blobs themselves are looked at in their shards.
  private func checkTree(_ entry: StoredEntry) throws {
    // Pages come without inline bytes. The entry and the rows of its files are of one moment: a tree that is removed or
    // replaced has both, or neither. A manifest that cannot be read is found in its own shard.
    guard let found = try store.index.sweptEntry(for: entry.record.key), found.entry.seal == entry.seal,
      let blob = found.entry.blob, let manifest = try? manifest(of: blob)
    else { return }
    guard let missing = missingFile(of: manifest, Set(found.files)) else {
      return try checkEdges(found, of: blob, Set(manifest.fileDigests))
    }
    sweep.danglingTrees.add(
      entry.record.key, problem(entry, .dangling, "the row of its file '\(missing)' is gone"))
    try sweep.plan(
      .drop(entry.record.key, EntrySighting(found.entry, files: found.files.count), .missingBlob), of: .dangling)
  }

  /// Looks for edges that the manifest does not name. They keep blobs that nothing needs, for as long as the tree lives.
  private func checkEdges(_ found: SweptEntry, of blob: StoredBlob, _ files: Set<Digest>) throws {
    guard found.edges > files.count, sweep.isFirst(toTellOf: blob.id) else { return }
    try sweep.report(
      problem(
        found.entry, .index, "\(counted(Int64(found.edges - files.count), "edge", "edges")) to no file of the tree",
        .corrected),
      .dropFalseEdges(blob.id, but: files))
  }

  private func manifest(of blob: StoredBlob) throws -> TreeManifest {
    var bytes: [UInt8] = []
    try store.stream(blob) { bytes.append(contentsOf: $0) }
    return try TreeManifest(reading: bytes)
  }

  private func missingFile(of manifest: TreeManifest, _ there: Set<Digest>) -> String? {
    for item in manifest.items {
      if case .file(let digest, _, _) = item.kind, !there.contains(digest) {
        return String(decoding: item.path, as: UTF8.self)
      }
    }
    return nil
  }

  private func problem(
    _ entry: StoredEntry, _ kind: SweepReport.Kind, _ detail: String, _ action: SweepReport.Action = .removed
  ) -> SweepReport.Problem {
    .init(
      kind, blob: entry.record.contentDigest.hex, key: entry.record.key, function: entry.functionName, detail: detail,
      action: action)
  }
}

extension StoredEntry {
  /// The function with its version, as a command takes them; nil for a bare key.
  var functionName: String? {
    if record.function.isEmpty { return nil }
    return record.version.isEmpty ? record.function : "\(record.function)@\(record.version)"
  }
}
