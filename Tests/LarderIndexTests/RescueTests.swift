import Foundation
import LarderCrypto
import LarderFormat
import LarderIndex
import LarderSystem
import LarderTesting
import Shared
import Testing

@Suite("Rescue") struct RescueTests {
  static let renewed = IndexIdentity(cacheID: IndexIdentity.sample.cacheID, indexID: CacheID(high: 9, low: 9))

  static func rescue(_ file: String) throws -> (IndexRescue, SQLiteIndex) {
    let result = try SQLiteIndex.rescue(damagedAt: file, into: file + ".new", identity: renewed, sealer: sealer)
    return (result, try SQLiteIndex.open(at: file + ".new"))
  }

  /// An index with values, inline ones, trees, removals and statistics.
  static func fill(_ index: SQLiteIndex, entries: Int) throws {
    try index.open(.sample)
    for number in 0..<entries {
      let (name, content) = ("k\(number)", "v\(number)")
      let placement = UInt64(number) * 10
      switch number % 4 {
      case 0, 1: _ = try index.commit(.put(name, .inline(content + String(repeating: "x", count: number % 50 * 10))))
      case 2: _ = try index.commit(.put(name, .file(content, number: placement)))
      default:
        _ = try index.commit(
          tree(name, "m\(number)", ["c\(number)", "c\(number % 7)", "shared"], placement))
      }
    }
    try index.record(
      [UseRecord(key: key("k1"), count: 4, last: time(9000))],
      [Statistic(day: 3, namespace: "n", function: "f", name: "hits", value: 7)])
  }

  static func tree(_ name: String, _ manifest: String, _ files: [String], _ number: UInt64) -> EntryCommit {
    var commit = EntryCommit.put(
      name, .file(manifest, number: number),
      children: files.enumerated().map { .file($1, number: number + 1 + UInt64($0)) })
    commit.entry.representation = "tree"
    commit.seal = sealer.seal(commit.entry)
    return commit
  }

  @Test(
    "of a sound index everything is saved, with the log or without, and the old file stays as it is",
    arguments: [true, false])
  func sound(withLog: Bool) async throws {
    try await withScratch { path in
      let file = path + "/index.sqlite"
      let index = try SQLiteIndex.create(at: file, identity: .sample)
      try Self.fill(index, entries: 60)
      _ = try index.remove(EntryRemoval(keys: [key("k4"), key("k6"), key("never")], time: time(8000)))
      try index.recordSweep([3], at: time(5), within: nil)
      _ = try shell(file, "UPDATE entries SET pinned_until = 77 WHERE id = 2")
      if !withLog {
        index.close()
        _ = try shell(file, "PRAGMA wal_checkpoint(TRUNCATE)")
      }
      let names = try FileManager.default.contentsOfDirectory(atPath: path).filter { !$0.hasSuffix("-shm") }
      let before = names.map { FileManager.default.contents(atPath: path + "/" + $0) }
      let old = try SQLiteIndex.open(at: file)
      let result = try SQLiteIndex.rescue(
        damagedAt: file, into: file + ".new", identity: Self.renewed, sealer: sealer)
      #expect(names.map { FileManager.default.contents(atPath: path + "/" + $0) } == before)
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: path).filter { $0.contains(".new") } == ["index.sqlite.new"]
      )
      #expect(result.entries == 58 && result.lostEntries == 0 && result.lostBlobs == 0 && result.unreadable == 0)

