internal import LarderCrypto
internal import LarderFormat
internal import LarderSystem

/// Which keys were removed, and when last: what forbids that an entry comes back.
///
/// Beside the rows of the tables, those count to which no tree leads any more: pages of the file and frames of the
/// log that are read byte by byte. A removal that stands in a log of which SQLite can no longer use the end has still
/// happened.
struct RemovalTraces {
  private var removed: [ArtifactKey: Int64] = [:]
  /// The last removal of a kind that this version does not know: it may have meant any key.
  private var lastOfUnknown: Int64?

  mutating func note(_ key: ArtifactKey, at time: Int64) {
    removed[key] = max(removed[key] ?? .min, time)
  }

  /// Notes a row of the log of removals. One of the table that names no key selects in a way that this version does not
  /// know; one of a page is not known to be such a row at all.
  mutating func note(selection: String, at time: Int64, isOfTable: Bool) {
    var namesKeys = false
    for part in selection.split(separator: "\"") {
      guard let digest = Digest(hex: String(part)) else { continue }
      note(ArtifactKey(digest), at: time)
      namesKeys = true
    }
    if isOfTable && !namesKeys { lastOfUnknown = max(lastOfUnknown ?? .min, time) }
  }

  /// Whether an entry was removed when, or after, it was created.
  func forbids(_ entry: EntryRecord) -> Bool {
    let created = entry.created.nanoseconds
    if let lastOfUnknown, lastOfUnknown >= created { return true }
    return removed[entry.key].map { $0 >= created } ?? false
  }

  // Pages

  static let pageSize = 4096
  private static let logHeader: Int64 = 32
  private static let frameHeader: Int64 = 24

  /// Notes the removals of all pages of a file, as far as it can be read.
  mutating func note(pagesOf path: String, isLog: Bool) {
    guard let file = try? Descriptor(path, [.read, .noFollow, .nonBlocking]) else { return }
    var page = [UInt8](repeating: 0, count: Self.pageSize)
    var offset = isLog ? Self.logHeader + Self.frameHeader : 0
    guard let status = try? file.status(), status.kind == .file else { return }
    while offset + Int64(Self.pageSize) <= status.size {
      // A page on a bad sector tells nothing; the next one may.
      let count = page.withUnsafeMutableBytes { (try? file.readAll(into: $0, at: offset)) ?? 0 }
      if count == Self.pageSize { page.withUnsafeBytes { note(leaf: $0) } }
      offset += Int64(Self.pageSize) + (isLog ? Self.frameHeader : 0)
    }
  }

  /// Notes the removals on a leaf of a table; a page of another kind has none.
  private mutating func note(leaf page: UnsafeRawBufferPointer) {
    guard page[0] == 0x0D else { return }
    let cells = Int(page[3]) << 8 | Int(page[4])
    guard 8 + cells * 2 <= page.count else { return }
    for cell in 0..<cells {
      let offset = Int(page[8 + cell * 2]) << 8 | Int(page[9 + cell * 2])
      guard offset < page.count else { continue }
      guard let record = Record(UnsafeRawBufferPointer(rebasing: page[offset...])) else { continue }
      if let tombstone = record.tombstone { note(tombstone.key, at: tombstone.removed) }
      if let removal = record.removal { note(selection: removal.selection, at: removal.time, isOfTable: false) }
    }
  }
}

/// The part of a cell that lies on its page, taken apart by SQLite's file format; sqlite.org/fileformat2.html, sections
/// 1.6 and 2.1.
private struct Record {
  private let bytes: UnsafeRawBufferPointer
  private var types: [Int64] = []
  private var offsets: [Int] = []

  // What a page of 4096 bytes holds of a cell: all up to the most, else at least the least.
  private static let least = 489
  private static let most = 4061

  init?(_ cell: UnsafeRawBufferPointer) {
    var position = 0
    guard let size = Self.varint(cell, &position), Self.varint(cell, &position) != nil, size > 0, size < 1 << 32 else {
      return nil
    }
    var count = Int(size)
    if count > Self.most {
      count = Self.least + (count - Self.least) % (RemovalTraces.pageSize - 4)
      if count > Self.most { count = Self.least }
    }
    bytes = UnsafeRawBufferPointer(rebasing: cell[position..<min(position + count, cell.count)])
    position = 0
    guard let header = Self.varint(bytes, &position), (4...64).contains(header) else { return nil }
    while position < header {
      guard let type = Self.varint(bytes, &position) else { return nil }
      types.append(type)
    }
    guard position == header else { return nil }
    for type in types {
      offsets.append(position)
      guard let width = Self.width(type), width < 1 << 32 else { return nil }
      position += Int(width)
    }
  }

  /// Key and time, where the columns are those of a tombstone: the id is that of the cell; a key, four texts, a time and
  /// two documents. No other table has these.
  var tombstone: (key: ArtifactKey, removed: Int64)? {
    guard types.count == 9, types[0] == 0, types[1] == 12 + 2 * Int64(Digest.byteCount),
      types[2...5].allSatisfy(Self.isText), Self.isInteger(types[6]),
      types[7...8].allSatisfy({ $0 >= 12 && !Self.isText($0) }), offsets[2] <= bytes.count,
      let digest = Digest(bytes[offsets[1]..<offsets[2]])
    else { return nil }
    return (ArtifactKey(digest), integer(6))
  }

  /// Time and selection, where the columns are those of a row in the log of removals; of a long selection its beginning.
  var removal: (selection: String, time: Int64)? {
    guard types.count == 3, types[0] == 0, Self.isInteger(types[1]), Self.isText(types[2]), offsets[2] <= bytes.count
    else { return nil }
    let end = min(offsets[2] + Int((types[2] - 13) / 2), bytes.count)
    return (String(decoding: bytes[offsets[2]..<end], as: UTF8.self), integer(1))
  }

  /// A number; the highest where it lies on another page, as a time that forbids most.
  private func integer(_ column: Int) -> Int64 {
    if types[column] >= 8 { return types[column] - 8 }
    let end = offsets[column] + Int(Self.width(types[column]) ?? 0)
    guard end <= bytes.count else { return .max }
    var value: Int64 = bytes[offsets[column]] & 0x80 == 0 ? 0 : -1
    for offset in offsets[column]..<end { value = value << 8 | Int64(bytes[offset]) }
    return value
  }

  private static func isText(_ type: Int64) -> Bool { type >= 13 && type % 2 == 1 }
  private static func isInteger(_ type: Int64) -> Bool { (1...6).contains(type) || type == 8 || type == 9 }

  private static func width(_ type: Int64) -> Int64? {
    switch type {
    case 0...9: [0, 1, 2, 3, 4, 6, 8, 8, 0, 0][Int(type)]
    case 12...: (type - 12) / 2
    default: nil
    }
  }

  private static func varint(_ bytes: UnsafeRawBufferPointer, _ position: inout Int) -> Int64? {
    var value: UInt64 = 0
    for index in 0..<9 {
      guard position < bytes.count else { return nil }
      let byte = bytes[position]
      position += 1
      if index == 8 { return Int64(bitPattern: value << 8 | UInt64(byte)) }
      value = value << 7 | UInt64(byte & 0x7F)
      if byte & 0x80 == 0 { break }
    }
    return Int64(bitPattern: value)
  }
}
