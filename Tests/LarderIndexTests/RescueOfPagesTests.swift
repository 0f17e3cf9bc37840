import Foundation
import LarderCrypto
import LarderFormat
import LarderIndex
import LarderSystem
import LarderTesting
import Testing

/// An index whose pages were damaged: a row is saved wherever it lies on a page that is in use, and from nowhere else.
@Suite("Rescue of pages") struct RescueOfPagesTests {
  static let entries: Int64 = 300

  /// What the manifests of all trees name, by their content digests.
  static var files: [Digest: [Digest]] {
    Dictionary(
      uniqueKeysWithValues: (0..<Int(entries)).filter { $0 % 4 == 3 }.map { number in
        (digest("m\(number)"), ["c\(number)", "c\(number % 7)", "shared"].map(digest))
      })
  }

  /// Calls `body` with an index whose log was copied into its file.
  func withFile(_ body: (String) throws -> Void) async throws {
    try await withScratch { path in
      let file = path + "/index.sqlite"
      let index = try SQLiteIndex.create(at: file, identity: .sample)
      try RescueTests.fill(index, entries: Int(Self.entries))
      index.close()
      _ = try shell(file, "PRAGMA wal_checkpoint(TRUNCATE)")
      try body(file)
    }
  }

  func root(_ name: String, _ file: String) throws -> Int {
    try #require(Int(try shell(file, "SELECT rootpage FROM sqlite_schema WHERE name = '\(name)'")))
  }

  func leaves(_ name: String, _ file: String) throws -> [Int] {
    try shell(file, "SELECT pageno FROM dbstat WHERE name = '\(name)' AND pagetype = 'leaf' ORDER BY path").split(
      separator: "\n"
    ).compactMap { Int($0) }
  }

  func bytes(_ file: String) throws -> Data { try #require(FileManager.default.contents(atPath: file)) }

  func page(_ number: Int) -> Range<Int> { (number - 1) * 4096..<number * 4096 }

  @Test("two leaves that were swapped cost nothing", arguments: ["blobs", "entries"], [0, 3])
  func swapped(_ table: String, _ place: Int) async throws {
    try await withFile { file in
      let leaves = try leaves(table, file)
      let (first, second) = (page(leaves[place]), page(leaves[leaves.count - 2]))
      let sound = try bytes(file)
      var damaged = sound
      damaged.replaceSubrange(first, with: sound[second])
      damaged.replaceSubrange(second, with: sound[first])
      try damaged.write(to: URL(filePath: file))
      let (result, new) = try RescueTests.rescue(file)
      #expect(result.entries == Self.entries && result.lostEntries == 0 && result.unreadable == 0, "\(result)")
      #expect(try recounted(new.path) == nil)
    }
  }

  @Test("leaves of two tables that were swapped cost nothing")
  func swappedAcross() async throws {
    try await withFile { file in
      let (first, second) = (page(try leaves("blobs", file)[1]), page(try leaves("entries", file)[1]))
      let sound = try bytes(file)
      var damaged = sound
      damaged.replaceSubrange(first, with: sound[second])
      damaged.replaceSubrange(second, with: sound[first])
      try damaged.write(to: URL(filePath: file))
      let (result, _) = try RescueTests.rescue(file)
      #expect(result.entries == Self.entries, "\(result)")
    }
  }

  @Test("whichever bit of a root is flipped, nothing is lost", arguments: ["blobs", "entries", "edges"])
  func root(_ table: String) async throws {
    try await withFile { file in
      let sound = try bytes(file)
      let start = (try root(table, file) - 1) * 4096
      let files = Self.files
      for bit in stride(from: 3, to: 8 * 24, by: 9) {
        var damaged = sound
        damaged[start + bit / 8] ^= 1 << UInt8(bit % 8)
        try damaged.write(to: URL(filePath: file))
        let result = try SQLiteIndex.rescue(
          damagedAt: file, into: file + ".new", identity: RescueTests.renewed, sealer: sealer,
          files: { files[$0.record.form.contentDigest] })
        #expect(result.entries == Self.entries, "bit \(bit): \(result)")
      }
    }
  }

  @Test("what lies on free pages was removed, and does not come back, whether or not they can be told from others")
  func free() async throws {
    try await withFile { file in
      // As an eviction removes rows where SQLite does not overwrite what it frees, and everybody has forgotten it since.
      _ = try shell(file, "PRAGMA secure_delete = OFF; DELETE FROM entries WHERE id > 100")
      #expect(try bytes(file).firstRange(of: Data("document k290".utf8)) != nil, "it is still to be seen")
      let sound = try bytes(file)
      let entries = page(try root("entries", file))
      var damaged = sound
      damaged.replaceSubrange(entries, with: repeatElement(0, count: 4096))
      try damaged.write(to: URL(filePath: file))
      let (result, new) = try RescueTests.rescue(file)
      #expect(result.entries == 100, "\(result)")
      #expect(try new.entry(for: key("k290")) == nil)

      // With another number of free pages in the header nobody knows which they are.
      damaged[39] ^= 1
      try damaged.write(to: URL(filePath: file))
      let (second, _) = try RescueTests.rescue(file)
      #expect(second.entries == 0 && second.unreadable > 0, "\(second)")
      // What a tree leads to counts even so.
      damaged.replaceSubrange(entries, with: sound[entries])
      try damaged.write(to: URL(filePath: file))
      #expect(try RescueTests.rescue(file).0.entries == 100)
    }
  }

  @Test("a count of rows that is too high brings nothing back")
  func count() async throws {
    try await withFile { file in
      let leaf = try #require(try leaves("entries", file).last)
      let number = try #require(Int(try shell(file, "SELECT max(id) FROM entries")))
      _ = try shell(file, "PRAGMA secure_delete = OFF; DELETE FROM entries WHERE id >= \(number - 1)")
      var damaged = try bytes(file)
      #expect(damaged.firstRange(of: Data("document k299".utf8)) != nil, "it is still to be seen")
      damaged[(leaf - 1) * 4096 + 4] += 2
      try damaged.write(to: URL(filePath: file))
      let (result, new) = try RescueTests.rescue(file)
      #expect(result.entries == Self.entries - 2 && result.unreadable > 0, "\(result)")
      #expect(try new.entry(for: key("k299")) == nil)
    }
  }

  @Test("a table of somebody else is not read, even if it has the same columns")
  func strange() async throws {
    try await withFile { file in
      let schema = try shell(file, "SELECT sql FROM sqlite_schema WHERE name = 'entries'")
      _ = try shell(
        file,
        schema.replacing("TABLE entries", with: "TABLE backup")
          + "; INSERT INTO backup SELECT * FROM entries; DELETE FROM entries WHERE id > 250")
      let (result, _) = try RescueTests.rescue(file)
      #expect(result.entries == 250, "\(result)")
    }
  }

  @Test("long rows are followed through their pages, and one that leads elsewhere is lost alone")
  func overflow() async throws {
    try await withScratch { path in
      let file = path + "/index.sqlite"
      let index = try SQLiteIndex.create(at: file, identity: .sample)
      try index.open(.sample)
      for number in 0..<40 {
        let content = String(repeating: "\(number) ", count: number * 800)
        _ = try index.commit(.put("k\(number)", .inline(content.isEmpty ? "none" : content)))
      }
      index.close()
      _ = try shell(file, "PRAGMA wal_checkpoint(TRUNCATE)")
      #expect(try RescueTests.rescue(file).0.entries == 40)
      let overflow = try #require(
        Int(
          try shell(
            file,
            "SELECT pageno FROM dbstat WHERE name = 'blobs' AND pagetype = 'overflow' ORDER BY path DESC LIMIT 1")))
      var damaged = try bytes(file)
      damaged.replaceSubrange(page(overflow).prefix(4), with: [0, 0, 0, 1])
      try damaged.write(to: URL(filePath: file))
      let (result, _) = try RescueTests.rescue(file)
      #expect(result.entries >= 39, "\(result)")
    }
  }

