internal import LarderFormat
internal import LarderSystem

// What becomes of the rows when a part of the changes was lost.
extension MemoryTables {
  /// Rows that were there when changes got lost, and that nothing has stated since.
  struct Suspects {
    fileprivate var entries: Set<Int64>
    fileprivate var blobs: Set<Int64>

    /// What a later change states of an entry is true; of a blob, that it was live.
    mutating func clear(by change: RowChange) {
      switch change {
      case .put(.entry(let entry)):
        entries.remove(entry.id.rawValue)
        blobs.remove(entry.row.blob.rawValue)
      case .put(.blob(let blob)): blobs.remove(blob.id.rawValue)
      case .point(_, let blob): blobs.remove(blob.rawValue)
      default: break
      }
    }
  }

  var suspects: Suspects { Suspects(entries: Set(entries.keys), blobs: Set(blobs.keys)) }

  /// Lets nothing be found any more that may have been removed by the changes that got lost: suspected entries become
  /// tombstones, suspected blobs to which nothing refers are condemned, sessions are dead, and computations that are under
  /// way are not stored.
  func condemn(_ suspects: Suspects) {
    for id in suspects.entries.sorted() {
      guard let entry = entries[id]?.entry else { continue }
      bury(entry.id, reason: .corrupt, at: entry.row.lastUse)
      delete(entry.id)
    }
    for session in sessions.keys { markDead(session) }
    mend()
    for id in suspects.blobs.sorted() {
      let blob = BlobID(rawValue: id)
      guard let row = blobs[id]?.row, row.state == .live, !isReferred(blob) else { continue }
      deleteEdges(of: blob)
      if row.record.name == nil { delete(blob) } else { _ = condemn(blob, evidence: nil) }
    }
    // Children of what was condemned just now: orphans for a sweep, as they were live when last seen.
    mend()
  }

  /// Brings rows that refer to each other, and what is counted over them, in line after some of them got lost.
  func mend() {
    for id in entries.keys.sorted() {
      guard let entry = entries[id]?.entry else { continue }
      let isTree = entry.row.record.representation == "tree"
      let isWhole = !isTree || children(of: entry.row.blob).allSatisfy { liveBlob($0) != nil }
      if liveBlob(entry.row.blob) != nil && isWhole { continue }
      bury(entry.id, reason: .corrupt, at: entry.row.lastUse)
      delete(entry.id)
    }
    var lost: [(BlobID, BlobID)] = []
    parentIDs.visit(after: nil) { id in
      let parent = BlobID(rawValue: id)
      for child in children(of: parent) where liveBlob(parent) == nil || liveBlob(child) == nil {
        lost.append((parent, child))
      }
      return true
    }
    for (parent, child) in lost { deleteEdge(parent, child) }
    var meta = counters
    meta.totals = countTotals()
    // Numbers that may have been given out by what got lost are not given out again.
    meta.lastBlob = max(meta.lastBlob, highestBlob().rawValue, 0)
    meta.removals = max(meta.removals, removalLog.keys.max() ?? 0)
    if !meta.floor.isFinite { meta.floor = 0 }
    save(meta)
  }

  /// More ids than a lost line, or a lost part, can have given out.
  private static var idsInALine: Int64 { 1 << 24 }

  /// Leaves room for what got lost: ids, and one removal by a user that may have meant anything.
  func skipNumbers() {
    var meta = counters
    meta.lastBlob = min(max(meta.lastBlob, highestBlob().rawValue) + Self.idsInALine, 1 << 62)
    meta.removals = min(max(meta.removals, removalLog.keys.max() ?? 0) + 1, 1 << 62)
    meta.removalsFrom = meta.removals
    save(meta)
  }
}
