import LarderCrypto
import LarderFormat
import LarderIndex
import LarderSystem
import Testing

@Suite("Withdrawals") struct WithdrawalTests {
  @Test(
    "a withdrawn blob takes its entries with it, each with a tombstone, and its row remembers why its file is moved aside"
  )
  func values() async throws {
    try await withIndex { index in
      _ = try index.commit(.put("a", .file("bad", number: 1)))
      _ = try index.commit(.put("b", .file("bad", number: 1)))
      _ = try index.commit(.put("c", .file("good", number: 2)))
      let blob = try #require(try index.entry(for: key("a"))?.blob)
      let outcome = try index.withdraw(blob.id, reason: .corrupt, evidence: "why", at: time(9))
      #expect(Set(outcome.removed) == [key("a"), key("b")])
      #expect(outcome.condemned == [CondemnedBlob(id: blob.id, name: blob.record.name, evidence: "why")])
      #expect(outcome.storedBytes == blob.record.form.storedSize)
      for name in ["a", "b"] {
        let tombstone = try index.absence(of: key(name), namespace: "n", function: "f", version: "1").tombstone
        #expect(tombstone?.reason == .corrupt && tombstone?.removed == time(9))
      }
      #expect(try index.removals() == 0, "nobody asked for it")
      #expect(try index.entry(for: key("c"))?.blob != nil)
      #expect(try index.withdraw(blob.id, reason: .corrupt, evidence: "why", at: time(10)) == RemovalOutcome())
      #expect(
        try index.withdraw(BlobID(rawValue: 99), reason: .corrupt, evidence: "why", at: time(10)) == RemovalOutcome())
      #expect(try index.condemned(after: nil, limit: 9) == outcome.condemned)
      // The same content can be stored again.
      #expect(try index.commit(.put("a", .file("bad", number: 5))).word == "committed, 0 surplus, 0 condemned")
    }
  }

  @Test("a withdrawn file takes the trees that have it, and of them what nothing else uses")
  func file() async throws {
    try await withIndex { index in
      _ = try index.commit(
        .put("t1", .file("m1", number: 1), children: [.file("bad", number: 2), .file("only t1", number: 3)]))
      _ = try index.commit(
        .put("t2", .file("m2", number: 4), children: [.file("bad", number: 2), .file("shared", number: 5)]))
      _ = try index.commit(.put("t3", .file("m3", number: 6), children: [.file("shared", number: 5)]))
      _ = try index.commit(.put("v", .file("bad", number: 2)))
      let bad = try #require(try index.liveBlob(digest("bad"), domain: ""))
      let outcome = try index.withdraw(bad.id, reason: .missingBlob, evidence: "why", at: time(9))
      #expect(Set(outcome.removed) == [key("t1"), key("t2"), key("v")])
      #expect(
        Set(outcome.condemned.compactMap(\.name?.contentDigest)) == Set(["m1", "m2", "bad", "only t1"].map(digest)))
      #expect(outcome.condemned.allSatisfy { $0.evidence == "why" })
      #expect(try index.children(of: try #require(try index.entry(for: key("t3"))?.blob).id).count == 1)
    }
  }

  @Test("a withdrawn manifest leaves its files to whoever else uses them")
  func manifest() async throws {
    try await withIndex { index in
      _ = try index.commit(
        .put("t", .file("m", number: 1), children: [.file("x", number: 2), .file("y", number: 3)]))
      _ = try index.commit(.put("x", .file("x", number: 2)))
      let manifest = try #require(try index.entry(for: key("t"))?.blob)
      let outcome = try index.withdraw(manifest.id, reason: .corrupt, evidence: "why", at: time(9))
      #expect(outcome.removed == [key("t")])
      #expect(outcome.condemned.map { $0.name?.contentDigest } == [digest("m"), digest("y")])
      #expect(outcome.condemned.map(\.evidence) == ["why", "why"])
      #expect(try index.entry(for: key("x"))?.blob != nil)
    }
  }

  @Test("a tree's manifest that is a file of another tree stays there when one of its own files is withdrawn")
  func nested() async throws {
    try await withIndex { index in
      _ = try index.commit(.put("inner", .file("m", number: 1), children: [.file("bad", number: 2)]))
      _ = try index.commit(.put("outer", .file("o", number: 3), children: [.file("m", number: 1)]))
      let bad = try #require(try index.liveBlob(digest("bad"), domain: ""))
      #expect(try index.withdraw(bad.id, reason: .corrupt, evidence: "why", at: time(9)).removed == [key("inner")])
      #expect(try index.entry(for: key("outer"))?.blob != nil)
      #expect(try index.liveBlob(digest("m"), domain: "") != nil)
    }
  }

  @Test("an inline blob is withdrawn without a file to move aside")
  func inline() async throws {
    try await withIndex { index in
      _ = try index.commit(.put("k", .inline("bad")))
      let blob = try #require(try index.entry(for: key("k"))?.blob)
      #expect(try index.withdraw(blob.id, reason: .corrupt, evidence: "why", at: time(9)).condemned == [])
      #expect(try index.liveBlob(digest("bad"), domain: "") == nil)
    }
  }

  @Test("a healed blob's old file is to be moved aside, a replaced one's is not")
  func healed() async throws {
    try await withIndex { index in
      _ = try index.commit(.put("k", .file("v", number: 1)))
      let old = try #require(try index.entry(for: key("k"))?.blob)
      let record = BlobRecord.file("v", number: 2)
      guard
        case .committed(_, let condemned) = try index.commit(
          .put("k", .healed(old.id, record, sealer.seal(record)), content: "v"))
      else { return #expect(Bool(false), "the heal was not committed") }
      #expect(condemned.map(\.id) == [old.id] && condemned.allSatisfy { $0.evidence != nil })
      guard case .committed(_, let replaced) = try index.commit(.put("k", .file("w", number: 3))) else {
        return #expect(Bool(false), "the put was not committed")
      }
      #expect(replaced.map(\.evidence) == [nil])
    }
  }

  @Test("of the blobs that a sweep saw without a reference only those are condemned that still have none")
  func unreferenced() async throws {
    try await withScratch { path in
      let index = try SQLiteIndex.create(at: path + "/index.sqlite", identity: .sample)
      try index.open(.sample)
      _ = try index.commit(.put("used", .file("used", number: 1)))
      _ = try index.commit(.put("gone", .file("gone", number: 2)))
      _ = try index.commit(
        .put("tree", .file("m", number: 3), children: [.file("x", number: 4), .file("used", number: 1)]))
      // As after damage: entries are gone and their blobs are not.
      _ = try shell(index.path, "DELETE FROM entries WHERE key IN (x'\(key("gone"))', x'\(key("tree"))')")
      try index.correctTotals()
      let blobs = (1...4).map { BlobID(rawValue: $0) } + [BlobID(rawValue: 99)]
      let outcome = try index.condemnUnreferenced(blobs, evidence: nil)
      #expect(outcome.removed == [])
      #expect(Set(outcome.condemned.compactMap(\.name?.contentDigest)) == Set(["gone", "m", "x"].map(digest)))
      #expect(outcome.condemned.allSatisfy { $0.evidence == nil })
      #expect(try index.condemnUnreferenced(blobs, evidence: nil) == RemovalOutcome())
      #expect(try index.condemnUnreferenced([], evidence: nil) == RemovalOutcome())
      #expect(try recounted(index.path) == nil)
    }
  }

  @Test("a file that another live row is in as well is nobody's to unlink until that row goes, too")
  func sharedFile() async throws {
    try await withScratch { path in
      let index = try SQLiteIndex.create(at: path + "/index.sqlite", identity: .sample)
      try index.open(.sample)
      _ = try index.commit(.put("a", .file("v", number: 1)))
      let blob = try #require(try index.entry(for: key("a"))?.blob)
      let name = try #require(blob.record.name)
      // As somebody may do who opens the index with another program.
      _ = try shell(
        index.path,
        """
        INSERT INTO blobs SELECT id + 1000, state, 'other', content_digest, size, encoding, stored_digest, stored_size,
          place, session, n, durable, seal, seal_key, data FROM blobs
        """)
      try index.correctTotals()
      #expect(Set(try index.liveBlobs(at: name)) == [blob.id, BlobID(rawValue: blob.id.rawValue + 1000)])
      let copy = try index.withdraw(
        BlobID(rawValue: blob.id.rawValue + 1000), reason: .signature, evidence: nil, at: time(1))
      #expect(copy.condemned == [], "its file is that of a live row")
      #expect(try index.liveBlobs(at: name) == [blob.id])
      #expect(try index.condemned(limit: 9) == [])
      let last = try index.remove(EntryRemoval(keys: [key("a")], time: time(2)))
      #expect(last.condemned.map(\.name) == [name])
      #expect(try index.liveBlobs(at: name) == [])
      #expect(try recounted(index.path) == nil)
    }
  }

  @Test("condemned rows come in pages, those that were forgotten meanwhile left out")
  func pages() async throws {
    try await withIndex { index in
      for number in 0..<10 { _ = try index.commit(.put("\(number)", .file("v\(number)", number: UInt64(number)))) }
      let all = try index.remove(EntryRemoval(keys: (0..<10).map { key("\($0)") }, time: time(1))).condemned
      var seen: [CondemnedBlob] = []
      while true {
        let page = try index.condemned(after: seen.last?.id, limit: 3)
        if page.isEmpty { break }
        seen += page
        try index.forget(page)
      }
      #expect(seen.map(\.id) == all.map(\.id).sorted())
    }
  }
}
