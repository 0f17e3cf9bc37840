internal import LarderFormat
internal import LarderSystem

// A row is put by its own text. Every other change names the table, too, and says what it does there.
extension RowChange {
  func write(to text: inout JSONWriter) {
    switch self {
    case .put(let row): row.write(to: &text)
    case .deleteSession(let session):
      open(.sessions, "\"change\":\"delete\",\"id\":", &text)
      text.session(session.rawValue)
    case .deleteBlob(let blob):
      open(.blobs, "\"change\":\"delete\",\"id\":", &text)
      text.integer(blob.rawValue)
    case .deleteEdge(let parent, let child):
      open(.edges, "\"change\":\"delete\",\"parent\":", &text)
      text.integer(parent.rawValue)
      text.literal(",\"child\":")
      text.integer(child.rawValue)
    case .deleteEntry(let entry):
      open(.entries, "\"change\":\"delete\",\"id\":", &text)
      text.integer(entry.rawValue)
    case .deleteTombstones(let id):
      open(.tombstones, "\"change\":\"delete\",\"through\":", &text)
      text.integer(id)
    case .deleteRemovals(let number):
      open(.removals, "\"change\":\"delete\",\"through\":", &text)
      text.integer(number)
    case .use(let entry, let uses, let last, let score):
      open(.entries, "\"change\":\"use\",\"id\":", &text)
      text.integer(entry.rawValue)
      text.literal(",\"uses\":")
      text.integer(uses)
      text.literal(",\"last_use\":")
      text.time(last)
      text.literal(",\"score\":")
      text.real(score)
    case .point(let entry, let blob):
      open(.entries, "\"change\":\"point\",\"id\":", &text)
      text.integer(entry.rawValue)
      text.literal(",\"blob\":")
      text.integer(blob.rawValue)
    case .condemn(let blob, let evidence):
      open(.blobs, "\"change\":\"condemn\",\"id\":", &text)
      text.integer(blob.rawValue)
      text.literal(",\"evidence\":")
      if let evidence { text.string(evidence) } else { text.literal("null") }
    case .markDurable(let blob):
      open(.blobs, "\"change\":\"durable\",\"id\":", &text)
      text.integer(blob.rawValue)
    case .markDurableOf(let session, let first, let last):
      open(.blobs, "\"change\":\"durable\",\"session\":", &text)
      text.session(session.rawValue)
      text.literal(",\"after\":")
      text.integer(first.rawValue)
      text.literal(",\"through\":")
      text.integer(last.rawValue)
    case .state(let state):
      open(.meta, "\"change\":\"state\",\"state\":", &text)
      text.string(state.rawValue)
    case .several, .erase: preconditionFailure("what undoes a change is never written down")
    }
    if case .put = self { return }
    text.literal("}")
  }

  private func open(_ table: IndexTable, _ members: StaticString, _ text: inout JSONWriter) {
    table.open(&text)
    text.literal(members)
  }

  init(from text: inout JSONReader) throws(JSONFault) {
    try text.expect("{\"table\":\"")
    guard let table = try IndexTable(from: &text) else { throw JSONFault() }
    guard text.take("\"change\":\"") else {
      self = .put(try IndexRow(table, from: &text))
      return
    }
    switch table {
    case .sessions:
      try text.expect("delete\",\"id\":")
      self = .deleteSession(SessionID(rawValue: try text.session()))
    case .blobs: self = try Self.ofBlob(from: &text)
    case .entries: self = try Self.ofEntry(from: &text)
    case .edges:
      try text.expect("delete\",\"parent\":")
      let parent = BlobID(rawValue: try text.integer())
      try text.expect(",\"child\":")
      self = .deleteEdge(parent: parent, child: BlobID(rawValue: try text.integer()))
    case .tombstones:
      try text.expect("delete\",\"through\":")
      self = .deleteTombstones(through: try text.integer())
    case .removals:
      try text.expect("delete\",\"through\":")
      self = .deleteRemovals(through: try text.integer())
    case .meta:
      try text.expect("state\",\"state\":")
      guard let state = IndexState(rawValue: try text.string()) else { throw JSONFault() }
      self = .state(state)
    case .statistics, .sweeps: throw JSONFault()
    }
    try text.expect("}")
  }

  private static func ofBlob(from text: inout JSONReader) throws(JSONFault) -> RowChange {
    if text.take("delete\",\"id\":") { return .deleteBlob(BlobID(rawValue: try text.integer())) }
    if text.take("durable\",\"id\":") { return .markDurable(BlobID(rawValue: try text.integer())) }
    if text.take("condemn\",\"id\":") {
      let blob = BlobID(rawValue: try text.integer())
      try text.expect(",\"evidence\":")
      return .condemn(blob, evidence: text.take("null") ? nil : try text.string())
    }
    try text.expect("durable\",\"session\":")
    let session = SessionID(rawValue: try text.session())
    try text.expect(",\"after\":")
    let first = BlobID(rawValue: try text.integer())
    try text.expect(",\"through\":")
    return .markDurableOf(session, after: first, through: BlobID(rawValue: try text.integer()))
  }

  private static func ofEntry(from text: inout JSONReader) throws(JSONFault) -> RowChange {
    if text.take("delete\",\"id\":") { return .deleteEntry(EntryID(rawValue: try text.integer())) }
    if text.take("point\",\"id\":") {
      let entry = EntryID(rawValue: try text.integer())
      try text.expect(",\"blob\":")
      return .point(entry, at: BlobID(rawValue: try text.integer()))
    }
    try text.expect("use\",\"id\":")
    let entry = EntryID(rawValue: try text.integer())
    try text.expect(",\"uses\":")
    let uses = try text.integer()
    try text.expect(",\"last_use\":")
    let last = try text.time()
    try text.expect(",\"score\":")
    return .use(entry, uses: uses, last: last, score: try text.real())
  }
}
