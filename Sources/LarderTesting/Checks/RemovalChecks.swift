internal import LarderCrypto
internal import LarderFormat
internal import LarderIndex
internal import LarderSystem

extension IndexConformance {
  static let removals: [Check] = [
    Check("a removal takes the entry, leaves a tombstone, and condemns what nobody refers to any more") { scene in
      try scene.withIndex { index in
        _ = try index.commit(.put("a", .file("shared", number: 1)))
        _ = try index.commit(.put("b", .file("shared", number: 2)))
        _ = try index.commit(.put("c", .inline("small")))
        let blob = try require(try index.entry(for: key("a"))?.blob)

        let first = try index.remove(EntryRemoval(keys: [key("a"), key("c"), key("nothing")], time: time(77)))
        try expect(first == RemovalOutcome(removed: [key("a"), key("c")], condemned: [], storedBytes: 5))
        let second = try index.remove(EntryRemoval(keys: [key("b")], time: time(78)))
        let condemned = CondemnedBlob(id: blob.id, name: blob.record.name)
        try expect(second == RemovalOutcome(removed: [key("b")], condemned: [condemned], storedBytes: 6))

        let absence = try index.absence(of: key("a"), namespace: "n", function: "f", version: "2")
        try expect(
          absence.tombstone
            == Tombstone(key: key("a"), reason: .invalidated, removed: time(77), document: Array("document a".utf8)))
        try expect(absence.functionSeen && !absence.versionSeen)
        try expect(absence.removals == 2)
        try expect(try index.absence(of: key("a"), namespace: "", function: "f", version: "1").functionSeen == false)
        try expect(try index.removals() == 2)
        try expect(try index.totals() == IndexTotals())
        try expect(try index.condemned(after: nil, limit: 10) == [condemned])
        try expect(try index.condemned(after: nil, limit: 0) == [])
        try index.forget([condemned])
        try expect(try index.condemned(after: nil, limit: 10) == [])
      }
    },
    Check("removing nothing is no removal") { scene in
      try scene.withIndex { index in
        let outcome = try index.remove(EntryRemoval(keys: [], time: time(1)))
        try expect(outcome == RemovalOutcome())
        try expect(try index.removals() == 0)
      }
    },
    Check("a live row is never forgotten") { scene in
      try scene.withIndex { index in
        _ = try index.commit(.put("a", .file("v", number: 1)))
        let blob = try require(try index.entry(for: key("a"))?.blob)
        try index.forget([CondemnedBlob(id: blob.id, name: blob.record.name)])
        try expect(try index.entry(for: key("a"))?.blob == blob)
      }
    },
    Check("an entry is dropped only while it is the one that was seen, and its reason is remembered") { scene in
      try scene.withIndex { index in
        let old = EntryCommit.put("k", .file("old", number: 1))
        _ = try index.commit(old)
        _ = try index.commit(.put("k", .file("new", number: 2)))
        let blob = try index.entry(for: key("k"))?.blob?.id
        let refused = try index.drop(
          key("k"), EntrySighting(seal: old.seal, blob: blob), reason: .corrupt, evidence: nil, at: time(1))
        try expect(refused == RemovalOutcome())
        let seal = try require(try index.entry(for: key("k"))?.seal)
        try expect(
          try index.drop(
            key("k"), EntrySighting(seal: Seal(digest: seal.digest, keyID: "k1"), blob: blob), reason: .corrupt,
            evidence: nil, at: time(1)
          ).removed == [])
        // Healed meanwhile, or of a tree that is whole again.
        for other in [EntrySighting(seal: seal, blob: nil), EntrySighting(seal: seal, blob: blob, files: 1)] {
          try expect(try index.drop(key("k"), other, reason: .corrupt, evidence: nil, at: time(1)) == RemovalOutcome())
        }
        let seen = EntrySighting(seal: seal, blob: blob)
        try expect(try index.drop(key("k"), seen, reason: .corrupt, evidence: nil, at: time(9)).condemned.count == 1)
        try expect(
          try index.drop(key("k"), seen, reason: .missingBlob, evidence: nil, at: time(10)) == RemovalOutcome())
        let tombstone = try index.absence(of: key("k"), namespace: "n", function: "f", version: "1").tombstone
        try expect(tombstone?.reason == .corrupt)
        try expect(tombstone?.removed == time(9))
        try expect(try index.removals() == 0, "nobody asked for it")
      }
    },
    Check("a removal outlives the computation that it overtook") { scene in
      for hadEntry in [true, false] {
        try scene.withIndex { index in
          if hadEntry { _ = try index.commit(.put("k", .file("stale", number: 1))) }
          // computing k                         | the user
          let seen = try index.removals()
          //                                     | removes k, whether or not it had an entry
          _ = try index.remove(EntryRemoval(keys: [key("x"), key("k")], time: time(1)))
          //                                     | and something else
          _ = try index.remove(EntryRemoval(keys: [key("y")], time: time(2)))
          // commits what it knew before         |
          try expect(
            try index.commit(.put("k", .file("v", number: 2), removalsSeen: seen)).word == "refused: invalidated")
          try expect(
            try index.commit(.put("k", .file("v", number: 2), mode: .ifAbsent, removalsSeen: seen)).word
              == "refused: invalidated")
          try expect(try index.entry(for: key("k")) == nil)

          // Other keys are stored, and so is what was looked up after the removal.
          let committed = "committed, 0 surplus, 0 condemned"
          try expect(try index.commit(.put("z", .file("z", number: 3), removalsSeen: seen)).word == committed)
          try expect(try index.commit(.put("k", .file("v", number: 4), removalsSeen: seen + 1)).word == committed)
          // Now there is a younger answer, which the overtaken computation gets, but does not replace.
          try expect(
            try index.commit(.put("k", .file("w", number: 5), mode: .ifAbsent, removalsSeen: seen)).word == "present")
          try expect(
            try index.commit(.put("k", .file("w", number: 5), removalsSeen: seen)).word == "refused: invalidated")
          try expect(
            try index.commit(.put("k", .file("w", number: 5), removalsSeen: nil)).word
              == "committed, 0 surplus, 1 condemned")
        }
      }
    },
    Check("eviction takes the lowest scores first, no more than it must, spares pins, and raises the floor") { scene in
      try scene.withIndex { index in
        // Scores 2, 1, 3, 4 million over 10 bytes each; the second is pinned until 100.
        for (number, (name, cost)) in [("a", 2), ("pinned", 1), ("b", 3), ("c", 4)].enumerated() {
          _ = try index.commit(
            .put(name, .file(name, number: UInt64(number), size: 10), cost: Int64(cost) * 10_000_000))
        }
        for row in try index.all(.entries) {
          guard case .entry(var entry) = row, entry.row.record.key == key("pinned") else { continue }
          entry.pinnedUntil = time(100)
          try index.alter([.entry(entry)])
        }
        try expect(try index.entry(for: key("pinned"))?.use.pinnedUntil == time(100))

        try expect(try index.evict(toBytes: 40, entries: 4, batch: 10, at: time(50)) == RemovalOutcome())
        let first = try index.evict(toBytes: 35, entries: .max, batch: 10, at: time(50))
        try expect(first.removed == [key("a")])
        try expect(first.storedBytes == 10)
        try expect(first.condemned.count == 1)
        try expect(try index.meta.floor == 2_000_000)
        try expect(
          try index.absence(of: key("a"), namespace: "n", function: "f", version: "1").tombstone?.reason == .evicted)

        let second = try index.evict(toBytes: .max, entries: 0, batch: 1, at: time(50))
        try expect(second.removed == [key("b")])
        let third = try index.evict(toBytes: 0, entries: 0, batch: 10, at: time(50))
        try expect(third.removed == [key("c")])
        try expect(try index.evict(toBytes: 0, entries: 0, batch: 10, at: time(99)) == RemovalOutcome())
        // A new value of a key stays pinned.
        _ = try index.commit(.put("pinned", .file("new", number: 8, size: 10), cost: 10_000_000))
        try expect(try index.evict(toBytes: 0, entries: 0, batch: 10, at: time(99)) == RemovalOutcome())
        try expect(try index.evict(toBytes: 0, entries: 0, batch: 10, at: time(100)).removed == [key("pinned")])
        try expect(try index.removals() == 0)

        // What is new starts at the highest score evicted so far.
        let floor = try index.meta.floor
        _ = try index.commit(.put("d", .file("d", number: 9, size: 10), cost: 10_000_000))
        try expect(try index.entry(for: key("d"))?.use.score == floor + 1_000_000)
      }
    },
    Check("the log of removals stays bounded; a computation older than it is not stored") { scene in
      try scene.withIndex { index in
        // One removal of 1,200 keys takes three rows.
        _ = try index.remove(EntryRemoval(keys: (0..<1200).map { key("many \($0)") }, time: time(1)))
        try expect(try index.removals() == 3)
        try expect(try index.commit(.put("many 1199", .inline("v"), removalsSeen: 0)).word == "refused: invalidated")
        try expect(
          try index.commit(.put("many 1200", .inline("v"), removalsSeen: 0)).word == "committed, 0 surplus, 0 condemned"
        )
        for number in 0..<198 { _ = try index.remove(EntryRemoval(keys: [key("one \(number)")], time: time(2))) }
        let log = try index.all(.removals)
        guard case .removal(2, _, _) = log.first else { throw ConformanceFailure("the oldest stayed") }
        try expect(log.count == 200)
        try expect(try index.meta.removalsFrom == 1)
        try expect(try index.commit(.put("other", .inline("w"), removalsSeen: 0)).word == "refused: invalidated")
        try expect(
          try index.commit(.put("other", .inline("w"), removalsSeen: 1)).word == "committed, 0 surplus, 0 condemned")
      }
    },
    Check("a removal of a kind that this version does not know may have meant any key") { scene in
      for text in [
        #"{"function":"f"}"#, #"{"keys":7}"#, "null", "not JSON", #"{"select":["colour=red"]}"#,
        #"{"select":["function"]}"#, #"{"select":[1]}"#, #"{"select":{}}"#,
      ] {
        try scene.withIndex { index in
          var meta = try index.meta
          meta.removals = 1
          try index.alter([.removal(1, time(5), text), .meta(meta)])
          try expect(try index.commit(.put("k", .inline("v"), removalsSeen: 0)).word == "refused: invalidated", text)
          try expect(
            try index.commit(.put("k", .inline("v"), removalsSeen: 1)).word == "committed, 0 surplus, 0 condemned", text
          )
        }
      }
    },
    Check("only the youngest 20,000 tombstones are kept, one for each key") { scene in
      try scene.withIndex { index in
        _ = try index.commit(.put("old", .inline("v")))
        _ = try index.remove(EntryRemoval(keys: [key("old")], time: time(1)))
        let rows = (2...20_001).map { number in
          IndexRow.tombstone(
            TombstoneRow(
              id: Int64(number), key: key("dead \(number)"), namespace: "n", function: "g", version: "1",
              reason: .evicted, removed: time(1), document: [], detail: []))
        }
        try index.alter(rows)
        for _ in 0..<2 {
          _ = try index.commit(.put("new", .inline("v")))
          _ = try index.remove(EntryRemoval(keys: [key("new")], time: time(1)))
        }
        let kept = try index.all(.tombstones, page: 5000)
        try expect(kept.count <= 20_000 && kept.count > 19_990, "\(kept.count) are kept")
        try expect(try index.absence(of: key("old"), namespace: "n", function: "f", version: "1").tombstone == nil)
        try expect(try index.absence(of: key("new"), namespace: "n", function: "f", version: "1").tombstone != nil)
      }
    },
  ]
}
