import LarderCrypto
import LarderFormat
import LarderIndex
import LarderSystem
import Testing

@Suite("Removals") struct RemovalTests {
  @Test("a removal takes the entry, leaves a tombstone, and condemns what nobody refers to any more")
  func remove() async throws {
    try await withIndex { index in
      _ = try index.commit(.put("a", .file("shared", number: 1)))
      _ = try index.commit(.put("b", .file("shared", number: 2)))
      _ = try index.commit(.put("c", .inline("small")))
      let blob = try #require(try index.entry(for: key("a"))?.blob)

      let first = try index.remove(EntryRemoval(keys: [key("a"), key("c"), key("nothing")], time: time(77)))
      #expect(first == RemovalOutcome(removed: [key("a"), key("c")], condemned: [], storedBytes: 5))
      let second = try index.remove(EntryRemoval(keys: [key("b")], time: time(78)))
      let condemned = CondemnedBlob(id: blob.id, name: blob.record.name)
      #expect(second == RemovalOutcome(removed: [key("b")], condemned: [condemned], storedBytes: 6))

      let absence = try index.absence(of: key("a"), namespace: "n", function: "f", version: "2")
      #expect(
        absence.tombstone
          == Tombstone(key: key("a"), reason: .invalidated, removed: time(77), document: Array("document a".utf8)))
      #expect(absence.functionSeen && !absence.versionSeen)
      #expect(absence.removals == 2)
      #expect(try index.absence(of: key("a"), namespace: "", function: "f", version: "1").functionSeen == false)
      #expect(try index.removals() == 2)
      #expect(try index.totals() == IndexTotals())
      #expect(try index.condemned(after: nil, limit: 10) == [condemned])
      #expect(try index.condemned(after: nil, limit: 0) == [])
      try index.forget([condemned])
      #expect(try index.condemned(after: nil, limit: 10) == [])
    }
  }

  @Test("removing nothing is no removal")
  func removeNothing() async throws {
    try await withIndex { index in
      let outcome = try index.remove(EntryRemoval(keys: [], time: time(1)))
      #expect(outcome == RemovalOutcome())
      #expect(try index.removals() == 0)
    }
  }

  @Test("a live row is never forgotten")
  func forgetLive() async throws {
    try await withIndex { index in
      _ = try index.commit(.put("a", .file("v", number: 1)))
      let blob = try #require(try index.entry(for: key("a"))?.blob)
      try index.forget([CondemnedBlob(id: blob.id, name: blob.record.name)])
      #expect(try index.entry(for: key("a"))?.blob == blob)
    }
  }

  @Test("an entry is dropped only while it is the one that was seen, and its reason is remembered")
  func drop() async throws {
    try await withIndex { index in
      let old = EntryCommit.put("k", .file("old", number: 1))
      _ = try index.commit(old)
      _ = try index.commit(.put("k", .file("new", number: 2)))
      let blob = try index.entry(for: key("k"))?.blob?.id
      let refused = try index.drop(
        key("k"), EntrySighting(seal: old.seal, blob: blob), reason: .corrupt, evidence: nil, at: time(1))
      #expect(refused == RemovalOutcome())
      let seal = try #require(try index.entry(for: key("k"))?.seal)
      #expect(
        try index.drop(
          key("k"), EntrySighting(seal: Seal(digest: seal.digest, keyID: "k1"), blob: blob), reason: .corrupt,
          evidence: nil, at: time(1)
        ).removed == [])
      // Healed meanwhile, or of a tree that is whole again.
      for other in [EntrySighting(seal: seal, blob: nil), EntrySighting(seal: seal, blob: blob, files: 1)] {
        #expect(try index.drop(key("k"), other, reason: .corrupt, evidence: nil, at: time(1)) == RemovalOutcome())
      }
      let seen = EntrySighting(seal: seal, blob: blob)
      #expect(try index.drop(key("k"), seen, reason: .corrupt, evidence: nil, at: time(9)).condemned.count == 1)
      #expect(try index.drop(key("k"), seen, reason: .missingBlob, evidence: nil, at: time(10)) == RemovalOutcome())
      let tombstone = try index.absence(of: key("k"), namespace: "n", function: "f", version: "1").tombstone
      #expect(tombstone?.reason == .corrupt)
      #expect(tombstone?.removed == time(9))
      #expect(try index.removals() == 0, "nobody asked for it")
    }
  }

  @Test("eviction takes the lowest scores first, no more than it must, spares pins, and raises the floor")
  func evict() async throws {
    try await withIndex { index in
      // Scores 2, 1, 3, 4 million over 10 bytes each; the second is pinned until 100.
      for (number, (name, cost)) in [("a", 2), ("pinned", 1), ("b", 3), ("c", 4)].enumerated() {
        _ = try index.commit(
          .put(name, .file(name, number: UInt64(number), size: 10), cost: Int64(cost) * 10_000_000))
      }
      _ = try shell(index.path, "UPDATE entries SET pinned_until = 100 WHERE score = 1000000.0")

      #expect(try index.evict(toBytes: 40, entries: 4, batch: 10, at: time(50)) == RemovalOutcome())
      let first = try index.evict(toBytes: 35, entries: .max, batch: 10, at: time(50))
      #expect(first.removed == [key("a")])
      #expect(first.storedBytes == 10)
      #expect(first.condemned.count == 1)
      #expect(try shell(index.path, "SELECT floor FROM meta") == "2000000.0")
      #expect(
        try index.absence(of: key("a"), namespace: "n", function: "f", version: "1").tombstone?.reason == .evicted)

      let second = try index.evict(toBytes: .max, entries: 0, batch: 1, at: time(50))
      #expect(second.removed == [key("b")])
      let third = try index.evict(toBytes: 0, entries: 0, batch: 10, at: time(50))
      #expect(third.removed == [key("c")])
      #expect(try index.evict(toBytes: 0, entries: 0, batch: 10, at: time(99)) == RemovalOutcome())
      #expect(try index.evict(toBytes: 0, entries: 0, batch: 10, at: time(100)).removed == [key("pinned")])
      #expect(try index.removals() == 0)

      // What is new starts at the highest score evicted so far.
      _ = try index.commit(.put("d", .file("d", number: 9, size: 10), cost: 10_000_000))
      #expect(try index.entry(for: key("d"))?.use.score == 5_000_000)
    }
  }

  @Test("a removal outlives the computation that it overtook", arguments: [true, false])
  func outlives(hadEntry: Bool) async throws {
    try await withIndex { index in
      if hadEntry { _ = try index.commit(.put("k", .file("stale", number: 1))) }
      // computing k                         | the user
      let seen = try index.removals()
      //                                     | removes k, whether or not it had an entry
      _ = try index.remove(EntryRemoval(keys: [key("x"), key("k")], time: time(1)))
      //                                     | and something else
      _ = try index.remove(EntryRemoval(keys: [key("y")], time: time(2)))
      // commits what it knew before         |
      #expect(try index.commit(.put("k", .file("v", number: 2), removalsSeen: seen)).word == "refused: invalidated")
      #expect(
        try index.commit(.put("k", .file("v", number: 2), mode: .ifAbsent, removalsSeen: seen)).word
          == "refused: invalidated")
      #expect(try index.entry(for: key("k")) == nil)

      // Other keys are stored, and so is what was looked up after the removal.
      let committed = "committed, 0 surplus, 0 condemned"
      #expect(try index.commit(.put("z", .file("z", number: 3), removalsSeen: seen)).word == committed)
      #expect(try index.commit(.put("k", .file("v", number: 4), removalsSeen: seen + 1)).word == committed)
      // Now there is a younger answer, which the overtaken computation gets, but does not replace.
      #expect(try index.commit(.put("k", .file("w", number: 5), mode: .ifAbsent, removalsSeen: seen)).word == "present")
      #expect(try index.commit(.put("k", .file("w", number: 5), removalsSeen: seen)).word == "refused: invalidated")
      #expect(
        try index.commit(.put("k", .file("w", number: 5), removalsSeen: nil)).word
          == "committed, 0 surplus, 1 condemned")
    }
  }

  @Test("the log of removals stays bounded; a computation older than it is not stored")
  func bounded() async throws {
    try await withIndex { index in
      // One removal of 1,200 keys takes three rows.
      _ = try index.remove(EntryRemoval(keys: (0..<1200).map { key("many \($0)") }, time: time(1)))
      #expect(try index.removals() == 3)
      #expect(try index.commit(.put("many 1199", .inline("v"), removalsSeen: 0)).word == "refused: invalidated")
      #expect(
        try index.commit(.put("many 1200", .inline("v"), removalsSeen: 0)).word == "committed, 0 surplus, 0 condemned")
      for number in 0..<198 { _ = try index.remove(EntryRemoval(keys: [key("one \(number)")], time: time(2))) }
      #expect(try shell(index.path, "SELECT count(*), min(number), removals_from FROM removals, meta") == "200|2|1")
      #expect(try index.commit(.put("other", .inline("w"), removalsSeen: 0)).word == "refused: invalidated")
      #expect(
        try index.commit(.put("other", .inline("w"), removalsSeen: 1)).word == "committed, 0 surplus, 0 condemned")
    }
  }

  @Test(
    "a removal of a kind that this version does not know may have meant any key",
    arguments: [#"{"function":"f"}"#, #"{"keys":7}"#, "null", "not JSON"])
  func unknownSelection(_ selection: String) async throws {
    try await withIndex { index in
      _ = try shell(index.path, "INSERT INTO removals VALUES (1, 5, '\(selection)'); UPDATE meta SET removals = 1")
      #expect(try index.commit(.put("k", .inline("v"), removalsSeen: 0)).word == "refused: invalidated")
      #expect(try index.commit(.put("k", .inline("v"), removalsSeen: 1)).word == "committed, 0 surplus, 0 condemned")
    }
  }

  @Test("only the youngest 20,000 tombstones are kept, one for each key")
  func tombstones() async throws {
    try await withIndex { index in
      _ = try index.commit(.put("old", .inline("v")))
      _ = try index.remove(EntryRemoval(keys: [key("old")], time: time(1)))
      _ = try shell(
        index.path,
        """
        WITH RECURSIVE n(i) AS (VALUES (2) UNION ALL SELECT i + 1 FROM n WHERE i < 20001)
        INSERT INTO tombstones SELECT i, CAST(printf('%032d', i) AS BLOB), 'n', 'g', '1', 'evicted', 1, x'', x'' FROM n
        """)
      for _ in 0..<2 {
        _ = try index.commit(.put("new", .inline("v")))
        _ = try index.remove(EntryRemoval(keys: [key("new")], time: time(1)))
      }
      #expect(try shell(index.path, "SELECT count(*), min(id), max(id) FROM tombstones") == "19999|4|20003")
      #expect(try index.absence(of: key("old"), namespace: "n", function: "f", version: "1").tombstone == nil)
    }
  }
}
