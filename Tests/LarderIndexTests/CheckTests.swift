import LarderCrypto
import LarderFormat
import LarderIndex
import LarderSystem
import LarderTesting
import Testing

@Suite("Self-check") struct CheckTests {
  @Test("a sound index has no faults", arguments: [true, false])
  func sound(quick: Bool) async throws {
    try await withIndex { index in
      #expect(try index.check(quick: quick) == [])
      _ = try index.commit(.put("t", .file("m", number: 1), children: [.file("x", number: 2)]))
      _ = try index.commit(.put("i", .inline("v")))
      _ = try index.remove(EntryRemoval(keys: [key("t")], time: time(1)))
      #expect(try index.check(quick: quick) == [])
    }
  }

  struct Fault: Sendable, CustomStringConvertible {
    var description: String
    var change: String
    var says: String
  }

  @Test(
    "what is at odds is named",
    arguments: [
      Fault(description: "a dropped table", change: "DROP TABLE sweeps", says: "its table 'sweeps' is missing"),
      Fault(
        description: "a dropped tree", change: "DROP INDEX entries_score", says: "its tree 'entries_score' is missing"),
      Fault(
        description: "a dropped column", change: "ALTER TABLE entries DROP COLUMN tags",
        says: "its table 'entries' is not that of format 1"),
      Fault(
        description: "another tree under the name of one",
        change: "DROP INDEX edges_child; CREATE INDEX edges_child ON edges (parent)",
        says: "its tree 'edges_child' is not that of format 1"),
      Fault(
        description: "a blob number too high", change: "UPDATE meta SET last_blob = 1", says: "the blob 3 has a number"),
      Fault(
        description: "a blob number beyond all", change: "UPDATE meta SET last_blob = 9223372036854775807",
        says: "the number of the last blob, 9223372036854775807, cannot be"),
      Fault(
        description: "a removal number too high", change: "INSERT INTO removals VALUES (9, 0, '{}')",
        says: "the removal 9 has a number"),
      Fault(description: "no row in meta", change: "DELETE FROM meta", says: "0 rows in place of one"),
      Fault(
        description: "a value of another type", change: "UPDATE entries SET size = 'x' WHERE id = 1",
        says: "entries.size"),
    ])
  func faults(_ given: Fault) async throws {
    try await withScratch { path in
      let index = try SQLiteIndex.create(at: path + "/index.sqlite", identity: .sample)
      try index.open(.sample)
      _ = try index.commit(.put("t", .file("m", number: 1), children: [.file("x", number: 2)]))
      _ = try index.commit(.put("i", .inline("v")))
      let reader = try SQLiteIndex.open(at: index.path)
      try alterLoosely(index.path, given.change)
      let faults = try reader.check(quick: true)
      #expect(faults.count == 1 && faults[0].contains(given.says), "\(faults)")
    }
  }

  @Test("what a sweep finds in the rows, and mends itself, is no fault of the store")
  func sweepsBusiness() async throws {
    try await withScratch { path in
      let index = try SQLiteIndex.create(at: path + "/index.sqlite", identity: .sample)
      try index.open(.sample)
      _ = try index.commit(.put("t", .file("m", number: 1), children: [.file("x", number: 2)]))
      _ = try index.commit(.put("i", .inline("v")))
      // An entry that nobody can look up, a file of a tree that has lost its row, and edges that nobody made.
      _ = try shell(
        index.path,
        """
        UPDATE entries SET key = x'00' WHERE id = 2; DELETE FROM blobs WHERE id = 1;
        INSERT INTO edges VALUES (77, 1), (3, 78)
        """)
      #expect(try index.check(quick: false) == [])
    }
  }

  @Test("comments and spaces of the tables may be others, and further tables do not matter")
  func words() async throws {
    try await withScratch { path in
      let file = path + "/index.sqlite"
      let index = try SQLiteIndex.create(at: file, identity: .sample)
      try index.open(.sample)
      _ = try index.commit(.put("i", .inline("v")))
      index.close()
      _ = try shell(
        file,
        """
        PRAGMA writable_schema = ON;
        UPDATE sqlite_schema SET sql = replace(replace(sql, '-- how many there are', '--  the number'), '  blobs', '    blobs');
        PRAGMA writable_schema = RESET;
        CREATE TABLE notes (text); CREATE INDEX entries_tier ON entries (tier);
        """)
      let again = try SQLiteIndex.open(at: file)
      #expect(try again.check(quick: false) == [])
      #expect(try again.entry(for: key("i")) != nil)
    }
  }

  @Test("no more than 100 faults are listed")
  func bounded() async throws {
    try await withScratch { path in
      let index = try SQLiteIndex.create(at: path + "/index.sqlite", identity: .sample)
      try alterLoosely(
        index.path,
        "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 500) INSERT INTO sweeps SELECT i, 'x' FROM n"
      )
      #expect(try index.check(quick: true).count == 100)
    }
  }

  @Test("totals are counted beside what is kept, and set right, also where sums leave 64 bits")
  func totals() async throws {
    try await withScratch { path in
      let index = try SQLiteIndex.create(at: path + "/index.sqlite", identity: .sample)
      try index.open(.sample)
      for number in 0..<5 { _ = try index.commit(.put("\(number)", .file("v\(number)", number: UInt64(number)))) }
      let right = try index.totals()
      #expect(try index.countTotals() == (right, right))
      _ = try shell(index.path, "UPDATE meta SET entries = 77, blobs = -1, stored_bytes = 0, last_blob = 0")
      let (recorded, counted) = try index.countTotals()
      #expect(recorded.entries == 77 && counted == right)
      try index.correctTotals()
      #expect(try index.totals() == right)
      #expect(try recounted(index.path) == nil)
      _ = try index.commit(.put("new", .inline("v")))
      #expect(try index.highestBlob() == BlobID(rawValue: 6))

      _ = try shell(index.path, "UPDATE blobs SET size = 9223372036854775807, stored_size = 9223372036854775807")
      try index.correctTotals()
      #expect(try index.totals() == index.countTotals().counted)
      _ = try index.remove(EntryRemoval(keys: (0..<5).map { key("\($0)") } + [key("new")], time: time(1)))
      #expect(try index.totals() == IndexTotals())
    }
  }
}
