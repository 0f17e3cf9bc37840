import LarderCrypto
import LarderFormat
import LarderIndex
import LarderSystem
import Testing

@Suite("Reading and recording") struct ReadingTests {
  @Test("several keys come back in the order asked for, the missing ones as nothing")
  func several() async throws {
    try await withIndex { index in
      _ = try index.commit(.put("a", .inline("1")))
      _ = try index.commit(.put("b", .inline("2")))
      let found = try index.entries(for: [key("b"), key("?"), key("a"), key("b")])
      #expect(found.map { $0?.record.key } == [key("b"), nil, key("a"), key("b")])
      #expect(try index.entries(for: []) == [])
    }
  }

  @Test("pages of entries give each of them once, in key order, without documents and bytes")
  func pages() async throws {
    try await withIndex { index in
      for number in 0..<25 { _ = try index.commit(.put("\(number)", .inline("v\(number)"))) }
      var last: ArtifactKey?
      var keys: [String] = []
      while true {
        let page = try index.entries(after: last, limit: 10)
        if page.isEmpty { break }
        #expect(page.allSatisfy { $0.record.document.isEmpty && $0.record.detail.isEmpty })
        #expect(page.allSatisfy { $0.blob?.record.place == .inline([]) })
        keys += page.map(\.record.key.description)
        last = page.last?.record.key
      }
      #expect(keys == (0..<25).map { key("\($0)").description }.sorted())
      #expect(try index.entries(after: nil, limit: 0) == [])
    }
  }

  @Test("the first and the last possible key are found by page and prefix")
  func edgeKeys() async throws {
    try await withIndex { index in
      for byte in [UInt8(0), 255] {
        var commit = EntryCommit.put("k", .inline("v"))
        commit.entry.key = ArtifactKey(try #require(Digest([UInt8](repeating: byte, count: 32))))
        _ = try index.commit(commit)
      }
      #expect(try index.entries(after: nil, limit: 9).count == 2)
      #expect(try index.keys(withPrefix: String(repeating: "f", count: 64), limit: 9).count == 1)
      #expect(try index.keys(withPrefix: "0", limit: 9).count == 1)
    }
  }

  @Test("keys are found by the digits that they begin with")
  func prefixes() async throws {
    try await withIndex { index in
      for number in 0..<300 { _ = try index.commit(.put("\(number)", .inline("v"))) }
      let all = (0..<300).map { key("\($0)").description }.sorted()
      #expect(try index.keys(withPrefix: "", limit: 1000).map(\.description) == all)
      for prefix in ["0", "a", "f", "3c", "abc", all[7], String(all[7].dropLast())] {
        #expect(
          try index.keys(withPrefix: prefix, limit: 1000).map(\.description) == all.filter { $0.hasPrefix(prefix) })
      }
      #expect(try index.keys(withPrefix: all[7].uppercased(), limit: 9).map(\.description) == [all[7]])
      #expect(try index.keys(withPrefix: "", limit: 2).count == 2)
      for nonsense in ["x", "0x", "é", " 0", all[7] + "0"] {
        #expect(try index.keys(withPrefix: nonsense, limit: 9) == [])
      }
    }
  }

  @Test("a miss is explained by what is known of its function")
  func absence() async throws {
    try await withIndex { index in
      _ = try index.commit(.put("a", .inline("v"), function: "f", version: "1"))
      func seen(_ namespace: String, _ function: String, _ version: String) throws -> [Bool] {
        let absence = try index.absence(of: key("?"), namespace: namespace, function: function, version: version)
        #expect(absence.tombstone == nil)
        return [absence.functionSeen, absence.versionSeen]
      }
      #expect(try seen("n", "f", "1") == [true, true])
      #expect(try seen("n", "f", "2") == [true, false])
      #expect(try seen("n", "g", "1") == [false, false])
      #expect(try seen("m", "f", "1") == [false, false])
      _ = try index.evict(toBytes: 0, entries: 0, batch: 9, at: time(1))
      #expect(try seen("n", "f", "1") == [true, true], "tombstones count as well")
    }
  }

  @Test("uses raise the score, and never take the last use back")
  func uses() async throws {
    try await withIndex { index in
      _ = try index.commit(.put("a", .file("v", number: 1, size: 100), created: 10, cost: 5_000_000))
      try index.record(
        [
          UseRecord(key: key("a"), count: 2, last: time(50)), UseRecord(key: key("?"), count: 2, last: time(50)),
          UseRecord(key: key("a"), count: 1, last: time(40)),
        ], [])
      let use = try #require(try index.entry(for: key("a"))?.use)
      #expect(use == EntryUse(uses: 4, last: time(50), score: 4 * 5_000_000 / 100))
      try index.record([UseRecord(key: key("a"), count: .max, last: time(60))], [])
      #expect(try index.entry(for: key("a"))?.use.uses == .max)
    }
  }