  @Test("a tree of files whose edges are lost is saved where its manifest names files that are there")
  func manifests() async throws {
    try await withFile { file in
      _ = try shell(file, "DROP TABLE edges; DELETE FROM blobs WHERE content_digest = x'\(digest("c7").hex)'")
      let names = Self.files
      let result = try SQLiteIndex.rescue(
        damagedAt: file, into: file + ".new", identity: RescueTests.renewed, sealer: sealer,
        files: { blob in
          // One manifest cannot be read.
          blob.record.form.contentDigest == digest("m11") ? nil : names[blob.record.form.contentDigest]
        })
      let new = try SQLiteIndex.open(at: file + ".new")
      #expect(result.entries == Self.entries - 2 && result.lostEntries == 2, "\(result)")
      #expect(try new.entry(for: key("k7")) == nil && new.entry(for: key("k11")) == nil)
      let blob = try #require(try new.entry(for: key("k15"))?.blob)
      #expect(
        try Set(new.children(of: blob.id).map(\.record.form.contentDigest)) == Set(["c15", "c1", "shared"].map(digest)))
      #expect(try new.check(quick: false) == [])
      #expect(try recounted(new.path) == nil)
    }
  }

  @Test("edges that somebody added cost no tree of files, and are not saved where its manifest does not name them")
  func falseEdges() async throws {
    try await withFile { file in
      let (manifest, other) = (digest("m3").hex, digest("v2").hex)
      _ = try shell(
        file,
        """
        INSERT INTO edges SELECT id, 9999 FROM blobs WHERE content_digest = x'\(manifest)';
        INSERT INTO edges SELECT id, 1 FROM blobs WHERE content_digest = x'\(other)'
        """)
      let result = try SQLiteIndex.rescue(
        damagedAt: file, into: file + ".new", identity: RescueTests.renewed, sealer: sealer,
        files: { _ in ["c3", "shared"].map(digest) })
      let new = try SQLiteIndex.open(at: file + ".new")
      #expect(result.entries == Self.entries, "\(result)")
      let blob = try #require(try new.entry(for: key("k3"))?.blob)
      #expect(try Set(new.children(of: blob.id).map(\.record.form.contentDigest)) == Set(["c3", "shared"].map(digest)))
      #expect(try shell(new.path, "SELECT count(*) FROM edges WHERE child = 1") == "0")
    }
  }
}
