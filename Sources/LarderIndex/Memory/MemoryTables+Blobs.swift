package import LarderCrypto
package import LarderFormat

extension MemoryTables {
  package func insert(_ blob: BlobID, _ record: BlobRecord, _ seal: Seal) throws(IndexError) {
    guard blobs[blob.rawValue] == nil else { throw .damaged(path, "the blob \(blob.rawValue) is there already") }
    perform(.put(.blob(BlobRow(id: blob, record: record, seal: seal))))
  }

  package func head(of blob: BlobID) -> BlobHead? {
    guard let row = blobs[blob.rawValue]?.row else { return nil }
    return BlobHead(
      state: row.sweptState, name: row.record.name, contentSize: row.record.form.contentSize,
      storedSize: row.record.form.storedSize, isDurable: row.record.durable)
  }

  package func content(of blob: BlobID) -> BlobContentName? {
    guard let row = blobs[blob.rawValue]?.row, row.state == .live else { return nil }
    return BlobContentName(row.record.form.contentDigest, domain: row.record.domain)
  }

  package func winner(_ contentDigest: Digest, domain: String) -> Winner? {
    liveBlob(contentDigest, domain).map { Winner(id: $0.id, blob: $0) }
  }

  func liveBlob(_ contentDigest: Digest, _ domain: String) -> StoredBlob? {
    liveContents[ContentName(contentDigest, domain)].flatMap { liveBlob(BlobID(rawValue: $0)) }
  }

  func liveBlob(_ id: BlobID) -> StoredBlob? {
    guard let row = blobs[id.rawValue]?.row, row.state == .live else { return nil }
    return row.stored
  }

  package func liveBlobs(at name: BlobName) -> [BlobID] { rows(at: name, in: liveOrder).map(\.id) }

  /// The rows of an order that say that they are in this file.
  func rows(at name: BlobName, in order: DigestOrder) -> [BlobRow] {
    let start = DigestOrder.Place(name.contentDigest, .min)
    var rows: [BlobRow] = []
    order.visit(from: start) { place in
      guard place.hasSameDigest(as: start) else { return false }
      if let row = blobs[place.id]?.row, row.record.name == name { rows.append(row) }
      return true
    }
    return rows
  }

  package func condemn(_ blob: BlobID, evidence: String?) -> Bool {
    perform(.condemn(blob, evidence: evidence))
    return true
  }

  package func delete(_ blob: BlobID) { if blobs[blob.rawValue] != nil { perform(.deleteBlob(blob)) } }

  package func forgetCondemned(_ blob: BlobID) {
    if blobs[blob.rawValue]?.row.state == .condemned { perform(.deleteBlob(blob)) }
  }

  package func markDurable(_ blob: BlobID) {
    if let row = blobs[blob.rawValue]?.row, row.state == .live, !row.record.durable { perform(.markDurable(blob)) }
  }

  package func markDurable(_ session: SessionID, after blob: BlobID, upTo last: BlobID) {
    if placements(of: session, after: blob, through: last).isEmpty { return }
    perform(.markDurableOf(session, after: blob, through: last))
  }

  package func highestBlob() -> BlobID { BlobID(rawValue: max(blobs.keys.max() ?? 0, 0)) }

  // References

  package func isReferred(_ blob: BlobID) -> Bool { entriesOn.holds(blob.rawValue) || parentsOf.holds(blob.rawValue) }

  package func moveReferences(from old: BlobID, to new: BlobID) {
    for entry in entriesOn.values(of: old.rawValue) { perform(.point(EntryID(rawValue: entry), at: new)) }
    for child in children(of: old) {
      deleteEdge(old, child)
      insertEdge(new, child)
    }
    for parent in parents(of: old) {
      deleteEdge(parent, old)
      insertEdge(parent, new)
    }
  }

  package func insertEdge(_ parent: BlobID, _ child: BlobID) {
    if childrenOf.contains(child.rawValue, for: parent.rawValue) { return }
    perform(.put(.edge(parent: parent, child: child)))
  }

  package func deleteEdge(_ parent: BlobID, _ child: BlobID) {
    if childrenOf.contains(child.rawValue, for: parent.rawValue) { perform(.deleteEdge(parent: parent, child: child)) }
  }

  package func deleteEdges(of parent: BlobID) { for child in children(of: parent) { deleteEdge(parent, child) } }

  package func children(of parent: BlobID) -> [BlobID] { childrenOf.values(of: parent.rawValue).map(BlobID.init) }
  package func parents(of child: BlobID) -> [BlobID] { parentsOf.values(of: child.rawValue).map(BlobID.init) }

  package func liveChildren(of parent: BlobID) -> Int { children(of: parent).count { liveBlob($0) != nil } }

  package func storedBytes(of blob: BlobID) -> Int64 {
    var sum = blobs[blob.rawValue]?.row.record.form.storedSize ?? 0
    for child in children(of: blob) { sum &+= blobs[child.rawValue]?.row.record.form.storedSize ?? 0 }
    return sum
  }
}

extension BlobRow {
  var stored: StoredBlob { StoredBlob(id: id, record: record, seal: seal) }
  var sweptState: SweptBlob.State { state == .live ? .live : .condemned }
}
