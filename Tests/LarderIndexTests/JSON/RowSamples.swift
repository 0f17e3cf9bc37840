import LarderCrypto
import LarderFormat
import LarderIndex
import LarderSystem
import Shared

/// Rows of every table, with values from the ends of their ranges as often as not.
struct RowMaker {
  var random: SplitMix

  init(seed: UInt64) { random = SplitMix(seed: seed) }

  mutating func number() -> Int64 {
    switch Int.random(in: 0..<6, using: &random) {
    case 0: 0
    case 1: .max
    case 2: .min
    case 3: -1
    default: Int64(bitPattern: random.next()) >> Int64.random(in: 0..<63, using: &random)
    }
  }

  mutating func time() -> Timestamp { Timestamp(nanoseconds: number()) }

  mutating func optional<Value>(_ value: Value) -> Value? { random.falls(500) ? value : nil }

  mutating func bytes() -> [UInt8] {
    let count = Int.random(in: 0..<40, using: &random)
    return (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
  }

  mutating func digest() -> Digest { SHA256.hash(bytes()) }

  mutating func text() -> String {
    let pieces = [
      "", "a", "train/fold", "\"", "\\", "\u{0}", "\u{1F}", "\n", "\u{7F}", "é", "e\u{301}", "\u{2028}", "😀",
    ]
    return (0..<Int.random(in: 0..<5, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
  }

  mutating func real() -> Double {
    switch Int.random(in: 0..<5, using: &random) {
    case 0:
      [0.0, -0.0, .infinity, -.infinity, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 1e20, 1e16].randomElement(
        using: &random) ?? 0
    case 1: Double(number())
    default:
      {
        let value = Double(bitPattern: random.next())
        return value.isNaN ? 0.1 : value
      }()
    }
  }

  mutating func seal() -> Seal { Seal(digest: digest(), keyID: text()) }

  mutating func row(of table: IndexTable) -> IndexRow {
    switch table {
    case .meta:
      var meta = IndexMeta()
      (meta.removals, meta.removalsFrom, meta.lastBlob, meta.barriers) = (number(), number(), number(), number())
      meta.totals = IndexTotals(entries: number(), blobs: number(), contentBytes: number(), storedBytes: number())
      meta.floor = real()
      return .meta(meta)
    case .sessions:
      return .session(
        SessionRecord(
          id: SessionID(rawValue: random.next()), host: text(), boot: text(), opened: time(),
          state: random.falls(500) ? .open : .dead))
    case .blobs:
      let form = StoredForm(
        contentDigest: digest(), contentSize: number(), storedDigest: digest(), storedSize: number(),
        encoding: Encoding.allCases.randomElement(using: &random) ?? .raw)
      let place: BlobRecord.Place =
        random.falls(500)
        ? .inline(bytes())
        : .file(
          session: SessionID(rawValue: random.next()),
          number: random.next() >> UInt64.random(in: 0..<64, using: &random))
      return .blob(
        BlobRow(
          id: BlobID(rawValue: number()), state: random.falls(500) ? .live : .condemned,
          record: BlobRecord(domain: text(), form: form, place: place, durable: random.falls(500)), seal: seal(),
          evidence: optional(text())))
    case .edges: return .edge(parent: BlobID(rawValue: number()), child: BlobID(rawValue: number()))
    case .entries:
      let record = EntryRecord(
        key: ArtifactKey(digest()), namespace: text(), tier: text(), epoch: number(), function: text(), version: text(),
        document: bytes(), detail: bytes(), contentDigest: digest(), size: number(), representation: text(),
        created: time(), notAfter: optional(time()), idle: optional(number()), cost: number(), tags: [text(), text()])
      let row = EntryRow(
        record, seal(), blob: BlobID(rawValue: number()), session: SessionID(rawValue: random.next()), uses: number(),
        lastUse: time(), score: real())
      return .entry(CommittedEntry(id: EntryID(rawValue: number()), row: row, pinnedUntil: optional(time())))
    case .tombstones:
      return .tombstone(
        TombstoneRow(
          id: number(), key: ArtifactKey(digest()), namespace: text(), function: text(), version: text(),
          reason: MissReason(rawValue: text()), removed: time(), document: bytes(), detail: bytes()))
    case .removals: return .removal(number(), time(), text())
    case .statistics:
      return .statistic(Statistic(day: number(), namespace: text(), function: text(), name: text(), value: number()))
    case .sweeps: return .sweep(Int(number()), time())
    }
  }
}
