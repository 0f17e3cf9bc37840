internal import LarderCrypto
internal import LarderFormat
internal import LarderSystem

// What is derived from the rows, so that each question is answered without a walk over them.
extension MemoryTables {
  // Blobs

  func changing(_ blob: BlobID, _ body: (inout BlobRow) -> Void) -> RowChange {
    guard let old = blobs[blob.rawValue]?.row else { return .several([]) }
    var new = old
    body(&new)
    replace(old, by: new)
    return .put(.blob(old))
  }

  func replace(_ old: BlobRow?, by new: BlobRow?) {
    if let old { withdraw(old, isStaying: new != nil) }
    if let new, old == nil { blobIDs.insert(new.id.rawValue) }
    guard let new else { return }
    blobs[new.id.rawValue] = BlobBox(new)
    textBytes += Self.textBytes(of: new)
    let place = DigestOrder.Place(new.record.form.contentDigest, new.id.rawValue)
    switch new.state {
    case .live:
      liveContents[ContentName(new)] = new.id.rawValue
      liveOrder.insert(place)
    case .condemned:
      condemnedOrder.insert(place)
      condemnedIDs.insert(new.id.rawValue)
    }
  }

  private func withdraw(_ row: BlobRow, isStaying: Bool) {
    if !isStaying {
      blobs[row.id.rawValue] = nil
      blobIDs.remove(row.id.rawValue)
    }
    textBytes -= Self.textBytes(of: row)
    let place = DigestOrder.Place(row.record.form.contentDigest, row.id.rawValue)
    switch row.state {
    case .live:
      let content = ContentName(row)
      if liveContents[content] == row.id.rawValue { liveContents[content] = nil }
      liveOrder.remove(place)
    case .condemned:
      condemnedOrder.remove(place)
      condemnedIDs.remove(row.id.rawValue)
    }
  }

  /// The files of a session that are not durable, with ids above the first and not above the last.
  func placements(of session: SessionID, after first: BlobID, through last: BlobID) -> [BlobID] {
    guard last > first else { return [] }
    func isMeant(_ id: Int64) -> Bool {
      guard let record = blobs[id]?.row.record, !record.durable, case .file(session, _) = record.place else {
        return false
      }
      return true
    }
    // Whichever is less: the ids in between, or the rows.
    let (span, overflow) = last.rawValue.subtractingReportingOverflow(first.rawValue)
    if !overflow && span <= Int64(blobs.count) {
      return (first.rawValue + 1...last.rawValue).filter(isMeant).map(BlobID.init)
    }
    return blobs.keys.filter { $0 > first.rawValue && $0 <= last.rawValue && isMeant($0) }.sorted().map(BlobID.init)
  }

  // Edges

  func removeEdge(_ parent: Int64, _ child: Int64) {
    childrenOf.remove(child, for: parent)
    parentsOf.remove(parent, for: child)
    if !childrenOf.holds(parent) { parentIDs.remove(parent) }
    edgeCount -= 1
    textBytes -= Self.textBytesOfEdge
  }

  // Entries

  func changing(_ entry: EntryID, _ body: (inout CommittedEntry) -> Void) -> RowChange {
    guard let old = entries[entry.rawValue]?.entry else { return .several([]) }
    var new = old
    body(&new)
    replace(old, by: new)
    // A use is undone as a use: the row may be long.
    if old.row.blob == new.row.blob {
      return .use(entry, uses: old.row.uses, last: old.row.lastUse, score: old.row.score)
    }
    return .put(.entry(old))
  }

  func replace(_ old: CommittedEntry?, by new: CommittedEntry?) {
    let (before, after) = (old?.row, new?.row)
    if let old {
      textBytes -= Self.textBytes(of: old)
      if new == nil {
        entries[old.id.rawValue] = nil
        entryIDs.remove(old.id.rawValue)
      }
    }
    if let new {
      textBytes += Self.textBytes(of: new)
      entries[new.id.rawValue] = EntryBox(new)
      if old == nil { entryIDs.insert(new.id.rawValue) }
      if new.id.rawValue > lastEntry { lastEntry = new.id.rawValue }
      noteScore(new.row.score, of: new.id.rawValue)
    }
    let id = old?.id.rawValue ?? new?.id.rawValue ?? 0
    if before?.record.key != after?.record.key {
      if let key = before?.record.key {
        if entryOfKey[key] == id { entryOfKey[key] = nil }
        keyOrder.remove(DigestOrder.Place(key.digest, id))
      }
      if let key = after?.record.key {
        entryOfKey[key] = id
        keyOrder.insert(DigestOrder.Place(key.digest, id))
      }
    }
    if before?.blob != after?.blob {
      if let blob = before?.blob { entriesOn.remove(id, for: blob.rawValue) }
      if let blob = after?.blob { entriesOn.insert(id, for: blob.rawValue) }
    }
    if let before, let after, before.record.isOfSameVersion(as: after.record) { return }
    note(before?.record, -1)
    note(after?.record, 1)
  }

