internal import LarderCrypto
internal import LarderFormat
internal import LarderSystem

/// Which keys were removed, and when last: what forbids that an entry comes back.
///
/// Beside the rows of the tables, those count to which no tree leads any more: pages of the file and frames of the
/// log that are read byte by byte. A removal that stands in a log of which SQLite can no longer use the end has still
/// happened.
struct RemovalTraces {
  private(set) var removed: [ArtifactKey: Removal] = [:]
  /// What was removed by what it is, and not by its key.
  private(set) var selections: [(selection: EntrySelection, time: Int64)] = []
  /// Keys of which nothing says when they were removed.
  private var undated: Set<ArtifactKey> = []
  /// The last removal of a kind that this version does not know: it may have meant any key.
  private var lastOfUnknown: Int64?

  struct Removal {
    /// Nanoseconds since 1970 in UTC.
    var time: Int64
    var reason: MissReason
  }

  mutating func note(_ key: ArtifactKey, at time: Int64, _ reason: MissReason = .invalidated) {
    if let known = removed[key], known.time >= time { return }
    removed[key] = Removal(time: time, reason: reason)
  }

  /// Notes the removals that others tell of.
  mutating func note(_ others: RemovalTraces) {
    for (key, removal) in others.removed { note(key, at: removal.time, removal.reason) }
    selections += others.selections
  }

  /// Notes a row of the log of removals. One of the table that names no key and is no selection that can be read selects in
  /// a way that this version does not know; one of a page is not known to be such a row at all.
  mutating func note(selection: String, at time: Int64, isOfTable: Bool) {
    if let selection = LoggedSelection.selection(selection) { return note(selection, at: time) }
    var namesKeys = false
    for part in selection.split(separator: "\"") {
      guard let digest = Digest(hex: String(part)) else { continue }
      note(ArtifactKey(digest), at: time)
      namesKeys = true
    }
    if isOfTable && !namesKeys { lastOfUnknown = max(lastOfUnknown ?? .min, time) }
  }

  private mutating func note(_ selection: EntrySelection, at time: Int64) {
    if let index = selections.firstIndex(where: { $0.selection == selection }) {
      selections[index].time = max(selections[index].time, time)
    } else {
      selections.append((selection, time))
    }
  }

  /// Whether an entry was removed when, or after, it was created.
  func forbids(_ entry: EntryRecord) -> Bool {
    if let lastOfUnknown, lastOfUnknown >= entry.created.nanoseconds { return true }
    return undated.contains(entry.key) || holdsRemoval(of: entry)
  }

  /// Whether it is on record that an entry was removed when, or after, it was created.
  func holdsRemoval(of entry: EntryRecord) -> Bool {
    if let removal = removed[entry.key], removal.time >= entry.created.nanoseconds { return true }
    return timeOfSelection(of: entry) != nil
  }

  /// When an entry was last selected to be removed, and was there already; its document is in its record.
  func timeOfSelection(of entry: EntryRecord) -> Int64? {
    selections.filter { $0.time >= entry.created.nanoseconds && $0.selection.matches(entry) }.map(\.time).max()
  }

  // Pages

  /// Notes the removals of all pages of a file that is there, as far as it can be read.
  ///
  /// - Throws: When it cannot be opened.
  mutating func note(pagesOf path: String) throws(SystemError) {
    guard let file = try Descriptor.forReading(ifThere: path) else { return }
    var page = [UInt8](repeating: 0, count: TreePage.size)
    var offset: Int64 = 0
    let status = try file.status()
    if status.kind != .file { return }
    while offset + Int64(page.count) <= status.size {
      // A page on a bad sector tells nothing; the next one may.
      if page.withUnsafeMutableBytes({ file.readWhole(into: $0, at: offset) }) {
        page.withUnsafeBytes { note(leaf: $0) }
      }
      offset += Int64(page.count)
    }
  }

  /// Notes the removals on the pages in a log.
  mutating func note(_ frames: ClosedRange<Int64>, of log: borrowing LogFile) {
    var frame = LogFrame()
    for number in frames where log.read(number, into: &frame) { frame.withPage { note(leaf: $0) } }
  }

  /// Notes the removals on a leaf of a table; a page of another kind has none. What was on it before counts as well: a
  /// removal has happened, whether or not it is still on record.
  private mutating func note(leaf page: UnsafeRawBufferPointer) {
    guard page[0] == TreePage.Kind.leafOfTable.rawValue else { return }
    let cells = Int(page[3]) << 8 | Int(page[4])
    guard 8 + cells * 2 <= page.count else { return }
    for cell in 0..<cells {
      var offset = Int(page[8 + cell * 2]) << 8 | Int(page[9 + cell * 2])
      guard let size = varint(page, &offset), varint(page, &offset) != nil, size > 0, size < 1 << 30 else { continue }
      let end = min(offset + TreePage.local(of: Int(size), inTable: true), page.count)
      guard let record = Record(UnsafeRawBufferPointer(rebasing: page[offset..<end])) else { continue }
      if let tombstone = record.tombstone {
        if let time = tombstone.removed {
          note(tombstone.key, at: time, tombstone.reason)
        } else {
          undated.insert(tombstone.key)
        }
      }
      if let removal = record.removal { note(selection: removal.selection, at: removal.time, isOfTable: false) }
    }
  }
}

extension Record {
  /// Key, time and reason, where the columns are those of a tombstone: the id is that of the cell; a key, four texts, a time and
  /// two documents. No other table has these. Of a long one the time may lie on another page.
  fileprivate var tombstone: (key: ArtifactKey, removed: Int64?, reason: MissReason)? {
    guard types.count == 9, types[0] == 0, types[1] == 12 + 2 * Int64(Digest.byteCount),
      types[2...5].allSatisfy(Self.isText), Self.isInteger(types[6]),
      types[7...8].allSatisfy({ $0 >= 12 && !Self.isText($0) }), let digest = Digest(beginning(1))
    else { return nil }
    var reason = MissReason.invalidated
    if case .text(let text) = value(5) { reason = MissReason(rawValue: String(decoding: text, as: UTF8.self)) }
    return (ArtifactKey(digest), time(6), reason)
  }

  /// Time and selection, where the columns are those of a row in the log of removals; of a long selection its beginning.
  fileprivate var removal: (selection: String, time: Int64)? {
    guard types.count == 3, types[0] == 0, Self.isInteger(types[1]), Self.isText(types[2]) else { return nil }
    return (String(decoding: beginning(2), as: UTF8.self), time(1) ?? .max)
  }

  private func time(_ column: Int) -> Int64? {
    if case .integer(let time) = value(column) { time } else { nil }
  }
}
