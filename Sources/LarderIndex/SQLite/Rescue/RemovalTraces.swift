internal import LarderCrypto
internal import LarderFormat
internal import LarderSystem

/// Which keys were removed, and when last: what forbids that an entry comes back.
///
/// Beside the rows of the tables, tombstones count that no tree leads to any more: pages of the file and frames of the
/// log that are read byte by byte. A removal that stands in a log of which SQLite can no longer use the end has still
/// happened.
struct RemovalTraces {
  private var removed: [ArtifactKey: Int64] = [:]
  /// The last removal of a kind that this version does not know: it may have meant any key.
  private var lastOfUnknown: Int64?

  mutating func note(_ key: ArtifactKey, at time: Int64) {
    removed[key] = max(removed[key] ?? .min, time)
  }

  /// Notes a row of the log of removals.
  mutating func note(selection: String, at time: Int64) {
    guard selection.hasPrefix("{\"keys\":[") else {
      lastOfUnknown = max(lastOfUnknown ?? .min, time)
      return
    }
    for part in selection.split(separator: "\"") {
      if let digest = Digest(hex: String(part)) { note(ArtifactKey(digest), at: time) }
    }
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

  /// Notes the tombstones of all pages of a file, as far as it can be read.
  mutating func note(pagesOf path: String, isLog: Bool) {
    guard let file = try? Descriptor(path, [.read, .noFollow]) else { return }
    var page = [UInt8](repeating: 0, count: Self.pageSize)
    var offset = isLog ? Self.logHeader + Self.frameHeader : 0
    guard let size = try? file.status().size else { return }
    while offset + Int64(Self.pageSize) <= size {
      // A page on a bad sector tells nothing; the next one may.
      let count = page.withUnsafeMutableBytes { (try? file.readAll(into: $0, at: offset)) ?? 0 }
      if count == Self.pageSize { page.withUnsafeBytes { note(leaf: $0) } }
      offset += Int64(Self.pageSize) + (isLog ? Self.frameHeader : 0)
    }
  }

  /// Notes the tombstones of a leaf of a table; a page of another kind has none.
  private mutating func note(leaf page: UnsafeRawBufferPointer) {
    guard page[0] == 0x0D else { return }
    let cells = Int(page[3]) << 8 | Int(page[4])
    guard 8 + cells * 2 <= page.count else { return }
    for cell in 0..<cells {
      let offset = Int(page[8 + cell * 2]) << 8 | Int(page[9 + cell * 2])
      guard offset < page.count else { continue }
      var record = RecordReader(bytes: UnsafeRawBufferPointer(rebasing: page[offset...]))
      if let tombstone = record.tombstone() { note(tombstone.key, at: tombstone.removed) }
    }
  }
}

/// Takes a record of SQLite's file format apart; sqlite.org/fileformat2.html, section 2.
private struct RecordReader {
  var bytes: UnsafeRawBufferPointer
  var position = 0

  mutating func varint() -> Int64? {
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

  // What of a cell lies on its page at least, and what it may hold without a second one.
  private static let leastOnPage = 489
  private static let mostOnPage: Int64 = 4061

  /// Key and time of a cell that has the columns of a tombstone, which no other table has.
  mutating func tombstone() -> (key: ArtifactKey, removed: Int64)? {
    guard let size = varint(), varint() != nil else { return nil }
    let start = position
    guard let length = varint(), (10...64).contains(length) else { return nil }
    let end = start + Int(length)
    var types: [Int64] = []
    while position < end {
      guard let type = varint() else { return nil }
      types.append(type)
    }
    // The id is in the cell; a key of 32 bytes; four texts; a time; two documents.
    guard position == end, types.count == 9, types[0] == 0, types[1] == 12 + 2 * Int64(Digest.byteCount),
      types[2...5].allSatisfy({ $0 >= 13 && $0 % 2 == 1 }), types[7...8].allSatisfy({ $0 >= 12 && $0 % 2 == 0 }),
      end + Digest.byteCount <= bytes.count, let digest = Digest(bytes[end..<end + Digest.byteCount])
    else { return nil }
    let widths: [Int64: Int] = [1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8, 8: 0, 9: 0]
    guard let width = widths[types[6]] else { return nil }
    if width == 0 { return (ArtifactKey(digest), types[6] - 8) }
    var offset = Int64(end + Digest.byteCount)
    for type in types[2...5] { offset = offset &+ (type - 13) / 2 }
    // A time that lies on another page is any time.
    let limit = size > Self.mostOnPage ? min(start + Self.leastOnPage, bytes.count) : bytes.count
    guard offset >= 0, offset <= Int64(limit - width) else { return (ArtifactKey(digest), .max) }
    var removed: Int64 = bytes[Int(offset)] & 0x80 == 0 ? 0 : -1
    for index in 0..<width { removed = removed << 8 | Int64(bytes[Int(offset) + index]) }
    return (ArtifactKey(digest), removed)
  }
}
