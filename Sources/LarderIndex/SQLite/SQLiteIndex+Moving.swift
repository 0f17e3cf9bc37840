internal import LarderFormat
internal import LarderSystem

extension SQLiteIndex {
  package func state() throws(IndexError) -> IndexState {
    try read { (connection) throws(IndexError) in try SQLiteTables(connection).meta().state }
  }

  package func rows(of table: IndexTable, after row: IndexRow?, limit: Int) throws(IndexError) -> [IndexRow] {
    try read { (connection) throws(IndexError) in
      if table == .meta { return row == nil ? [.meta(try connection.meta())] : [] }
      var rows: [IndexRow] = []
      var position = RowPosition(table, after: row)
      // A page of nothing but altered rows is not the end.
      while rows.isEmpty {
        var query = try connection.query(table.statement)
        query.bind(position)
        query.bind(Int64(max(limit, 1)))
        var isEnd = true
        while try query.step() {
          isEnd = false
          position = query.position(in: table)
          if let row = query.row(of: table) { rows.append(row) }
        }
        if isEnd { break }
      }
      return rows
    }
  }
}

extension IndexTable {
  fileprivate var statement: SQL {
    switch self {
    case .meta: .meta
    case .sessions: .sessionRows
    case .blobs: .blobRows
    case .edges: .edgeRows
    case .entries: .entryRows
    case .tombstones: .tombstoneRows
    case .removals: .removalRows
    case .statistics: .statisticRows
    case .sweeps: .sweepRows
    }
  }
}

/// Where in a table a copy is: the values of the columns by which it is read in order.
private struct RowPosition {
  var numbers: [Int64] = []
  var texts: [String] = []

  init(numbers: [Int64], texts: [String] = []) {
    self.numbers = numbers
    self.texts = texts
  }

  init(_ table: IndexTable, after row: IndexRow?) {
    switch row {
    case .session(let session): self.init(numbers: [session.id.column])
    case .blob(let blob): self.init(numbers: [blob.id.rawValue])
    case .edge(let parent, let child): self.init(numbers: [parent.rawValue, child.rawValue])
    case .entry(let entry): self.init(numbers: [entry.id.rawValue])
    case .tombstone(let tombstone): self.init(numbers: [tombstone.id])
    case .removal(let number, _, _): self.init(numbers: [number])
    case .statistic(let one): self.init(numbers: [one.day], texts: [one.namespace, one.function, one.name])
    case .sweep(let portion, _): self.init(numbers: [Int64(portion)])
    case .meta, nil:
      switch table {
      case .edges: self.init(numbers: [.min, .min])
      case .statistics: self.init(numbers: [.min], texts: ["", "", ""])
      default: self.init(numbers: [.min])
      }
    }
  }
}

extension Query {
  fileprivate mutating func bind(_ position: RowPosition) {
    for number in position.numbers { bind(number) }
    for text in position.texts { bind(text) }
  }

  /// Where the row is that was read last.
  fileprivate func position(in table: IndexTable) -> RowPosition {
    switch table {
    case .edges: RowPosition(numbers: [integer(0), integer(1)])
    case .entries: RowPosition(numbers: [integer(23)])
    case .statistics: RowPosition(numbers: [integer(0)], texts: [text(1), text(2), text(3)])
    default: RowPosition(numbers: [integer(0)])
    }
  }

  /// The row that was read last; nil where it was altered to what no row can be.
  fileprivate func row(of table: IndexTable) -> IndexRow? {
    switch table {
    case .meta: nil
    case .sessions:
      SessionRecord.State(rawValue: text(4)).map { state in
        .session(
          SessionRecord(
            id: SessionID(column: integer(0)), host: text(1), boot: text(2), opened: Timestamp(nanoseconds: integer(3)),
            state: state))
      }
    case .blobs: blobRow().map { .blob($0) }
    case .edges: .edge(parent: BlobID(rawValue: integer(0)), child: BlobID(rawValue: integer(1)))
    case .entries: committedEntry().map { .entry($0) }
    case .tombstones: holdsDigest(1) ? .tombstone(tombstone()) : nil
    case .removals: .removal(integer(0), Timestamp(nanoseconds: integer(1)), text(2))
    case .statistics:
      .statistic(
        Statistic(day: integer(0), namespace: text(1), function: text(2), name: text(3), value: integer(4)))
    case .sweeps: .sweep(Int(integer(0)), Timestamp(nanoseconds: integer(1)))
    }
  }

  private func blobRow() -> BlobRow? {
    guard holdsDigest(2), holdsDigest(5), holdsDigest(11), let blob = storedBlob(),
      let state = BlobRow.State(rawValue: text(14))
    else { return nil }
    let evidence = state == .condemned && holdsBytes(13) ? String(decoding: bytes(13), as: UTF8.self) : nil
    return BlobRow(id: blob.id, state: state, record: blob.record, seal: blob.seal, evidence: evidence)
  }

  private func committedEntry() -> CommittedEntry? {
    guard holdsDigest(0), holdsDigest(6), holdsDigest(18) else { return nil }
    let stored = storedEntry(withBlob: false)
    let row = EntryRow(
      stored.record, stored.seal, blob: BlobID(rawValue: integer(24)), session: SessionID(column: integer(25)),
      uses: stored.use.uses, lastUse: stored.use.last, score: stored.use.score)
    return CommittedEntry(id: EntryID(rawValue: integer(23)), row: row, pinnedUntil: stored.use.pinnedUntil)
  }

  private func tombstone() -> TombstoneRow {
    TombstoneRow(
      id: integer(0), key: ArtifactKey(digest(1)), namespace: text(2), function: text(3), version: text(4),
      reason: MissReason(rawValue: text(5)), removed: Timestamp(nanoseconds: integer(6)), document: bytes(7),
      detail: bytes(8))
  }
}

extension SQLiteTables {
  package func load(_ row: IndexRow) throws(IndexError) {
    switch row {
    case .meta(let meta): try save(meta)
    case .session(let session): try write(session, .loadSession)
    case .blob(let blob): try load(blob)
    case .edge(let parent, let child): try insertEdge(parent, child)
    case .entry(let entry): try load(entry)
    case .tombstone(let tombstone): try load(tombstone)
    case .removal(let number, let time, let selection): try write(number, selection, at: time, .loadRemoval)
    case .statistic(let statistic): try write(statistic, .loadStatistic)
    case .sweep(let portion, let time): try recordSweep(portion, at: time)
    }
  }

  private func load(_ blob: BlobRow) throws(IndexError) {
    var query = try connection.query(.loadBlob)
    query.bind(
      blob.record, blob.seal, id: blob.id.rawValue, evidence: blob.evidence)
    query.bind(blob.state.rawValue)
    try query.run()
  }

  private func load(_ entry: CommittedEntry) throws(IndexError) {
    var query = try connection.query(.loadEntry)
    query.bind(entry.row.record.key.digest)
    query.bind(entry.row)
    query.bind(entry.pinnedUntil?.nanoseconds)
    query.bind(entry.id.rawValue)
    try query.run()
  }

  private func load(_ tombstone: TombstoneRow) throws(IndexError) {
    var query = try connection.query(.loadTombstone)
    query.bind(tombstone.id)
    query.bind(tombstone.key.digest)
    query.bind(tombstone.namespace)
    query.bind(tombstone.function)
    query.bind(tombstone.version)
    query.bind(tombstone.reason.rawValue)
    query.bind(tombstone.removed.nanoseconds)
    query.bind(tombstone.document)
    query.bind(tombstone.detail)
    try query.run()
  }
}
