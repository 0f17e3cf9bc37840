internal import LarderCrypto
internal import LarderFormat

/// A line of a journal: one transaction, or one part of the rows of a compacted file.
///
///     {"checksum":"…","sequence":7,"durable":5,"did":"put","changes":[…]}
///     {"checksum":"…","part":0,"changes":[…]}
///
/// The checksum is over what follows it, from the quote of the next name up to the last brace. `durable` is the last
/// sequence that the writer knew durable: what is damaged up to there was damaged on disk, and not by a power cut before it
/// got there.
struct JournalLine {
  enum Place: Equatable {
    case transaction(sequence: Int64, durable: Int64)
    case part(Int64)
  }

  var place: Place
  var checksum: UInt64
  var changes: [RowChange] = []

  private static let sumCount = 31  // {"checksum":"0123456789abcdef",
  /// Longer lines are neither written nor read.
  static let longest = 128 << 20

  /// The text of a line, with its end.
  static func text(_ place: Place, did: StaticString, _ changes: some Sequence<RowChange>) -> (bytes: [UInt8], UInt64) {
    var text = JSONWriter(capacity: 4096)
    text.literal("{\"checksum\":\"0000000000000000\",")
    switch place {
    case .transaction(let sequence, let durable):
      text.literal("\"sequence\":")
      text.integer(sequence)
      text.literal(",\"durable\":")
      text.integer(durable)
      text.literal(",\"did\":\"")
      text.literal(did)
      text.literal("\"")
    case .part(let number):
      text.literal("\"part\":")
      text.integer(number)
    }
    text.literal(",\"changes\":[")
    var isFirst = true
    for change in changes {
      if !isFirst { text.literal(",") }
      isFirst = false
      change.write(to: &text)
    }
    text.literal("]}")
    var bytes = text.bytes
    let sum = bytes.withUnsafeBytes { LarderIndex.checksum(UnsafeRawBufferPointer(rebasing: $0[sumCount...])) }
    for digit in 0..<16 {
      bytes[13 + digit] = hexadecimalDigit(UInt8(truncatingIfNeeded: sum >> UInt64(60 - 4 * digit)) & 15)
    }
    bytes.append(0x0A)
    return (bytes, sum)
  }

  /// Reads a line without its end; nil for one that is not whole. Without changes only its place is read.
  init?(_ bytes: UnsafeRawBufferPointer, withChanges: Bool = true) {
    guard bytes.count > Self.sumCount, var text = JSONReader(bytes) else { return nil }
    do throws(JSONFault) {
      try text.expect("{\"checksum\":")
      checksum = try text.session()
      try text.expect(",")
      guard checksum == LarderIndex.checksum(UnsafeRawBufferPointer(rebasing: bytes[Self.sumCount...])) else {
        return nil
      }
      if text.take("\"part\":") {
        place = .part(try text.integer())
      } else {
        try text.expect("\"sequence\":")
        let sequence = try text.integer()
        try text.expect(",\"durable\":")
        place = .transaction(sequence: sequence, durable: try text.integer())
        try text.expect(",\"did\":")
        _ = try text.string()
      }
      try text.expect(",\"changes\":[")
      if !withChanges { return }
      if !text.take("]") {
        repeat { changes.append(try RowChange(from: &text)) } while text.take(",")
        try text.expect("]")
      }
      try text.expect("}")
      guard text.isAtEnd, changes.allSatisfy(\.isSound) else { return nil }
    } catch { return nil }
  }
}

extension RowChange {
  /// Whether the numbers in it are such that there can be: ids that leave room for others, sizes that are not below zero.
  var isSound: Bool {
    let ids: ClosedRange<Int64> = 1...1 << 62
    guard case .put(let row) = self else { return true }
    switch row {
    case .meta(let meta):
      return 0...ids.upperBound ~= meta.lastBlob && 0...ids.upperBound ~= meta.removals
        && 0...meta.removals ~= meta.removalsFrom
    case .blob(let blob):
      return ids ~= blob.id.rawValue && blob.record.form.contentSize >= 0 && blob.record.form.storedSize >= 0
    case .edge(let parent, let child): return ids ~= parent.rawValue && ids ~= child.rawValue
    case .entry(let entry):
      return ids ~= entry.id.rawValue && ids ~= entry.row.blob.rawValue && entry.row.record.size >= 0
    case .tombstone(let tombstone): return ids ~= tombstone.id
    case .removal(let number, _, _): return ids ~= number
    case .session, .statistic, .sweep: return true
    }
  }

  /// What was done, for people.
  static func word(for changes: [RowChange]) -> StaticString {
    var word: StaticString = "count"
    for change in changes {
      switch change {
      case .put(.entry): return "put"
      case .deleteEntry: return "remove"
      case .put(.removal): return "announce"
      case .put(.session(let session)): return session.state == .open ? "open session" : "fence session"
      case .deleteSession: return "close session"
      case .deleteBlob: return "forget"
      case .condemn: return "condemn"
      case .deleteEdge: return "drop edges"
      case .state: return "change state"
      case .put(.sweep): return "verify"
      case .use: word = "use"
      case .markDurable, .markDurableOf: return "sync"
      default: break
      }
    }
    return word
  }
}
