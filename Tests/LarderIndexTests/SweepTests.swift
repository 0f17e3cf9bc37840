import Foundation
import LarderCrypto
import LarderFormat
import LarderIndex
import LarderSystem
import Testing

@Suite("What a sweep asks") struct SweepTests {
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

  @Test("every blob row is in its shard once, whatever the size of a page", arguments: [1, 2, 7, 1000])
  func shards(page: Int) async throws {
    try await withIndex { index in
      for number in 0..<120 {
        _ = try index.commit(.put("\(number)", .file("v\(number)", number: UInt64(number))))
        if number.isMultiple(of: 4) { _ = try index.commit(.put("i\(number)", .inline("w\(number)"))) }
      }
      let domains = ["", "a", "b", "c"].enumerated().map {
        BlobRecord.file("same", number: 1000 + UInt64($0), domain: $1)
      }
      for record in domains {
        _ = try index.commit(.put("in \(record.domain)", .placed(record, sealer.seal(record))))
      }
      let removed = try index.remove(EntryRemoval(keys: (0..<40).map { key("\($0)") }, time: time(1)))
      #expect(removed.condemned.count == 40)

      let shards = try Self.sweep(index, page: page)
      for (shard, rows) in shards.enumerated() {
        for row in rows {
          let record = try #require(row.row?.record)
          #expect(record.form.contentDigest.withUnsafeBytes { $0[0] } == shard)
          #expect(row.name == record.name)
          #expect(row.isReferenced == (row.state == .live))
          #expect(sealer.verifies(record, try #require(row.row?.seal)))
          if case .inline(let bytes) = record.place { #expect(Int64(bytes.count) == record.form.storedSize) }
        }
      }
      let rows = shards.flatMap { $0 }
      #expect(rows.count == 120 + 30 + 4)
      #expect(Set(rows.map(\.id)).count == rows.count)
      #expect(Set(rows.filter { $0.state == .condemned }.map(\.id)) == Set(removed.condemned.map(\.id)))
    }
  }

  @Test("a page goes on where the last one ended, although its last row is gone by then")
  func resumes() async throws {
    try await withIndex { index in
      for number in 0..<600 { _ = try index.commit(.put("\(number)", .inline("v\(number)"))) }
      var seen = 0
      for shard in UInt8.min...UInt8.max {
        var position: BlobPosition?
        while let row = try index.blobs(inShard: shard, after: position, limit: 1).first {
          position = row.position
          seen += 1
          let owners = try index.dependents(of: row.id, limit: 10)
          #expect(owners.count == 1)
          _ = try index.remove(EntryRemoval(keys: owners, time: time(1)))
        }
      }
      #expect(seen == 600)
    }
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

  struct Altered: Sendable, CustomStringConvertible {
    var description: String
    var change: String
    var state = SweptBlob.State.live
    var hasRow = false
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

  @Test("the row of a file is found by its name, live and condemned, and of no other name")
  func named() async throws {
    try await withIndex { index in
      let record = BlobRecord.file("v", number: .max)
      let name = try #require(record.name)
      #expect(try index.blob(named: name) == nil)
      _ = try index.commit(.put("k", .placed(record, sealer.seal(record))))
      let live = try #require(try index.blob(named: name))
      #expect(live.state == .live && live.name == name && live.row?.record == record && live.isReferenced)
      _ = try index.remove(EntryRemoval(keys: [key("k")], time: time(1)))
      let condemned = try #require(try index.blob(named: name))
      #expect(condemned.state == .condemned && condemned.id == live.id && !condemned.isReferenced)
      for other in [
        BlobName(contentDigest: name.contentDigest, session: name.session, n: 1, encoding: name.encoding),
        BlobName(contentDigest: name.contentDigest, session: 1, n: name.n, encoding: name.encoding),
        BlobName(contentDigest: name.contentDigest, session: name.session, n: name.n, encoding: .raw),
        BlobName(contentDigest: digest("w"), session: name.session, n: name.n, encoding: name.encoding),
      ] { #expect(try index.blob(named: other) == nil) }
      _ = try index.commit(.put("i", .inline("in the row")))
      let inline = BlobName(contentDigest: digest("in the row"), session: 0, n: 0, encoding: .raw)
      #expect(try index.blob(named: inline) == nil)
    }
  }

  @Test("the row of an id is found whatever became of it")
  func byID() async throws {
    try await withIndex { index in
      _ = try index.commit(.put("k", .file("v", number: 1)))
      let blob = try #require(try index.entry(for: key("k"))?.blob)
      #expect(try index.blob(blob.id)?.row == blob)
      #expect(try index.blob(blob.id)?.state == .live)
      _ = try index.remove(EntryRemoval(keys: [key("k")], time: time(1)))
      #expect(try index.blob(blob.id)?.state == .condemned)
      #expect(try index.blob(BlobID(rawValue: 99)) == nil)
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

  @Test("entries come in pages with what their seals cover")
  func entries() async throws {
    try await withIndex { index in
      for number in 0..<25 { _ = try index.commit(.put("\(number)", .inline("v\(number)"))) }
      var keys: [ArtifactKey] = []
      while true {
        let page = try index.entries(after: keys.last, through: nil, limit: 4, withDocuments: true)
        if page.isEmpty { break }
        for entry in page {
          #expect(sealer.verifies(entry.record, entry.seal))
          #expect(entry.blob != nil)
        }
        keys += page.map(\.record.key)
      }
      #expect(Set(keys).count == 25)
      #expect(try index.entries(after: nil, through: nil, limit: 1, withDocuments: false).first?.record.document == [])
      let part = try index.entries(after: keys[3], through: keys[9], limit: 100, withDocuments: true)
      #expect(part.map(\.record.key) == Array(keys[4...9]))
      #expect(try index.entries(after: keys[3], through: keys[3], limit: 100, withDocuments: true) == [])
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

  @Test("what depends on a blob are the entries that refer to it and those of trees that have it as a file")
  func dependents() async throws {
    try await withIndex { index in
      _ = try index.commit(.put("value", .file("shared", number: 1)))
      for tree in ["t1", "t2"] {
        _ = try index.commit(.put(tree, .file("m \(tree)", number: 2), children: [.file("shared", number: 1)]))
      }
      _ = try index.commit(.put("other", .file("other", number: 3)))
      let blob = try #require(try index.entry(for: key("value"))?.blob)
      #expect(Set(try index.dependents(of: blob.id, limit: 10)) == [key("value"), key("t1"), key("t2")])
      #expect(try index.dependents(of: blob.id, limit: 2).count == 2)
      #expect(try index.dependents(of: BlobID(rawValue: 99), limit: 2) == [])
    }
  }

  @Test("a session is forgotten when it is dead, not while it is open")
  func forgetSession() async throws {
    try await withIndex { index in
      try index.open(.other)
      try index.forget(.other)
      #expect(try index.sessions().count == 2)
      try index.fence(.other)
      try index.forget(.other)
      #expect(try index.sessions() == [.sample])
      #expect(try index.commit(.put("k", .file("v", number: 1), session: .other)).word == "refused: sessionClosed")
    }
  }

  @Test("when a portion was verified is remembered, the last time of each")
  func sweeps() async throws {
    try await withIndex { index in
      #expect(try index.sweeps() == [:])
      for (portion, at) in [(0, 5), (256, 6), (255, 7), (0, 8)] {
        try index.recordSweep([portion], at: time(Int64(at)), within: nil)
      }
      #expect(try index.sweeps() == [0: time(8), 255: time(7), 256: time(6)])
    }
  }

  @Test("edges that begin at no tree are found page by page, and go with what they alone keep")
  func falseParents() async throws {
    try await withScratch { path in
      let index = try SQLiteIndex.create(at: path + "/index.sqlite", identity: .sample)
      try index.open(.sample)
      _ = try index.commit(RescueTests.tree("t", "m", ["a", "b"], 10))
      for name in ["plain", "kept"] { _ = try index.commit(.put(name, .file(name, number: UInt64(name.count)))) }
      #expect(try index.falseParents(after: nil, limit: 10) == [])
      let plain = try #require(try index.entry(for: key("plain"))?.blob)
      _ = try shell(
        index.path,
        """
        INSERT INTO edges SELECT \(plain.id.rawValue), id FROM blobs;
        INSERT INTO edges VALUES (700, 1), (700, 2), (800, 1);
        DELETE FROM entries WHERE blob = (SELECT id FROM blobs WHERE content_digest = x'\(digest("kept").hex)');
        UPDATE meta SET entries = entries - 1
        """)
      let expected = [plain.id, BlobID(rawValue: 700), BlobID(rawValue: 800)]
      #expect(try index.falseParents(after: nil, limit: 10) == expected)
      #expect(try index.falseParents(after: nil, limit: 2) == Array(expected.prefix(2)))
      #expect(try index.falseParents(after: expected[1], limit: 2) == [expected[2]])
      var condemned: [String] = []
      for parent in expected {
        condemned += try index.dropFalseEdges(of: parent, but: nil, evidence: "e").condemned.compactMap {
          $0.name?.contentDigest.hex
        }
      }
      #expect(condemned == [digest("kept").hex])
      #expect(try index.falseParents(after: nil, limit: 10) == [])
      // A tree that came in between keeps its edges.
      let tree = try #require(try index.entry(for: key("t"))?.blob)
      _ = try index.dropFalseEdges(of: tree.id, but: nil, evidence: nil)
      #expect(try index.children(of: tree.id).count == 2)
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
