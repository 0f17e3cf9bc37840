internal import LarderCrypto
internal import LarderFormat
internal import LarderIndex
internal import LarderSystem

extension IndexConformance {
  static let commits: [Check] = [
    Check("an entry comes back with every field and its blob as they were committed") { scene in
      try scene.withIndex { index in
        let record = BlobRecord.file("content", number: .max, session: .sample, size: 12, domain: "n/tier")
        let entry = EntryRecord(
          key: key("k"), namespace: "näme\u{0}space", tier: "ci", epoch: -3, function: "", version: "\"1\"",
          document: [0, 1, 2], detail: [], contentDigest: digest("content"), size: 24, representation: "codable",
          created: time(.max), notAfter: time(-1), idle: 0, cost: .max, tags: ["", "a\"\\\n\u{7}", "日本", "🙂"])
        let seal = Seal(digest: digest("seal"), keyID: "k1")
        let blobSeal = Seal(digest: digest("blob seal"), keyID: "k2")
        let outcome = try index.commit(
          EntryCommit(session: .sample, entry: entry, seal: seal, blob: .placed(record, blobSeal)))
        try expect(outcome.word == "committed, 0 surplus, 0 condemned")

        let stored = try require(try index.entry(for: key("k")))
        try expect(stored.record == entry)
        try expect(stored.seal == seal)
        try expect(stored.blob == StoredBlob(id: BlobID(rawValue: 1), record: record, seal: blobSeal))
        try expect(stored.use.uses == 1)
        try expect(stored.use.last == time(.max))
        try expect(stored.use.pinnedUntil == nil)
        try expect(try index.liveBlob(digest("content"), domain: "n/tier")?.record == record)
        try expect(try index.liveBlob(digest("content"), domain: "") == nil)
        try expect(try index.totals() == IndexTotals(entries: 1, blobs: 1, contentBytes: 24, storedBytes: 12))
      }
    },
    Check("bytes of an inline blob come back, none and all 256 values included") { scene in
      for count in [0, 1, 256, 5000] {
        try scene.withIndex { index in
          let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
          var record = BlobRecord.file("x", number: 0)
          record.place = .inline(bytes)
          _ = try index.commit(.put("k", .placed(record, sealer.seal(record))))
          try expect(try index.entry(for: key("k"))?.blob?.record.place == .inline(bytes))
        }
      }
    },
    Check("a mode decides between what is there and what is new") { scene in
      for given in [
        ModeCase(
          description: "replace nothing", mode: .replace, before: false, word: "committed, 0 surplus, 0 condemned",
          winner: "new"),
        ModeCase(
          description: "replace", mode: .replace, before: true, word: "committed, 0 surplus, 1 condemned", winner: "new"
        ),
        ModeCase(
          description: "if absent", mode: .ifAbsent, before: false, word: "committed, 0 surplus, 0 condemned",
          winner: "new"),
        ModeCase(description: "if absent, present", mode: .ifAbsent, before: true, word: "present", winner: "old"),
        ModeCase(
          description: "if the seal is the one seen", mode: .ifSeal(seen), before: true,
          word: "committed, 0 surplus, 1 condemned", winner: "new"),
        ModeCase(
          description: "if the seal is another", mode: .ifSeal(Seal(digest: digest("?"))), before: true,
          word: "present",
          winner: "old"),
        ModeCase(
          description: "if the seal is of another key", mode: .ifSeal(Seal(digest: seen.digest, keyID: "x")),
          before: true, word: "present", winner: "old"),
        ModeCase(
          description: "if the seal of what is gone", mode: .ifSeal(seen), before: false,
          word: "committed, 0 surplus, 0 condemned", winner: "new"),
      ] {
        try scene.withIndex { index in
          if given.before { _ = try index.commit(.put("k", .file("old", number: 1))) }
          let outcome = try index.commit(.put("k", .file("new", number: 2), mode: given.mode))
          try expect(outcome.word == given.word)
          if case .present(let entry) = outcome { try expect(entry.record.contentDigest == digest("old")) }
          try expect(try index.entry(for: key("k"))?.blob?.record.form.contentDigest == digest(given.winner))
          try expect(try index.totals().blobs == 1)
        }
      }
    },
    Check("a replaced entry keeps how often its key was used") { scene in
      try scene.withIndex { index in
        _ = try index.commit(.put("k", .inline("old")))
        try index.record([UseRecord(key: key("k"), count: 4, last: time(9000))], [])
        _ = try index.commit(.put("k", .inline("new!"), created: 10_000))
        let use = try require(try index.entry(for: key("k"))?.use)
        try expect(use.uses == 5)
        try expect(use.last == time(10_000))
        try expect(use.score == retentionScore(floor: 0, uses: 5, cost: 2_000_000, bytes: 4))
      }
    },
    Check("equal content is stored once: the loser's file is surplus, also within a domain only") { scene in
      try scene.withIndex { index in
        try index.open(.other)
        _ = try index.commit(.put("a", .file("same", number: 1)))
        let loser = BlobRecord.file("same", number: 1, session: .other)
        let outcome = try index.commit(.put("b", .placed(loser, sealer.seal(loser)), session: .other))
        guard case .committed(let surplus, _) = outcome else { throw ConformanceFailure("\(outcome.word)") }
        let name = try require(loser.name)
        try expect(surplus == [name])
        let winner = try index.entry(for: key("a"))?.blob
        try expect(try index.entry(for: key("b"))?.blob == winner)
        try expect(try index.totals() == IndexTotals(entries: 2, blobs: 1, contentBytes: 8, storedBytes: 4))

        try expect(
          try index.commit(.put("c", .file("same", number: 2, domain: "d"))).word == "committed, 0 surplus, 0 condemned"
        )
        try expect(try index.totals().blobs == 2)
      }
    },
    Check("a commit that is made again, its answer lost, calls no file surplus that is in use") { scene in
      try scene.withIndex { index in
        let commit = EntryCommit.put("k", .file("v", number: 1))
        for _ in 0..<3 {
          let outcome = try index.commit(commit)
          try expect(outcome.word == "committed, 0 surplus, 0 condemned")
        }
        try expect(try index.totals() == IndexTotals(entries: 1, blobs: 1, contentBytes: 2, storedBytes: 1))
      }
    },
    Check("a blob that is live is used again by its id, a condemned, forgotten or unknown one is refused") { scene in
      try scene.withIndex { index in
        _ = try index.commit(.put("a", .file("v", number: 1)))
        let blob = try require(try index.entry(for: key("a"))?.blob)
        try expect(
          try index.commit(.put("b", .existing(blob.id), content: "v")).word == "committed, 0 surplus, 0 condemned")
        let removed = try index.remove(EntryRemoval(keys: [key("a"), key("b")], time: time(1)))
        try expect(removed.condemned == [CondemnedBlob(id: blob.id, name: blob.record.name)])
        try expect(try index.commit(.put("c", .existing(blob.id), content: "v")).word == "refused: blobGone")
        try index.forget(removed.condemned)
        try expect(try index.commit(.put("c", .existing(blob.id), content: "v")).word == "refused: blobGone")
        try expect(
          try index.commit(.put("c", .existing(BlobID(rawValue: 99)), content: "v")).word == "refused: blobGone")
        try expect(try index.entry(for: key("c")) == nil)
        // The next blob has an id of its own, although the highest row is gone.
        _ = try index.commit(.put("d", .file("w", number: 2)))
        try expect(try index.entry(for: key("d"))?.blob?.id == BlobID(rawValue: 2))
        try expect(try index.highestBlob() == BlobID(rawValue: 2))
      }
    },
    Check("a refused commit has changed nothing") { scene in
      try scene.withIndex { index in
        _ = try index.commit(.put("k", .file("old", number: 1)))
        let before = try index.totals()
        let outcome = try index.commit(
          .put("k", .file("manifest", number: 2), children: [.file("x", number: 3), .existing(BlobID(rawValue: 77))]))
        try expect(outcome.word == "refused: blobGone")
        try expect(try index.totals() == before)
        try expect(try index.liveBlob(digest("x"), domain: "") == nil)
        try expect(try index.entry(for: key("k"))?.record.contentDigest == digest("old"))
        try expect(try index.highestBlob() == BlobID(rawValue: 1))
      }
    },
    Check("commits are refused while session or index are not open") { scene in
      let closings: [(String, (any CacheIndex) throws -> Void)] = [
        ("refused: sessionClosed", { try $0.fence(.sample) }),
        ("refused: sessionClosed", { try $0.close(.sample) }),
        ("refused: indexClosed", { try $0.set(.moved) }),
        ("refused: indexClosed", { try $0.set(.upgrading) }),
      ]
      for (word, close) in closings {
        try scene.withIndex { index in
          try close(index)
          try expect(try index.commit(.put("k", .file("v", number: 1))).word == word)
          try expect(try index.commit(.put("k", .inline("v"), mode: .ifAbsent)).word == word)
          try expect(try index.commit([.put("k", .inline("v"))]).map(\.word) == [word])
          try expect(try index.totals() == IndexTotals())
        }
      }
    },
  ]
}

private struct ModeCase: Sendable, CustomStringConvertible {
  var description: String
  var mode: EntryCommit.Mode
  var before: Bool
  var word: String
  var winner: String
}

private let seen = EntryCommit.put("k", .file("old", number: 1)).seal