  private func note(_ record: EntryRecord?, _ count: Int) {
    if let record { note(record.namespace, record.function, record.version, count) }
  }

  /// Counts rows of a version of a function.
  private func note(_ namespace: String, _ function: String, _ version: String, _ count: Int) {
    let name = FunctionName(namespace, function)
    if seen[name, default: SeenVersions()].add(count, to: ExactText(version)) { seen[name] = nil }
  }

  private func noteScore(_ score: Double, of entry: Int64) {
    guard scores != nil else { return }
    scores?.push(ScoreHeap.Item(score: score, id: entry))
    // What no longer holds is more than what does: make it anew when it is asked for again.
    if let count = scores?.count, count > 1000 + 3 * entries.count { scores = nil }
  }

  // Tombstones

  func bury(_ tombstone: TombstoneRow) -> RowChange {
    var undoing: [RowChange] = []
    if let older = tombstoneOfKey[tombstone.key], let row = removeTombstone(older) {
      undoing.append(.put(.tombstone(row)))
    }
    if let other = removeTombstone(tombstone.id) { undoing.append(.put(.tombstone(other))) }
    tombstones[tombstone.id] = tombstone
    tombstoneOfKey[tombstone.key] = tombstone.id
    textBytes += Self.textBytes(of: tombstone)
    lastTombstone = max(lastTombstone, tombstone.id)
    firstTombstone = min(firstTombstone, tombstone.id)
    note(tombstone.namespace, tombstone.function, tombstone.version, 1)
    return undoing.isEmpty ? .erase(.tombstone(tombstone)) : .several([.erase(.tombstone(tombstone))] + undoing)
  }

  func removeTombstone(_ id: Int64) -> TombstoneRow? {
    guard let old = tombstones.removeValue(forKey: id) else { return nil }
    tombstoneOfKey[old.key] = nil
    textBytes -= Self.textBytes(of: old)
    note(old.namespace, old.function, old.version, -1)
    return old
  }

  /// The ids of tombstones that are not above one, the lowest first; from now on none is expected below.
  func tombstones(through id: Int64) -> [Int64] {
    guard id >= firstTombstone, !tombstones.isEmpty else { return [] }
    defer { firstTombstone = id == .max ? .max : id + 1 }
    let (span, overflow) = id.subtractingReportingOverflow(firstTombstone)
    // Whichever is less: the ids in between, or the rows.
    if !overflow && span <= Int64(tombstones.count) {
      return (firstTombstone...id).filter { tombstones[$0] != nil }
    }
    return tombstones.keys.filter { $0 <= id }.sorted()
  }
}

extension EntryRecord {
  fileprivate func isOfSameVersion(as other: EntryRecord) -> Bool {
    ExactText(namespace) == ExactText(other.namespace) && ExactText(function) == ExactText(other.function)
      && ExactText(version) == ExactText(other.version)
  }
}

// About as many bytes as rows take as text: exact enough to tell when most of a journal is dead.
extension MemoryTables {
  static var textBytesOfEdge: Int64 { 60 }

  static func textBytes(of row: IndexRow) -> Int64 {
    switch row {
    case .blob(let blob): textBytes(of: blob)
    case .entry(let entry): textBytes(of: entry)
    case .tombstone(let tombstone): textBytes(of: tombstone)
    case .removal(_, _, let selection): Int64(90 + selection.utf8.count)
    case .edge: textBytesOfEdge
    case .meta, .session, .statistic, .sweep: 200
    }
  }

  static func textBytes(of row: BlobRow) -> Int64 {
    var count = 480 + row.record.domain.utf8.count + row.seal.keyID.utf8.count + (row.evidence?.utf8.count ?? 0)
    if case .inline(let bytes) = row.record.place { count += bytes.count * 4 / 3 }
    return Int64(count)
  }

  static func textBytes(of entry: CommittedEntry) -> Int64 {
    let record = entry.row.record
    var count = 720 + (record.document.count + record.detail.count) * 4 / 3
    count += record.namespace.utf8.count + record.tier.utf8.count + record.function.utf8.count
    count += record.version.utf8.count + record.representation.utf8.count + entry.row.seal.keyID.utf8.count
    for tag in record.tags { count += tag.utf8.count + 3 }
    return Int64(count)
  }

  static func textBytes(of tombstone: TombstoneRow) -> Int64 {
    Int64(
      240 + (tombstone.document.count + tombstone.detail.count) * 4 / 3 + tombstone.namespace.utf8.count
        + tombstone.function.utf8.count + tombstone.version.utf8.count)
  }

  static func textBytes(of removal: LoggedRemoval) -> Int64 { Int64(90 + removal.selection.utf8.count) }

  static func textBytes(of statistic: StatisticName) -> Int64 {
    Int64(
      90 + statistic.function.namespace.text.utf8.count + statistic.function.function.text.utf8.count
        + statistic.name.text.utf8.count)
  }
}
