internal import LarderCrypto
internal import LarderFormat
internal import LarderIndex
internal import LarderSystem

extension IndexConformance {
  static let groups: [Check] = [
    Check("several commits in one transaction end like the same commits one after the other") { scene in
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
        try scene.withIndex { index in
          let outcomes = try together ? index.commit(commits) : commits.map { try index.commit($0) }
          words.append(outcomes.map(\.word))
          totals.append(try index.totals())
        }
      }
      try expect(words[0] == words[1])
      try expect(totals[0] == totals[1])
      try expect(
        words[0] == [
          "committed, 0 surplus, 0 condemned", "committed, 0 surplus, 0 condemned", "committed, 0 surplus, 1 condemned",
          "committed, 0 surplus, 0 condemned", "present", "refused: blobGone", "refused: sessionClosed",
          "committed, 0 surplus, 0 condemned", "committed, 0 surplus, 3 condemned",
        ])
    },
    Check("a tree that is refused among others leaves no file of it, and the others stand") { scene in
      try scene.withIndex { index in
        let outcomes = try index.commit([
          .put("a", .file("1", number: 1)),
          .put("t", .file("m", number: 2), children: [.file("x", number: 3), .existing(BlobID(rawValue: 77))]),
          .put("b", .file("2", number: 4)),
        ])
        try expect(outcomes.map(\.word)[1] == "refused: blobGone")
        try expect(try index.liveBlob(digest("x"), domain: "") == nil)
        try expect(try index.entry(for: key("t")) == nil)
        try expect(try index.entry(for: key("a"))?.blob?.id == BlobID(rawValue: 1))
        try expect(try index.entry(for: key("b"))?.blob?.id == BlobID(rawValue: 2))
        try expect(try index.totals().blobs == 2)
      }
    },
    Check("a blob that was flushed is marked with the commit that reuses it, unless it is gone") { scene in
      try scene.withIndex { index in
        _ = try index.commit(.put("a", .file("1", number: 1)))
        let blob = try require(try index.liveBlob(digest("1"), domain: ""))
        try expect(!blob.record.durable)
        try expect(
          try index.commit(.put("b", .flushed(blob.id), content: "1")).word == "committed, 0 surplus, 0 condemned")
        try expect(try index.liveBlob(digest("1"), domain: "")?.record.durable == true)
        _ = try index.remove(EntryRemoval(keys: [key("a"), key("b")], time: time(1)))
        try expect(try index.commit(.put("c", .flushed(blob.id), content: "1")).word == "refused: blobGone")
      }
    },
    Check("a durable placement does not give way to one that nobody flushed") { scene in
      try scene.withIndex { index in
        _ = try index.commit(.put("a", .file("1", number: 1)))
        var record = BlobRecord.file("1", number: 2)
        record.durable = true
        let outcome = try index.commit(.put("b", .placed(record, sealer.seal(record))))
        try expect(outcome.word == "committed, 0 surplus, 1 condemned")
        guard case .committed(_, let condemned) = outcome else { return }
        try expect(condemned.map(\.evidence) == [nil])
        for name in ["a", "b"] { try expect(try index.entry(for: key(name))?.blob?.record == record) }
        // And the other way round the first stays.
        try expect(try index.commit(.put("c", .file("1", number: 3))).word == "committed, 1 surplus, 0 condemned")
      }
    },
    Check("when all are refused nothing was written") { scene in
      try scene.withIndex { index in
        let before = try index.meta
        let outcomes = try index.commit([.put("a", .file("1", number: 1), session: .other)])
        try expect(outcomes.map(\.word) == ["refused: sessionClosed"])
        try expect(try index.commit([]).isEmpty)
        try expect(try index.meta == before)
      }
    },
    Check("a barrier marks further blobs while they are live") { scene in
      try scene.withIndex { index in
        for name in ["1", "2"] { _ = try index.commit(.put(name, .file(name, number: UInt64(name) ?? 0))) }
        _ = try index.remove(EntryRemoval(keys: [key("2")], time: time(1)))
        try index.markDurable([], upTo: BlobID(rawValue: 0), and: [BlobID(rawValue: 1), BlobID(rawValue: 2)])
        try expect(try index.blobs.map(\.record.durable) == [true, false])
      }
    },
  ]
}