      let new = try SQLiteIndex.open(at: file + ".new")
      #expect(new.identity == Self.renewed)
      #expect(try new.totals() == old.totals())
      #expect(try new.totals() == result.recorded)
      for number in 0..<60 {
        let (entry, other) = (try new.entry(for: key("k\(number)")), try old.entry(for: key("k\(number)")))
        #expect(entry?.record == other?.record && entry?.use == other?.use && entry?.seal == other?.seal)
        #expect(
          entry?.blob?.record.form == other?.blob?.record.form && entry?.blob?.record.place == other?.blob?.record.place
        )
        if let blob = entry?.blob {
          #expect(try new.children(of: blob.id).map(\.record.form) == old.children(of: blob.id).map(\.record.form))
        }
      }
      #expect(try new.entry(for: key("k1"))?.use.pinnedUntil == time(77))
      let absence = try new.absence(of: key("k4"), namespace: "n", function: "f", version: "1")
      #expect(absence.tombstone?.reason == .invalidated)
      #expect(try new.statistics(since: 0) == old.statistics(since: 0))
      #expect(try new.sessions() == [])
      #expect(try new.sweeps() == [:])
      #expect(try shell(file + ".new", "SELECT count(*) FROM removals") == "1")
      #expect(try new.check(quick: false) == [])
      #expect(try recounted(file + ".new") == nil)

      // Life goes on, and what was looked up before is too old.
      try new.open(.other)
      #expect(
        try new.commit(.put("late", .inline("v"), session: .other, removalsSeen: old.removals())).word
          == "refused: invalidated")
      #expect(try new.commit(.put("k4", .inline("again"), session: .other)).word == "committed, 0 surplus, 0 condemned")
    }
  }

  /// Calls `body` with each page of an index in turn overwritten.
  static func withEachPage(entries: Int, _ body: (_ page: Int, _ file: String, _ sound: [String: Seal]) throws -> Void)
    async throws
  {
    try await withScratch { path in
      let original = path + "/index.sqlite"
      let index = try SQLiteIndex.create(at: original, identity: .sample)
      try fill(index, entries: entries)
      _ = try index.remove(EntryRemoval(keys: (0..<20).map { key("k\($0)") }, time: time(8000)))
      var sound: [String: Seal] = [:]
      for number in 0..<entries { sound["k\(number)"] = try index.entry(for: key("k\(number)"))?.seal }
      index.close()
      _ = try shell(original, "PRAGMA wal_checkpoint(TRUNCATE)")
      let bytes = try #require(FileManager.default.contents(atPath: original))
      for page in 0..<bytes.count / 4096 {
        let file = path + "/\(page).sqlite"
        var damaged = bytes
        damaged.replaceSubrange(page * 4096..<(page + 1) * 4096, with: repeatElement(0xA5, count: 4096))
        try damaged.write(to: URL(filePath: file))
        try body(page + 1, file, sound)
        for name in try FileManager.default.contentsOfDirectory(atPath: path) where name.hasPrefix("\(page).") {
          try FileManager.default.removeItem(atPath: path + "/" + name)
        }
      }
    }
  }

  @Test("whichever page is destroyed, what is on the others is saved, and nothing that was removed comes back")
  func anyPage() async throws {
    var saved: [Int64] = []
    try await Self.withEachPage(entries: 160) { page, file, sound in
      let (result, index) = try Self.rescue(file)
      for (name, seal) in sound {
        if let entry = try index.entry(for: key(name)) { #expect(entry.seal == seal) }
      }
      for number in 0..<20 { #expect(try index.entry(for: key("k\(number)")) == nil, "page \(page)") }
      #expect(try index.check(quick: false) == [], "page \(page)")
      #expect(try index.totals() == index.countTotals().counted, "page \(page)")
      #expect(result.entries + result.lostEntries <= 140)
      saved.append(result.entries)
    }
    print("entries saved of 140, by destroyed page: \(saved)")
    // Every page holds some of the rows, and a root none: its leaves are found without it.
    #expect(saved.allSatisfy { $0 >= 60 })
    #expect(saved.filter { $0 == 140 }.count >= saved.count / 3)
  }

  struct Row: Sendable, CustomStringConvertible {
    var description: String
    var change: String
    var lostEntries: Int64
  }

  @Test(
    "an altered row is not saved, and neither is what needs it",
    arguments: [
      Row(description: "an entry's size", change: "UPDATE entries SET size = 8 WHERE id = 1", lostEntries: 1),
      Row(description: "an entry's key", change: "UPDATE entries SET key = x'00' WHERE id = 1", lostEntries: 1),
      Row(description: "a document", change: "UPDATE entries SET document = x'00' WHERE id = 1", lostEntries: 1),
      Row(description: "an entry's blob", change: "UPDATE entries SET blob = 2 WHERE id = 1", lostEntries: 1),
      Row(description: "a blob's size", change: "UPDATE blobs SET size = 1 WHERE id = 1", lostEntries: 1),
      Row(description: "inline bytes", change: "UPDATE blobs SET data = x'00' WHERE id = 1", lostEntries: 1),
      Row(description: "a blob's state", change: "UPDATE blobs SET state = 'zombie' WHERE id = 1", lostEntries: 1),
      Row(description: "a type", change: "UPDATE blobs SET domain = 7 WHERE id = 1", lostEntries: 1),
      Row(
        description: "an impossible id",
        change: "UPDATE entries SET blob = -5 WHERE id = 1; UPDATE blobs SET id = -5 WHERE id = 1", lostEntries: 1),
      Row(
        description: "a shared file of trees",
        change: "UPDATE blobs SET size = 1 WHERE content_digest = x'\(digest("shared").hex)'", lostEntries: 10),
      Row(
        description: "no floor, scores that are none",
        change: "UPDATE meta SET floor = 9e999; UPDATE entries SET score = -9e999", lostEntries: 0),
      Row(description: "negative uses", change: "UPDATE entries SET uses = -1", lostEntries: 0),
      Row(description: "no row meta", change: "DELETE FROM meta", lostEntries: 0),
    ])
  func altered(_ given: Row) async throws {
    try await withScratch { path in
      let file = path + "/index.sqlite"
      let index = try SQLiteIndex.create(at: file, identity: .sample)
      try Self.fill(index, entries: 40)
      index.close()
      try alterLoosely(file, given.change)
      let (result, new) = try Self.rescue(file)
      #expect(result.lostEntries == given.lostEntries, "\(result)")
      #expect(result.entries == 40 - given.lostEntries)
      #expect(try recounted(file + ".new") == nil)
      for entry in try new.entries(after: nil, through: nil, limit: 100, withDocuments: true) {
        #expect(entry.use.score >= 0 && entry.use.score.isFinite && entry.use.uses > 0)
        #expect(sealer.verifies(entry.record, entry.seal))
      }
      try new.open(.other)
      #expect(try new.commit(.put("new", .inline("new"), session: .other)).word == "committed, 0 surplus, 0 condemned")
    }
  }

  @Test("an edge that only one tree of the store has costs the tree of files that it belongs to, no other")
  func edges() async throws {
    try await withScratch { path in
      let file = path + "/index.sqlite"
      let index = try SQLiteIndex.create(at: file, identity: .sample)
      try Self.fill(index, entries: 40)
      let blob = try #require(try index.entry(for: key("k3"))?.blob)
      index.close()
      // The row of the index by children stays behind.
      _ = try shell(
        file,
        """
        PRAGMA writable_schema = ON;
        CREATE TABLE kept AS SELECT * FROM sqlite_schema WHERE name = 'edges_child';
        DELETE FROM sqlite_schema WHERE name = 'edges_child';
        PRAGMA writable_schema = RESET;
        DELETE FROM edges WHERE parent = \(blob.id.rawValue) AND child = (SELECT max(child) FROM edges WHERE parent = \(blob.id.rawValue));
        PRAGMA writable_schema = ON;
        INSERT INTO sqlite_schema SELECT * FROM kept;
        PRAGMA writable_schema = RESET;
        """)
      let (result, new) = try Self.rescue(file)
      #expect(result.lostEntries == 1)
      #expect(try new.entry(for: key("k3")) == nil)
      #expect(try new.entry(for: key("k7")) != nil)
      #expect(try recounted(file + ".new") == nil)
    }
  }

  @Test("of what is no index nothing is saved, and the new one is good to use", arguments: [0, 1, 100, 5000, 70_000])
  func garbage(size: Int) async throws {
    try await withScratch { path in
      let file = path + "/index.sqlite"
      var generator = SplitMix(seed: UInt64(size))
      try Data((0..<size).map { _ in UInt8.random(in: 0...255, using: &generator) }).write(to: URL(filePath: file))
      let (result, new) = try Self.rescue(file)
      #expect(result.entries == 0 && result.blobs == 0 && result.unreadable > 0)
      try new.open(.sample)
      #expect(try new.commit(.put("k", .inline("v"))).word == "committed, 0 surplus, 0 condemned")
      #expect(try recounted(file + ".new") == nil)
    }
  }

  @Test("an index of a later format is not touched, one that is not there is told")
  func refused() async throws {
    try await withScratch { path in
      let file = path + "/index.sqlite"
      let missing = #expect(throws: IndexError.self) { _ = try Self.rescue(file) }
      #expect(missing?.code == .missing)
      try SQLiteIndex.create(at: file, identity: .sample).close()
      _ = try shell(file, "PRAGMA user_version = 2")
      let later = #expect(throws: IndexError.self) { _ = try Self.rescue(file) }
      #expect(later?.code == .foreign)
      #expect(try FileManager.default.contentsOfDirectory(atPath: path).allSatisfy { !$0.contains(".new") })
    }
  }

  @Test("a rescue that was killed before is begun anew")
  func leftovers() async throws {
    try await withScratch { path in
      let file = path + "/index.sqlite"
      let index = try SQLiteIndex.create(at: file, identity: .sample)
      try Self.fill(index, entries: 10)
      for suffix in ["", "-wal", "-shm", "-journal", ".damaged", ".damaged-wal"] {
        try Data("left".utf8).write(to: URL(filePath: file + ".new" + suffix))
      }
      let (result, _) = try Self.rescue(file)
      #expect(result.entries == 10)
    }
  }
}

extension RescueTests {
  @Test(
    "a table that was dropped costs what it held, also while everything is still in the log",
    arguments: [true, false], ["edges", "tombstones", "removals", "sweeps", "statistics", "sessions"])
  func droppedTable(withLog: Bool, _ table: String) async throws {
    try await withScratch { path in
      let file = path + "/index.sqlite"
      let index = try SQLiteIndex.create(at: file, identity: .sample)
      try Self.fill(index, entries: 40)
      _ = try index.remove(EntryRemoval(keys: [key("k0")], time: time(8000)))
      if !withLog { index.shortenLog() }
      // The open index keeps the shell from copying the log.
      _ = try shell(file, "DROP TABLE \(table)")
      if !withLog { index.shortenLog() }
      #expect(logHolds(file) == withLog)
      let (result, new) = try Self.rescue(file)
      // Without its edges nobody can tell whether a tree of files is whole.
      let lost: Int64 = table == "edges" ? 10 : 0
      #expect(result.entries == 39 - lost && result.lostEntries == lost, "\(result)")
      #expect(try new.entry(for: key("k0")) == nil)
      #expect(try new.check(quick: false) == [])
      #expect(try recounted(new.path) == nil)
      index.close()
    }
  }

  @Test("a dropped tree costs nothing", arguments: ["entries_key", "blobs_content", "edges_child", "tombstones_key"])
  func droppedTree(_ tree: String) async throws {
    try await withScratch { path in
      let file = path + "/index.sqlite"
      let index = try SQLiteIndex.create(at: file, identity: .sample)
      try Self.fill(index, entries: 40)
      index.close()
      _ = try shell(file, "DROP INDEX \(tree)")
      let (result, new) = try Self.rescue(file)
      #expect(result.entries == 40, "\(result)")
      #expect(try new.check(quick: false) == [])
      #expect(try recounted(new.path) == nil)
    }
  }

  @Test("of an index whose file was emptied everything is saved that its log holds")
  func logAlone() async throws {
    try await withScratch { path in
      let file = path + "/index.sqlite"
      let index = try SQLiteIndex.create(at: file, identity: .sample)
      try Self.fill(index, entries: 40)
      try Data().write(to: URL(filePath: file))
      let (result, new) = try Self.rescue(file)
      #expect(result.entries == 40, "\(result)")
      #expect(try new.check(quick: false) == [])
      index.close()
    }
  }

  @Test("of a pipe nothing is read, and nobody waits for it", arguments: ["", "-wal"])
  func pipe(suffix: String) async throws {
    try await withScratch { path in
      let file = path + "/index.sqlite"
      if suffix != "" {
        let index = try SQLiteIndex.create(at: file, identity: .sample)
        try Self.fill(index, entries: 40)
        index.shortenLog()
        index.close()
        try FileManager.default.removeItem(atPath: file + suffix)
      }
      try #require(mkfifo(file + suffix, 0o600) == 0)
      let (result, new) = try Self.rescue(file)
      #expect(result.entries == (suffix == "" ? 0 : 40), "\(result)")
      #expect(try new.check(quick: false) == [])
    }
  }

  private func logHolds(_ file: String) -> Bool {
    (FileManager.default.contents(atPath: file + "-wal") ?? Data()).prefix(3) == Data([0x37, 0x7f, 0x06])
  }

  @Test("a tree whose pages lead round in a circle ends, gives each row once, and keeps what it no longer leads to")
  func circle() async throws {
    try await withScratch { path in
      let file = path + "/index.sqlite"
      let index = try SQLiteIndex.create(at: file, identity: .sample)
      try Self.fill(index, entries: 300)
      index.close()
      _ = try shell(file, "PRAGMA wal_checkpoint(TRUNCATE)")
      let root = try #require(UInt64(try shell(file, "SELECT rootpage FROM sqlite_schema WHERE name = 'entries'")))
      var bytes = try #require(FileManager.default.contents(atPath: file))
      let page = Int(root - 1) * 4096
      #expect(bytes[page] == 5, "the root is above leaves")
      // Every cell leads to the page of the first one.
      let cells = Int(bytes[page + 3]) << 8 | Int(bytes[page + 4])
      let first = page + (Int(bytes[page + 12]) << 8 | Int(bytes[page + 13]))
      for number in 1..<cells {
        let place = page + (Int(bytes[page + 12 + number * 2]) << 8 | Int(bytes[page + 13 + number * 2]))
        for offset in 0..<4 { bytes[place + offset] = bytes[first + offset] }
      }
      for offset in 0..<4 { bytes[page + 8 + offset] = bytes[first + offset] }
      try bytes.write(to: URL(filePath: file))
      let (result, new) = try Self.rescue(file)
      #expect(result.entries == 300 && result.lostEntries == 0 && result.unreadable > 0, "\(result)")
      #expect(try new.check(quick: false) == [])
    }
  }
}
