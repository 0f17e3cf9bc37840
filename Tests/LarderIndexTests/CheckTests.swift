import LarderCrypto
import LarderFormat
import LarderIndex
import LarderSystem
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
      Fault(
        description: "an edge to nothing", change: "INSERT INTO edges VALUES (1, 77)", says: "the tree 1 has a file 77"),
      Fault(
        description: "a blob number too high", change: "UPDATE meta SET last_blob = 1", says: "the blob 3 has a number"),
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

  @Test("no more than 100 faults are listed")
  func bounded() async throws {
    try await withScratch { path in
      let index = try SQLiteIndex.create(at: path + "/index.sqlite", identity: .sample)
      _ = try shell(
        index.path,
        "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 500) INSERT INTO edges SELECT i, i FROM n"
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
