internal import LarderFormat
internal import LarderSystem

// A row as one JSON object: the names are those of the tables in SQLite, digests and sessions are hexadecimal, times are
// RFC 3339 in UTC with nanoseconds, bytes are base64. Every row has exactly one text, so that texts can be compared.
extension IndexRow {
  /// The text of the row.
  package var json: String {
    var text = JSONWriter(capacity: 1024)
    write(to: &text)
    return String(decoding: text.bytes, as: UTF8.self)
  }

  /// Reads what ``json`` gives; nil for anything else.
  package init?(json: some Collection<UInt8>) {
    let bytes = Array(json)
    let row = bytes.withUnsafeBytes { bytes -> IndexRow? in
      guard var text = JSONReader(bytes) else { return nil }
      do throws(JSONFault) {
        try text.expect("{\"table\":\"")
        guard let table = try IndexTable(from: &text) else { return nil }
        let row = try IndexRow(table, from: &text)
        return text.isAtEnd ? row : nil
      } catch { return nil }
    }
    guard let row else { return nil }
    self = row
  }

  /// Adds the UTF-8 of ``json``.
  package func write(to bytes: inout [UInt8]) {
    var text = JSONWriter(capacity: 1024)
    write(to: &text)
    bytes += text.bytes
  }

  var table: IndexTable {
    switch self {
    case .meta: .meta
    case .session: .sessions
    case .blob: .blobs
    case .edge: .edges
    case .entry: .entries
    case .tombstone: .tombstones
    case .removal: .removals
    case .statistic: .statistics
    case .sweep: .sweeps
    }
  }

  func write(to text: inout JSONWriter) {
    table.open(&text)
    switch self {
    case .meta(let meta): meta.write(to: &text)
    case .session(let session): session.write(to: &text)
    case .blob(let blob): blob.write(to: &text)
    case .entry(let entry): entry.write(to: &text)
    case .tombstone(let tombstone): tombstone.write(to: &text)
    case .statistic(let statistic): statistic.write(to: &text)
    case .edge(let parent, let child):
      text.literal("\"parent\":")
      text.integer(parent.rawValue)
      text.literal(",\"child\":")
      text.integer(child.rawValue)
      text.literal("}")
    case .removal(let number, let time, let selection):
      text.literal("\"number\":")
      text.integer(number)
      text.literal(",\"time\":")
      text.time(time)
      text.literal(",\"selection\":")
      text.string(selection)
      text.literal("}")
    case .sweep(let portion, let verified):
      text.literal("\"portion\":")
      text.integer(Int64(portion))
      text.literal(",\"verified\":")
      text.time(verified)
      text.literal("}")
    }
  }

  /// Reads the members behind the name of the table.
  init(_ table: IndexTable, from text: inout JSONReader) throws(JSONFault) {
    switch table {
    case .meta: self = .meta(try IndexMeta(from: &text))
    case .sessions: self = .session(try SessionRecord(from: &text))
    case .blobs: self = .blob(try BlobRow(from: &text))
    case .entries: self = .entry(try CommittedEntry(from: &text))
    case .tombstones: self = .tombstone(try TombstoneRow(from: &text))
    case .statistics: self = .statistic(try Statistic(from: &text))
    case .edges:
      try text.expect("\"parent\":")
      let parent = BlobID(rawValue: try text.integer())
      try text.expect(",\"child\":")
      self = .edge(parent: parent, child: BlobID(rawValue: try text.integer()))
      try text.expect("}")
    case .removals:
      try text.expect("\"number\":")
      let number = try text.integer()
      try text.expect(",\"time\":")
      let time = try text.time()
      try text.expect(",\"selection\":")
      self = .removal(number, time, try text.string())
      try text.expect("}")
    case .sweeps:
      try text.expect("\"portion\":")
      guard let portion = Int(exactly: try text.integer()) else { throw JSONFault() }
      try text.expect(",\"verified\":")
      self = .sweep(portion, try text.time())
      try text.expect("}")
    }
  }
}

extension IndexTable {
  /// Writes how an object begins that belongs to the table.
  func open(_ text: inout JSONWriter) {
    text.literal("{\"table\":\"")
    switch self {
    case .meta: text.literal("meta\",")
    case .sessions: text.literal("sessions\",")
    case .blobs: text.literal("blobs\",")
    case .edges: text.literal("edges\",")
    case .entries: text.literal("entries\",")
    case .tombstones: text.literal("tombstones\",")
    case .removals: text.literal("removals\",")
    case .statistics: text.literal("statistics\",")
    case .sweeps: text.literal("sweeps\",")
    }
  }

  /// Reads the name of a table with what follows it; nil for what is none.
  init?(from text: inout JSONReader) throws(JSONFault) {
    if text.take("blobs\",") {
      self = .blobs
    } else if text.take("entries\",") {
      self = .entries
    } else if text.take("meta\",") {
      self = .meta
    } else if text.take("edges\",") {
      self = .edges
    } else if text.take("tombstones\",") {
      self = .tombstones
    } else if text.take("statistics\",") {
      self = .statistics
    } else if text.take("sessions\",") {
      self = .sessions
    } else if text.take("removals\",") {
      self = .removals
    } else if text.take("sweeps\",") {
      self = .sweeps
    } else {
      return nil
    }
  }
}
