internal import LarderFormat
internal import LarderSystem

// Whole rows, in the order of their tables: for copies, and for a journal that is written anew.
extension MemoryTables {
  package func load(_ row: IndexRow) { perform(.put(row)) }

  /// Visits the rows of a table behind one of them, until `visit` says that it is enough.
  func visitRows(of table: IndexTable, after row: IndexRow?, _ visit: (IndexRow) -> Bool) {
    switch (table, row) {
    case (.meta, let row): if row == nil { _ = visit(.meta(counters)) }
    case (.sessions, let row):
      var last: Int64?
      if case .session(let session) = row { last = session.id.column }
      for id in sessions.keys.map(\.column).sorted() where last.map({ id > $0 }) ?? true {
        if let session = sessions[SessionID(column: id)], !visit(.session(session)) { return }
      }
    case (.blobs, let row):
      var last: Int64?
      if case .blob(let blob) = row { last = blob.id.rawValue }
      blobIDs.visit(after: last) { id in
        guard let box = blobs[id] else { return true }
        return visit(.blob(box.row))
      }
    case (.edges, let row): visitEdges(after: row, visit)
    case (.entries, let row):
      var last: Int64?
      if case .entry(let entry) = row { last = entry.id.rawValue }
      entryIDs.visit(after: last) { id in
        guard let box = entries[id] else { return true }
        return visit(.entry(box.entry))
      }
    case (.tombstones, let row):
      var last: Int64?
      if case .tombstone(let tombstone) = row { last = tombstone.id }
      for id in tombstones.keys.sorted() where last.map({ id > $0 }) ?? true {
        if let tombstone = tombstones[id], !visit(.tombstone(tombstone)) { return }
      }
    case (.removals, let row):
      var last: Int64?
      if case .removal(let number, _, _) = row { last = number }
      for (number, removal) in removalLog.sorted(by: { $0.key < $1.key }) where last.map({ number > $0 }) ?? true {
        if !visit(.removal(number, removal.time, removal.selection)) { return }
      }
    case (.statistics, let row):
      var last: StatisticName?
      if case .statistic(let statistic) = row { last = StatisticName(statistic) }
      for (name, value) in statistics.sorted(by: { $0.key < $1.key }) where last.map({ name > $0 }) ?? true {
        if !visit(.statistic(Statistic(name, value))) { return }
      }
    case (.sweeps, let row):
      var last: Int?
      if case .sweep(let portion, _) = row { last = portion }
      for (portion, verified) in sweeps.sorted(by: { $0.key < $1.key }) where last.map({ portion > $0 }) ?? true {
        if !visit(.sweep(portion, verified)) { return }
      }
    }
  }

  private func visitEdges(after row: IndexRow?, _ visit: (IndexRow) -> Bool) {
    var last: (parent: Int64, child: Int64)?
    if case .edge(let parent, let child) = row { last = (parent.rawValue, child.rawValue) }
    func visitChildren(of parent: Int64, after child: Int64?) -> Bool {
      for found in childrenOf.values(of: parent) where child.map({ found > $0 }) ?? true {
        if !visit(.edge(parent: BlobID(rawValue: parent), child: BlobID(rawValue: found))) { return false }
      }
      return true
    }
    if let last, !visitChildren(of: last.parent, after: last.child) { return }
    parentIDs.visit(after: last?.parent) { visitChildren(of: $0, after: nil) }
  }
}

extension MemoryReading {
  package func state() throws(IndexError) -> IndexState { try read { $0.indexState } }

  package func rows(of table: IndexTable, after row: IndexRow?, limit: Int) throws(IndexError) -> [IndexRow] {
    try read { tables in
      var rows: [IndexRow] = []
      tables.visitRows(of: table, after: row) { row in
        rows.append(row)
        return rows.count < limit
      }
      return rows
    }
  }
}
