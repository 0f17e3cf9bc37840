import Foundation
import LarderCrypto
import LarderFormat
import LarderIndex
import LarderSystem
import LarderTesting
import Shared
import Testing

@Suite("Random damage") struct CorruptionTests {
  /// An index as its files hold it, and what was in it.
  struct Sample {
    var file: Data
    var log: Data
    /// Every entry that was ever put.
    var entries: [ArtifactKey: EntryRecord] = [:]
    var removed: Set<ArtifactKey> = []

    init(in path: String, withLog: Bool) throws {
      let original = path + "/original"
      let index = try SQLiteIndex.create(at: original, identity: .sample)
      try RescueTests.fill(index, entries: 90)
      if withLog {
        index.close()
        _ = try shell(original, "PRAGMA wal_checkpoint(TRUNCATE)")
      }
      let writer = try SQLiteIndex.open(at: original)
      for entry in try writer.entries(after: nil, through: nil, limit: 200, withDocuments: true) {
        entries[entry.record.key] = entry.record
      }
      removed = Set((0..<90).filter { $0.isMultiple(of: 3) }.map { key("k\($0)") })
      _ = try writer.remove(EntryRemoval(keys: Array(removed), time: time(8000)))
      writer.close()
      if !withLog { _ = try shell(original, "PRAGMA wal_checkpoint(TRUNCATE)") }
      file = try #require(FileManager.default.contents(atPath: original))
      log = withLog ? try #require(FileManager.default.contents(atPath: original + "-wal")) : Data()
    }

    /// Whether a row is one that was put; only what no seal covers may differ.
    func holds(_ entry: StoredEntry) -> Bool {
      var record = entry.record
      guard let original = entries[record.key] else { return false }
      record.detail = original.detail
      return record == original
    }
  }

  enum Damage: CaseIterable { case flip, byte, truncate, extend, zero, swap, copy, noise }

