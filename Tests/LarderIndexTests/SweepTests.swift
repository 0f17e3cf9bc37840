import Foundation
import LarderCrypto
import LarderFormat
import LarderIndex
import LarderSystem
import LarderTesting
import Testing

@Suite("What a sweep asks of altered rows") struct SweepTests {
  /// Every row of every shard, read in pages.
  static func sweep(_ index: SQLiteIndex, page: Int) throws -> [[SweptBlob]] {
    try (UInt8.min...UInt8.max).map { shard in
      var rows: [SweptBlob] = []
      while true {
        let more = try index.blobs(inShard: shard, after: rows.last?.position, limit: page)
        #expect(more.count <= page)
        if more.isEmpty { return rows }
        rows += more
      }
    }
  }

  struct Altered: Sendable, CustomStringConvertible {
    var description: String
    var change: String
    var state = SweptBlob.State.live
    var hasRow = false
  }

  @Test("rows that come in another order are damage, so going from page to page comes to an end")
  func disorder() async throws {
    try await withScratch { path in
      let place = path + "/index.sqlite"
      do {
        let index = try SQLiteIndex.create(at: place, identity: .sample)
        try index.open(.sample)
        for number in 0..<100 { _ = try index.commit(.put("\(number)", .inline("v\(number)"))) }
        _ = try index.remove(EntryRemoval(keys: [key("7")], time: time(1)))
        index.close()
      }
      _ = try shell(place, "PRAGMA wal_checkpoint(TRUNCATE)")
      // Rows of another table, with numbers from the beginning, where the highest numbers are looked for.
      let pages = try shell(
        place,
        """
        SELECT max(pageno) FROM dbstat WHERE name = 'blobs' AND pagetype = 'leaf';
        SELECT pageno FROM dbstat WHERE name = 'tombstones' AND path = '/'
        """
      ).split(separator: "\n").compactMap { Int($0) }
      var bytes = try [UInt8](Data(contentsOf: URL(filePath: place)))
      let size = 4096
      for offset in 0..<size { bytes.swapAt((pages[0] - 1) * size + offset, (pages[1] - 1) * size + offset) }
      try Data(bytes).write(to: URL(filePath: place))

      let index = try SQLiteIndex.open(at: place, readOnly: true)
      #expect(throws: IndexError.self) {
        var position: BlobPosition?
        var pages = 0
        while let last = try index.blobs(inShard: 0, after: position, limit: 256).last, pages < 1000 {
          position = last.position
          pages += 1
        }
        #expect(pages < 1000)
      }
    }
  }

  @Test(
    "a row that was altered is seen all the same",
    arguments: [
      Altered(description: "a digest too short", change: "content_digest = x'3f01'"),
      Altered(description: "a digest too long", change: "content_digest = CAST(printf('%99d', 1) AS BLOB)"),
      Altered(description: "an empty digest", change: "content_digest = x''"),
      Altered(description: "a digest of the highest byte", change: "content_digest = x'ff'"),
      Altered(description: "a text for a digest", change: "content_digest = 'text'"),
      Altered(description: "a number for a digest", change: "content_digest = 7"),
      Altered(description: "a stored digest too short", change: "stored_digest = x'00'"),
      Altered(description: "an unknown state", change: "state = 'zombie'", state: .unknown, hasRow: true),
      Altered(description: "a number for a state", change: "state = 1", state: .unknown, hasRow: true),
      Altered(description: "an unknown encoding", change: "encoding = 'rot13'"),
      Altered(description: "a file without a session", change: "session = NULL"),
      Altered(description: "a file without a number", change: "n = NULL"),
      Altered(description: "an unknown place", change: "place = 'elsewhere'"),
      Altered(description: "bytes for a domain", change: "domain = CAST(id AS BLOB)", hasRow: true),
    ])
  func altered(_ given: Altered) async throws {
    try await withScratch { path in
      let index = try SQLiteIndex.create(at: path + "/index.sqlite", identity: .sample)
      try index.open(.sample)
      for number in 0..<9 { _ = try index.commit(.put("\(number)", .file("v\(number)", number: UInt64(number)))) }
      try alterLoosely(
        index.path, "UPDATE blobs SET domain = 'z' WHERE id = 4; UPDATE blobs SET \(given.change) WHERE id IN (3, 4)")
      for page in [1, 100] {
        let rows = try Self.sweep(try SQLiteIndex.open(at: index.path), page: page).flatMap { $0 }
        #expect(rows.map(\.id.rawValue).sorted() == Array(1...9))
        for row in rows where row.id.rawValue == 3 || row.id.rawValue == 4 {
          #expect(row.state == given.state)
          #expect((row.row != nil) == given.hasRow)
          #expect(row.isReferenced)
        }
      }
      let again = try SQLiteIndex.open(at: index.path)
      // What cannot be served can be taken out of use.
      let outcome = try again.withdraw(BlobID(rawValue: 3), reason: .signature, evidence: "why", at: time(9))
      #expect(outcome.removed == [key("2")])
      #expect(try again.entry(for: key("2")) == nil)
      try again.forget(outcome.condemned)
      #expect(try Self.sweep(again, page: 10).flatMap { $0 }.count == 8)
    }
  }

  @Test("an entry comes with all that it refers to: the row of its blob, altered or gone, and the files of its tree")
  func whole() async throws {
    try await withScratch { path in
      let index = try SQLiteIndex.create(at: path + "/index.sqlite", identity: .sample)
      try index.open(.sample)
      _ = try index.commit(
        .put("t", .file("m", number: 1), children: [.file("x", number: 2), .file("y", number: 3)]))
      for name in ["altered", "gone"] { _ = try index.commit(.put(name, .file(name, number: 9))) }
      #expect(try index.sweptEntry(for: key("none")) == nil)
      let tree = try #require(try index.sweptEntry(for: key("t")))
      #expect(Set(tree.files) == [digest("x"), digest("y")] && !tree.hasAlteredBlob)
      #expect(tree.entry.blob != nil)
      try alterLoosely(
        index.path,
        """
        DELETE FROM blobs WHERE content_digest IN (x'\(digest("x").hex)', x'\(digest("gone").hex)');
        UPDATE blobs SET session = NULL WHERE content_digest = x'\(digest("altered").hex)'
        """)
      let again = try SQLiteIndex.open(at: index.path)
      let rest = try #require(try again.sweptEntry(for: key("t")))
      #expect(rest.files == [digest("y")])
      let altered = try #require(try again.sweptEntry(for: key("altered")))
      #expect(altered.entry.blob == nil && altered.hasAlteredBlob)
      let gone = try #require(try again.sweptEntry(for: key("gone")))
      #expect(gone.entry.blob == nil && !gone.hasAlteredBlob)
    }
  }

  @Test("an entry whose key was altered to none stops no pages, is counted and can be dropped")
  func withoutKey() async throws {
    try await withScratch { path in
      let index = try SQLiteIndex.create(at: path + "/index.sqlite", identity: .sample)
      try index.open(.sample)
      for number in 0..<6 { _ = try index.commit(.put("\(number)", .file("v\(number)", number: UInt64(number)))) }
      try alterLoosely(
        index.path, "UPDATE entries SET key = x'ff' WHERE id = 2; UPDATE entries SET key = 'k' WHERE id = 3")
      let again = try SQLiteIndex.open(at: index.path)
      #expect(try again.entries(after: nil, limit: 10).count == 4)
      #expect(try again.entriesWithoutKey() == 2)
      #expect(try again.check(quick: true).filter { $0.contains("has no key") }.isEmpty)
      #expect(try again.dropEntriesWithoutKey(evidence: nil).condemned.count == 2)
      #expect(try again.entriesWithoutKey() == 0)
      #expect(try again.totals() == again.countTotals().counted)
    }
  }

  @Test("of a tree those edges go that its manifest does not name")
  func falseChildren() async throws {
    try await withScratch { path in
      let index = try SQLiteIndex.create(at: path + "/index.sqlite", identity: .sample)
      try index.open(.sample)
      _ = try index.commit(RescueTests.tree("t", "m", ["a", "b"], 10))
      _ = try index.commit(.put("plain", .file("plain", number: 1)))
      _ = try index.commit(.put("other", .file("a", number: 2, domain: "d")))
      let tree = try #require(try index.entry(for: key("t"))?.blob)
      _ = try shell(
        index.path,
        """
        INSERT OR IGNORE INTO edges SELECT \(tree.id.rawValue), id FROM blobs;
        INSERT INTO edges VALUES (\(tree.id.rawValue), 999)
        """)
      let found = try #require(try index.sweptEntry(for: key("t")))
      #expect(found.edges == 6)
      _ = try index.dropFalseEdges(of: tree.id, but: Set(["a", "b"].map(digest)), evidence: nil)
      #expect(try index.children(of: tree.id).map(\.record.form.contentDigest) == ["a", "b"].map(digest))
      #expect(try index.sweptEntry(for: key("t"))?.edges == 2)
      #expect(try recounted(index.path) == nil)
    }
  }
}
