package import LarderFormat
package import LarderSystem

extension MemoryTables {
  func committed(_ key: ArtifactKey) -> CommittedEntry? { entryOfKey[key].flatMap { entries[$0]?.entry } }

  package func head(of key: ArtifactKey) -> EntryHead? { committed(key).map(EntryHead.init) }

  package func entry(for key: ArtifactKey) -> StoredEntry? { committed(key).map(stored) }

  func stored(_ entry: CommittedEntry) -> StoredEntry {
    StoredEntry(
      record: entry.row.record, seal: entry.row.seal,
      use: EntryUse(
        uses: entry.row.uses, last: entry.row.lastUse, score: entry.row.score, pinnedUntil: entry.pinnedUntil),
      blob: liveBlob(entry.row.blob))
  }

  package func insert(_ row: EntryRow) throws(IndexError) {
    guard entryOfKey[row.record.key] == nil else {
      throw .damaged(path, "the key \(row.record.key) has an entry already")
    }
    perform(.put(.entry(CommittedEntry(id: EntryID(rawValue: lastEntry + 1), row: row))))
  }

  package func update(_ entry: EntryID, _ row: EntryRow) {
    guard let old = entries[entry.rawValue]?.entry else { return }
    perform(.put(.entry(CommittedEntry(id: entry, row: row, pinnedUntil: old.pinnedUntil))))
  }

  package func setUse(of entry: EntryID, uses: Int64, last: Timestamp, score: Double) {
    guard let old = entries[entry.rawValue]?.entry.row else { return }
    perform(.use(entry, uses: uses, last: max(old.lastUse, last), score: score))
  }

  package func delete(_ entry: EntryID) { if entries[entry.rawValue] != nil { perform(.deleteEntry(entry)) } }

  package func entries(on blob: BlobID) -> [EntryHead] {
    entriesOn.values(of: blob.rawValue).compactMap { entries[$0].map { EntryHead($0.entry) } }
  }

  package func hasTree(on blob: BlobID) -> Bool {
    entriesOn.values(of: blob.rawValue).contains { entries[$0]?.entry.row.record.representation == "tree" }
  }

  package func lowestScores(_ limit: Int, at time: Timestamp) -> [EntryHead] {
    func item(_ entry: CommittedEntry) -> ScoreHeap.Item {
      ScoreHeap.Item(score: entry.row.score, id: entry.id.rawValue)
    }
    var heap = scores ?? ScoreHeap(entries.values.map { item($0.entry) })
    scores = nil
    var found: [EntryHead] = []
    var passed: [ScoreHeap.Item] = []
    while found.count < limit, let lowest = heap.pop() {
      // Once for each entry, however often its score was noted.
      guard let entry = entries[lowest.id]?.entry, item(entry) == lowest, passed.last != lowest else { continue }
      passed.append(lowest)
      if entry.pinnedUntil.map({ $0 <= time }) ?? true { found.append(EntryHead(entry)) }
    }
    for lowest in passed { heap.push(lowest) }
    scores = heap
    return found
  }

  /// There are none: a row without a key cannot be made here.
  package func headsWithoutKey() -> [EntryHead] { [] }
}

extension EntryHead {
  init(_ entry: CommittedEntry) {
    self.init(
      id: entry.id, key: entry.row.record.key, blob: entry.row.blob, seal: entry.row.seal,
      created: entry.row.record.created, cost: entry.row.record.cost, uses: entry.row.uses, score: entry.row.score)
  }
}