  static func damage(_ data: inout Data, _ generator: inout SplitMix) {
    guard data.count > 8192 else { return }
    let pages = data.count / 4096
    let (one, other) = (Int.random(in: 0..<pages, using: &generator), Int.random(in: 0..<pages, using: &generator))
    let range = one * 4096..<(one + 1) * 4096
    let place = Int.random(in: 0..<data.count, using: &generator)
    switch Damage.allCases.randomElement(using: &generator) ?? .flip {
    case .flip: data[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
    case .byte:
      data[range.lowerBound + Int.random(in: 0..<120, using: &generator)] = .random(in: 0...255, using: &generator)
    case .truncate: data = data.prefix(Bool.random(using: &generator) ? place : range.lowerBound)
    case .extend: data.append(Data(repeating: .random(in: 0...255, using: &generator), count: place % 9000))
    case .zero: data.replaceSubrange(range, with: Data(count: 4096))
    case .swap, .copy:
      let moved = data.subdata(in: other * 4096..<(other + 1) * 4096)
      if Bool.random(using: &generator) {
        data.replaceSubrange(other * 4096..<(other + 1) * 4096, with: data.subdata(in: range))
      }
      data.replaceSubrange(range, with: moved)
    case .noise:
      let end = min(place + Int.random(in: 1..<600, using: &generator), data.count)
      for index in place..<end { data[index] = .random(in: 0...255, using: &generator) }
    }
  }

  /// `LARDER_CORRUPTIONS` and `LARDER_SEED` ask for a longer run and another one.
  static func number(_ name: String, _ usual: UInt64) -> UInt64 {
    ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) } ?? usual
  }

  @Test("whatever happens to its bytes, an index gives no wrong row, and what is saved of it was there and not removed")
  func random() async throws {
    let (count, seed) = (Self.number("LARDER_CORRUPTIONS", 40), Self.number("LARDER_SEED", 20_261_121))
    print("corruptions: \(count), seed \(seed)")
    try await withScratch { path in
      let samples = [try Sample(in: path + "/", withLog: false), try Sample(in: try Self.inner(path), withLog: true)]
      var generator = SplitMix(seed: seed)
      var (opened, saved) = (0, Int64(0))
      for round in 0..<count {
        let sample = samples[Int(round % 2)]
        var (file, log) = (sample.file, sample.log)
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
          if !log.isEmpty && Bool.random(using: &generator) {
            Self.damage(&log, &generator)
          } else {
            Self.damage(&file, &generator)
          }
        }
        let name = path + "/damaged"
        for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: name + suffix) }
        try file.write(to: URL(filePath: name))
        if !log.isEmpty { try log.write(to: URL(filePath: name + "-wal")) }

        // What only a destroyed part of the log knew, nobody knows.
        let removed = log == sample.log ? sample.removed : []
        saved += try Self.rescue(name, sample, removed, "round \(round)")
        // Not a byte of what is damaged has changed, so that the rest sees the same.
        #expect(FileManager.default.contents(atPath: name) == file)
        #expect(FileManager.default.contents(atPath: name + "-wal") ?? Data() == log)
        if Self.use(name, sample, "round \(round)") { opened += 1 }
      }
      print("corruptions: \(opened) could be opened, \(saved) of \(UInt64(60) * count) entries were saved")
      #expect(opened > 0 && saved > 0)
    }
  }

  static func inner(_ path: String) throws -> String {
    try makeDirectories(path + "/with log")
    return path + "/with log"
  }

  /// Rescues an index and says how many entries were saved.
  static func rescue(
    _ name: String, _ sample: Sample, _ removed: Set<ArtifactKey>, _ round: Comment
  ) throws -> Int64 {
    let new = name + ".new"
    do {
      let result = try SQLiteIndex.rescue(damagedAt: name, into: new, identity: RescueTests.renewed, sealer: sealer)
      let index = try SQLiteIndex.open(at: new)
      defer { index.close() }
      let page = try index.entries(after: nil, through: nil, limit: 1000, withDocuments: true)
      #expect(Int64(page.count) == result.entries, round)
      for entry in page {
        #expect(sealer.verifies(entry.record, entry.seal), round)
        #expect(sample.holds(entry) && !removed.contains(entry.record.key), round)
        let blob = try #require(entry.blob, round)
        #expect(sealer.verifies(blob.record, blob.seal), round)
        #expect(blob.record.form.contentDigest == entry.record.contentDigest, round)
      }
      #expect(try index.check(quick: false) == [], round)
      let (recorded, counted) = try index.countTotals()
      #expect(recorded == counted, round)
      return result.entries
    } catch let error as IndexError {
      #expect(error.code == .foreign, "\(round): \(error)")
      return 0
    }
  }

  /// Uses a damaged index as a cache would; says whether it could be opened.
  static func use(_ name: String, _ sample: Sample, _ round: Comment) -> Bool {
    var opened = false
    do throws(IndexError) {
      let index = try SQLiteIndex.open(at: name, deadline: .seconds(2))
      opened = true
      defer { index.close() }
      let page = (try? index.entries(after: nil, limit: 1000)) ?? []
      for key in sample.entries.keys + page.map(\.record.key) {
        // A log that is cut short is to SQLite one that ends there: what was removed after that is not removed here.
        guard let entry = try? index.entry(for: key) else { continue }
        #expect(entry.record.key == key, round)
        #expect(!sealer.verifies(entry.record, entry.seal) || sample.holds(entry), round)
      }
      _ = try? index.check(quick: true)
      _ = try? index.countTotals()
      for shard in UInt8.min...UInt8.max { _ = try? index.blobs(inShard: shard, after: nil, limit: 10) }
      try index.open(.other)
      _ = try? index.commit(.put("new", .inline("new"), session: .other))
      if let first = sample.entries.keys.first {
        _ = try? index.remove(EntryRemoval(keys: [first], time: time(9000)))
      }
      _ = try? index.evict(toBytes: 0, entries: 0, batch: 20, at: time(9000))
      try index.correctTotals()
    } catch {}
    return opened
  }
}
