import LarderFormat
import LarderIndex
import LarderSystem
import Testing

@Suite("Commits in one transaction") struct GroupCommitTests {
  @Test("several commits in one transaction end like the same commits one after the other")
  func same() async throws {
    let commits: [EntryCommit] = [
      .put("a", .file("1", number: 1)), .put("b", .inline("2")), .put("a", .file("3", number: 2)),
      .put("c", .file("1", number: 3)), .put("b", .inline("4"), mode: .ifAbsent),
      .put("d", .existing(BlobID(rawValue: 99))), .put("e", .file("5", number: 4), session: .other),
      .put("t", .file("m", number: 5), children: [.file("x", number: 6), .file("y", number: 7)]),
      .put("t", .file("n", number: 8)),
    ]
    var words: [[String]] = []
    var totals: [IndexTotals] = []
    for together in [true, false] {
      try await withIndex { index in
        let outcomes = try together ? index.commit(commits) : commits.map { try index.commit($0) }
        words.append(outcomes.map(\.word))
        totals.append(try index.totals())
      }
    }
    #expect(words[0] == words[1])
    #expect(totals[0] == totals[1])
    #expect(
      words[0] == [
        "committed, 0 surplus, 0 condemned", "committed, 0 surplus, 0 condemned", "committed, 0 surplus, 1 condemned",
        "committed, 0 surplus, 0 condemned", "present", "refused: blobGone", "refused: sessionClosed",
        "committed, 0 surplus, 0 condemned", "committed, 0 surplus, 3 condemned",
      ])
  }

  @Test("a tree that is refused among others leaves no file of it, and the others stand")
  func refusedTree() async throws {
    try await withIndex { index in
      let outcomes = try index.commit([
        .put("a", .file("1", number: 1)),
        .put("t", .file("m", number: 2), children: [.file("x", number: 3), .existing(BlobID(rawValue: 77))]),
        .put("b", .file("2", number: 4)),
      ])
      #expect(outcomes.map(\.word)[1] == "refused: blobGone")
      #expect(try index.liveBlob(digest("x"), domain: "") == nil)
      #expect(try index.entry(for: key("t")) == nil)
      #expect(try index.entry(for: key("a"))?.blob?.id == BlobID(rawValue: 1))
      #expect(try index.entry(for: key("b"))?.blob?.id == BlobID(rawValue: 2))
      #expect(try index.totals().blobs == 2)
    }
  }

  @Test("when all are refused nothing was written")
  func allRefused() async throws {
    try await withIndex { index in
      let before = try shell(index.path, "PRAGMA data_version; SELECT * FROM meta")
      let outcomes = try index.commit([.put("a", .file("1", number: 1), session: .other)])
      #expect(outcomes.map(\.word) == ["refused: sessionClosed"])
      #expect(try index.commit([]).isEmpty)
      #expect(try shell(index.path, "PRAGMA data_version; SELECT * FROM meta") == before)
    }
  }

  @Test("a blob that was flushed is marked with the commit that reuses it, unless it is gone")
  func flushed() async throws {
    try await withIndex { index in
      _ = try index.commit(.put("a", .file("1", number: 1)))
      let blob = try #require(try index.liveBlob(digest("1"), domain: ""))
      #expect(!blob.record.durable)
      #expect(
        try index.commit(.put("b", .flushed(blob.id), content: "1")).word == "committed, 0 surplus, 0 condemned")
      #expect(try index.liveBlob(digest("1"), domain: "")?.record.durable == true)
      _ = try index.remove(EntryRemoval(keys: [key("a"), key("b")], time: time(1)))
      #expect(try index.commit(.put("c", .flushed(blob.id), content: "1")).word == "refused: blobGone")
    }
  }

  @Test("a durable placement does not give way to one that nobody flushed")
  func durableWins() async throws {
    try await withIndex { index in
      _ = try index.commit(.put("a", .file("1", number: 1)))
      var record = BlobRecord.file("1", number: 2)
      record.durable = true
      let outcome = try index.commit(.put("b", .placed(record, sealer.seal(record))))
      #expect(outcome.word == "committed, 0 surplus, 1 condemned")
      guard case .committed(_, let condemned) = outcome else { return }
      #expect(condemned.map(\.evidence) == [nil])
      for name in ["a", "b"] { #expect(try index.entry(for: key(name))?.blob?.record == record) }
      // And the other way round the first stays.
      #expect(try index.commit(.put("c", .file("1", number: 3))).word == "committed, 1 surplus, 0 condemned")
    }
  }

  @Test("a barrier marks further blobs while they are live")
  func others() async throws {
    try await withIndex { index in
      for name in ["1", "2"] { _ = try index.commit(.put(name, .file(name, number: UInt64(name) ?? 0))) }
      _ = try index.remove(EntryRemoval(keys: [key("2")], time: time(1)))
      try index.markDurable([], upTo: BlobID(rawValue: 0), and: [BlobID(rawValue: 1), BlobID(rawValue: 2)])
      #expect(try shell(index.path, "SELECT group_concat(durable) FROM blobs") == "1,0")
    }
  }

  #if DEBUG
    @Test("an error at the end of a transaction says that it may have happened", arguments: [true, false])
    func unsettled(happens: Bool) async throws {
      try await withIndex { index in
        let plan = Faults.Plan { call, _ in call == (happens ? .committed : .commit) ? .error(5) : nil }
        Faults.$plan.withValue(plan) {
          let error = #expect(throws: IndexError.self) { try index.commit(.put("a", .file("1", number: 1))) }
          #expect(error?.isOutcomeUnknown == true)
        }
        #expect(try (index.entry(for: key("a")) != nil) == happens)
        _ = try index.commit(.put("b", .file("2", number: 2)))
        let refused = try SQLiteIndex.open(at: index.path, readOnly: true)
        let error = #expect(throws: IndexError.self) { try refused.commit(.put("a", .file("1", number: 1))) }
        #expect(error?.isOutcomeUnknown == false)
      }
    }
  #endif
}
