internal import LarderBlobs
internal import LarderCrypto
internal import LarderFormat
internal import LarderIndex
internal import LarderSystem

/// What belongs to no shard: the index as a whole, files that were never whole, and strangers in the directory.
struct RestSweep {
  let sweep: Sweep
  private var store: ArtifactStore { sweep.store }

  func run() throws {
    try checkIndex()
    try checkTotals()
    try checkStaging()
    try findStrangers()
  }

  private func checkIndex() throws {
    _ = try sweep.isIndexSound()
    try checkParents()
    let lost = try store.index.entriesWithoutKey()
    if lost > 0 {
      try sweep.report(
        .init(.signature, detail: "\(counted(lost, "entry", "entries")) without a key", action: .removed),
        .dropEntriesWithoutKey)
    }
  }

  private static let pageSize = 1000

  /// Looks for edges that begin at what is no tree. They keep blobs that nothing needs, for as long as they are there.
  private func checkParents() throws {
    var last: BlobID?
    while true {
      let page = try store.index.falseParents(after: last, limit: Self.pageSize)
      for parent in page {
        let row = try store.index.blob(parent)
        try sweep.report(
          .init(
            .index, path: row?.name.map { "blobs/\($0.path)" }, blob: row?.row?.record.form.contentDigest.hex,
            detail: "edges lead from the row \(parent.rawValue) of the table 'blobs', which is no tree of an entry",
            action: .corrected),
          .dropFalseEdges(parent, but: nil))
      }
      guard page.count == Self.pageSize, let parent = page.last else { return }
      last = parent
    }
  }

  private func checkTotals() throws {
    let (recorded, counted) = try store.index.countTotals()
    guard recorded != counted else { return }
    try sweep.report(
      .init(
        .index, detail: "totals do not add up: recorded are \(words(recorded)), counted \(words(counted))",
        action: .corrected),
      .correctTotals)
  }

  private func words(_ totals: IndexTotals) -> String {
    [
      counted(totals.entries, "entry", "entries"), counted(totals.blobs, "blob", "blobs"),
      counted(totals.storedBytes, "stored byte", "stored bytes"),
    ].joined(separator: ", ")
  }

  private func checkStaging() throws {
    for file in try stagedFiles() {
      guard let name = file.name else {
        try sweep.report(
          .init(
            .foreign, path: file.path, detail: "no name that Larder gives", bytes: file.status.size,
            age: sweep.age(file.status.changed)))
        continue
      }
      let session = SessionID(rawValue: name.session)
      if try sweep.liveness.isWriting(session) {
        sweep.ledger.count(inFlight: 1)
        continue
      }
      try sweep.report(
        .init(
          .staging, path: file.path, detail: "its writer ended before it was whole", bytes: file.status.size,
          age: sweep.age(file.status.changed), action: .deleted),
        .removeResidue(file, session))
    }
  }

  private func stagedFiles() throws -> [StagedFile] {
    do throws(SystemError) { return try store.tree.stagedFiles() } catch {
      try sweep.reportUnreadable(error, "staging", nil)
      return []
    }
  }

  private func findStrangers() throws {
    for name in try store.directory.drafts() {
      try sweep.report(
        .init(.staging, path: name, detail: "the making of a cache was interrupted", action: .deleted),
        .removeDraft(name))
    }
    for name in try store.directory.strangers() + store.tree.strangersAmongShards().map({ "blobs/" + $0 }) {
      try sweep.report(.init(.foreign, path: name, detail: "not made by Larder"))
    }
  }
}

/// `1 byte`, `12 bytes`.
func counted(_ count: Int64, _ one: String, _ many: String) -> String { "\(count) \(count == 1 ? one : many)" }