  @Test("counters add up by day, function and name")
  func statistics() async throws {
    try await withIndex { index in
      func hits(_ day: Int64, _ function: String, _ value: Int64) -> Statistic {
        Statistic(day: day, namespace: "n", function: function, name: "hits", value: value)
      }
      try index.record([], [hits(2, "f", 3), hits(1, "f", 1), hits(2, "g", 5), hits(2, "f", 4)])
      try index.record([], [hits(2, "f", 10)])
      try index.record([], [])
      #expect(try index.statistics(since: 2) == [hits(2, "f", 17), hits(2, "g", 5)])
      #expect(try index.statistics(since: .min) == [hits(1, "f", 1), hits(2, "f", 17), hits(2, "g", 5)])
      #expect(try index.statistics(since: 3) == [])
    }
  }

  @Test("sessions come and go; a dead one stays on record")
  func sessions() async throws {
    try await withIndex { index in
      try index.open(.other)
      #expect(try index.sessions() == [.sample, .other])
      try index.fence(.other)
      var dead = SessionRecord.other
      dead.state = .dead
      #expect(try index.sessions() == [.sample, dead])
      #expect(try index.commit(.put("k", .inline("v"), session: .other)).word == "refused: sessionClosed")
      try index.close(.other)
      #expect(try index.sessions() == [.sample, dead])
      try index.close(.sample)
      #expect(try index.sessions() == [dead])
      try index.fence(.sample)
      #expect(try index.sessions() == [dead], "an absent one is not open anyway")
      #expect(throws: IndexError.self) { try index.open(.other) }
    }
  }

  @Test("a barrier marks the files of its session up to where they were synced, and no others")
  func markDurable() async throws {
    try await withIndex { index in
      try index.open(.other)
      _ = try index.commit(.put("1", .file("1", number: 1)))
      _ = try index.commit(.put("2", .file("2", number: 1, session: .other), session: .other))
      _ = try index.commit(.put("3", .file("3", number: 2)))
      let mark = try index.highestBlob()
      _ = try index.commit(.put("4", .file("4", number: 3)))
      let durable = "SELECT group_concat(durable) FROM blobs"
      try index.markDurable([.sample], upTo: mark, and: [])
      #expect(try shell(index.path, durable) == "1,0,1,0")
      try index.markDurable([.sample], upTo: try index.highestBlob(), and: [])
      #expect(try shell(index.path, durable) == "1,0,1,1")
      // Another process can do it for a session that it has not opened.
      let stranger = try SQLiteIndex.open(at: index.path)
      try stranger.markDurable([.other], upTo: mark, and: [])
      #expect(try shell(index.path, durable) == "1,1,1,1")
      #expect(try shell(index.path, "SELECT barriers FROM meta") == "3")
      #expect(try index.entry(for: key("2"))?.blob?.record.durable == true)
    }
  }

  @Test("tags come back as they went, and text that is no array stands for itself")
  func tags() async throws {
    try await withIndex { index in
      _ = try index.commit(.put("k", .inline("v")))
      func tags(_ text: String) throws -> [String]? {
        _ = try shell(index.path, "UPDATE entries SET tags = '\(text)'")
        return try index.entry(for: key("k"))?.record.tags
      }
      #expect(try tags(#"["a","b"]"#) == ["a", "b"])
      #expect(try tags(" [ \"a\" ,\n\"b\" ] ") == ["a", "b"])
      #expect(try tags(#"["\u00e9\ud83d\ude42\n\t\r\b\f\/\\\""]"#) == ["é🙂\n\t\r\u{8}\u{c}/\\\""])
      #expect(try tags("[]") == [])
      for broken in ["", "a", "[", "[1]", "[\"a\"", "[\"a\",]", "[\"a\"] x", "[\"\\x\"]", "[\"\\u12\"]", "[\"a", "{}"] {
        #expect(try tags(broken) == [broken])
      }
    }
  }

  @Test("an altered row is read as it is: its seal no longer verifies, and nothing fails")
  func altered() async throws {
    try await withIndex { index in
      _ = try index.commit(.put("k", .file("v", number: 1)))
      let sound = try #require(try index.entry(for: key("k")))
      #expect(sealer.verifies(sound.record, sound.seal))
      for change in [
        "content_digest = x'00'", "content_digest = zeroblob(33)", "namespace = 'm'", "tags = 'x'", "cost = cost + 1",
        "document = x''", "seal = x''",
      ] {
        _ = try shell(index.path, "CREATE TABLE backup AS SELECT * FROM entries; UPDATE entries SET \(change)")
        let entry = try #require(try index.entry(for: key("k")))
        #expect(!sealer.verifies(entry.record, entry.seal), "\(change)")
        _ = try shell(
          index.path, "DELETE FROM entries; INSERT INTO entries SELECT * FROM backup; DROP TABLE backup")
      }
      #expect(try index.entry(for: key("k")) == sound)
    }
  }
}
