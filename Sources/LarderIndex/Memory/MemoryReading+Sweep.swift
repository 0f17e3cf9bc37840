internal import LarderCrypto
package import LarderFormat
package import LarderSystem

// What a sweep reads.
extension MemoryReading {
  package func blobs(
    inShard shard: UInt8, after position: BlobPosition?, limit: Int
  ) throws(IndexError) -> [SweptBlob] {
    try read { tables in
      var page: [SweptBlob] = []
      for part in [BlobPosition.Part.live, .condemned] {
        if let position, position.part > part { continue }
        tables.read(part, ofShard: shard, after: position?.part == part ? position : nil, limit, into: &page)
      }
      return page
    }
  }

  package func blob(named name: BlobName) throws(IndexError) -> SweptBlob? {
    try read { tables in
      let row =
        tables.rows(at: name, in: tables.liveOrder).first ?? tables.rows(at: name, in: tables.condemnedOrder).first
      return row.map(tables.swept)
    }
  }

  package func blob(_ id: BlobID) throws(IndexError) -> SweptBlob? {
    try read { tables in tables.blobs[id.rawValue].map { tables.swept($0.row) } }
  }

  package func liveBlobs(at name: BlobName) throws(IndexError) -> [BlobID] { try read { $0.liveBlobs(at: name) } }

  package func sweptEntry(for key: ArtifactKey) throws(IndexError) -> SweptEntry? {
    try read { tables in
      guard let entry = tables.committed(key) else { return nil }
      let children = tables.children(of: entry.row.blob)
      return SweptEntry(
        entry: tables.stored(entry), hasAlteredBlob: false,
        files: children.compactMap { tables.liveBlob($0)?.record.form.contentDigest }, edges: children.count)
    }
  }

  /// None: a row without a key cannot be made here.
  package func entriesWithoutKey() throws(IndexError) -> Int64 { try read { _ in 0 } }

  package func dependents(of blob: BlobID, limit: Int) throws(IndexError) -> [ArtifactKey] {
    try read { tables in
      var entries = Set(tables.entriesOn.values(of: blob.rawValue))
      for parent in tables.parents(of: blob) { entries.formUnion(tables.entriesOn.values(of: parent.rawValue)) }
      return entries.sorted().prefix(max(limit, 0)).compactMap { tables.entries[$0]?.entry.row.record.key }
    }
  }

  package func falseParents(after blob: BlobID?, limit: Int) throws(IndexError) -> [BlobID] {
    try read { tables in
      var parents: [BlobID] = []
      tables.parentIDs.visit(after: blob?.rawValue) { id in
        guard parents.count < limit else { return false }
        if !tables.hasTree(on: BlobID(rawValue: id)) { parents.append(BlobID(rawValue: id)) }
        return true
      }
      return parents
    }
  }

  /// None: every row is in one shard or another.
  package func strayFiles() throws(IndexError) -> Set<BlobName> { try read { _ in [] } }

  package func sweeps() throws(IndexError) -> [Int: Timestamp] { try read { $0.sweeps } }

  package func countTotals() throws(IndexError) -> (recorded: IndexTotals, counted: IndexTotals) {
    let both = try read { [$0.counters.totals, $0.countTotals()] }
    return (both[0], both[1])
  }
}

extension MemoryTables {
  fileprivate func read(
    _ part: BlobPosition.Part, ofShard shard: UInt8, after position: BlobPosition?, _ limit: Int,
    into page: inout [SweptBlob]
  ) {
    let last = position.flatMap { position in Digest(position.digest).map { DigestOrder.Place($0, position.id) } }
    let start =
      last
      ?? DigestOrder.Place(
        Digest {
          $0.update(repeating: 0); $0[0] = shard
        }, .min)
    (part == .live ? liveOrder : condemnedOrder).visit(from: start) { place in
      guard place.shard == Int(shard), page.count < limit else { return false }
      if place != last, let row = blobs[place.id]?.row { page.append(swept(row)) }
      return true
    }
  }

  fileprivate func swept(_ row: BlobRow) -> SweptBlob {
    SweptBlob(
      id: row.id, state: row.sweptState, name: row.record.name, row: row.stored, isReferenced: isReferred(row.id),
      position: BlobPosition(
        part: row.state == .live ? .live : .condemned, digest: row.record.form.contentDigest.bytes, id: row.id.rawValue)
    )
  }

  /// What is wrong with the tables themselves, in the words of every store.
  func faults() -> [String] {
    var faults: [String] = []
    let highest = blobs.keys.max() ?? 0
    if highest > counters.lastBlob {
      faults.append("the blob \(highest) has a number that was not given out yet")
    }
    if !(0...1 << 62 ~= counters.lastBlob) {
      faults.append("the number of the last blob, \(counters.lastBlob), cannot be")
    }
    let removal = removalLog.keys.max() ?? 0
    if removal > counters.removals {
      faults.append("the removal \(removal) has a number that was not given out yet")
    }
    if liveContents.count != blobs.values.count(where: { $0.row.state == .live }) {
      faults.append("two live blobs have the same content in one domain")
    }
    return faults
  }
}
