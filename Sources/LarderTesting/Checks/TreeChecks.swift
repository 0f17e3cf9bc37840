internal import LarderCrypto
internal import LarderFormat
internal import LarderIndex
internal import LarderSystem

extension IndexConformance {
  static let trees: [Check] = [
    Check("a tree is one entry; equal files within it and beside it are stored once") { scene in
      try scene.withIndex { index in
        try expect(
          try index.commit(tree("t", "manifest", ["x", "y", "x"], from: 10)).word == "committed, 1 surplus, 0 condemned"
        )
        let manifest = try require(try index.entry(for: key("t"))?.blob)
        let children = try index.children(of: manifest.id)
        try expect(children.map(\.record.form.contentDigest) == [digest("x"), digest("y")])
        try expect(try index.children(of: children[0].id) == [])
        try expect(try index.totals() == IndexTotals(entries: 1, blobs: 3, contentBytes: 20, storedBytes: 10))
        // What a use saves is measured against all that the tree takes.
        try expect(
          try index.entry(for: key("t"))?.use.score == retentionScore(floor: 0, uses: 1, cost: 2_000_000, bytes: 10))
      }
    },
    Check("a file that is also an artifact of its own stays with its tree when the artifact goes") { scene in
      try scene.withIndex { index in
        _ = try index.commit(tree("t", "m", ["x"], from: 10))
        _ = try index.commit(.put("file", .file("x", number: 30)))
        try expect(try index.remove(EntryRemoval(keys: [key("file")], time: time(1))).condemned == [])
        try expect(try index.liveBlob(digest("x"), domain: "") != nil)
      }
    },
    Check("a tree is committed with all of its files or not at all") { scene in
      try scene.withIndex { index in
        _ = try index.commit(.put("file", .file("x", number: 1)))
        let x = try require(try index.entry(for: key("file"))?.blob)
        // packing a tree that has x          | eviction
        //                                    | condemns x
        _ = try index.evict(toBytes: 0, entries: 0, batch: 10, at: time(1))
        // commits                            |
        let refused = EntryCommit.put("t", .file("m", number: 2), children: [.file("y", number: 3), .existing(x.id)])
        try expect(try index.commit(refused).word == "refused: blobGone")
        try expect(try index.totals() == IndexTotals())
        // places x under a new name          |
        let again = EntryCommit.put(
          "t", .file("m", number: 2), children: [.file("y", number: 3), .file("x", number: 4)])
        try expect(try index.commit(again).word == "committed, 0 surplus, 0 condemned")
        //                                    | unlinks the old file, forgets its row
        try index.forget([CondemnedBlob(id: x.id, name: x.record.name)])
        let children = try index.children(of: try require(try index.entry(for: key("t"))?.blob?.id))
        try expect(children.map(\.record.name?.n) == [3, 4])
      }
    },
    Check("a healed blob takes over every entry and edge of the damaged one") { scene in
      try scene.withIndex { index in
        _ = try index.commit(tree("t", "m", ["x"], from: 10))
        _ = try index.commit(.put("a", .file("x", number: 20)))
        let old = try require(try index.entry(for: key("a"))?.blob)
        let before = try index.totals()
        let record = BlobRecord.file("x", number: 30)
        let healed = EntryCommit.BlobSource.healed(old.id, record, sealer.seal(record))
        let outcome = try index.commit(.put("a", healed, content: "x"))
        guard case .committed(let surplus, let condemned) = outcome else {
          throw ConformanceFailure("\(outcome.word)")
        }
        try expect(surplus == [])
        try expect(
          condemned.map(\.id) == [old.id] && condemned.allSatisfy { $0.name == old.record.name && $0.evidence != nil })
        let new = try require(try index.entry(for: key("a"))?.blob)
        try expect(new.record == record)
        try expect(new.id > old.id)
        try expect(try index.children(of: BlobID(rawValue: 2)) == [new])
        try expect(try index.totals() == before)
      }
    },
    Check("a healed manifest keeps its files") { scene in
      try scene.withIndex { index in
        _ = try index.commit(tree("t", "m", ["x", "y"], from: 10))
        let old = try require(try index.entry(for: key("t"))?.blob)
        let record = BlobRecord.file("m", number: 30)
        let healed = EntryCommit.BlobSource.healed(old.id, record, sealer.seal(record))
        try expect(try index.commit(.put("t", healed, content: "m")).word == "committed, 0 surplus, 1 condemned")
        let manifest = try require(try index.entry(for: key("t"))?.blob)
        try expect(try index.children(of: manifest.id).count == 2)
        try expect(try index.children(of: old.id) == [])
      }
    },
    Check("of two that heal the same blob the second uses what the first has placed") { scene in
      try scene.withIndex { index in
        _ = try index.commit(.put("a", .file("x", number: 1)))
        let old = try require(try index.entry(for: key("a"))?.blob)
        let (one, two) = (BlobRecord.file("x", number: 2), BlobRecord.file("x", number: 3))
        // reader one                         | reader two
        // finds x damaged, places its copy   | finds x damaged, places its copy
        // commits                            |
        let first = try index.commit(.put("a", .healed(old.id, one, sealer.seal(one)), content: "x"))
        //                                    | commits
        let second = try index.commit(.put("a", .healed(old.id, two, sealer.seal(two)), content: "x"))
        try expect(first.word == "committed, 0 surplus, 1 condemned")
        try expect(second.word == "committed, 1 surplus, 0 condemned")
        try expect(try index.entry(for: key("a"))?.blob?.record == one)
      }
    },
    Check("a blob removed while it was healed is placed anew, and its condemned name stays condemned") { scene in
      try scene.withIndex { index in
        _ = try index.commit(.put("a", .file("x", number: 1)))
        let old = try require(try index.entry(for: key("a"))?.blob)
        // reader                             | eviction
        // finds x damaged, places its copy   |
        //                                    | condemns x
        _ = try index.evict(toBytes: 0, entries: 0, batch: 1, at: time(1))
        // commits                            |
        let record = BlobRecord.file("x", number: 2)
        let outcome = try index.commit(.put("a", .healed(old.id, record, sealer.seal(record)), content: "x"))
        try expect(outcome.word == "committed, 0 surplus, 0 condemned")
        try expect(try index.condemned(after: nil, limit: 9).map(\.id) == [old.id])
        //                                    | unlinks the old file, forgets its row
        try index.forget(try index.condemned(after: nil, limit: 9))
        try expect(try index.entry(for: key("a"))?.blob?.record == record)
      }
    },
    Check("a heal never points an entry to other content") { scene in
      try scene.withIndex { index in
        _ = try index.commit(.put("a", .file("x", number: 1)))
        _ = try index.commit(.put("b", .file("y", number: 2)))
        let x = try require(try index.entry(for: key("a"))?.blob)
        let record = BlobRecord.file("z", number: 3)
        _ = try index.commit(.put("b", .healed(x.id, record, sealer.seal(record)), content: "z"))
        try expect(try index.entry(for: key("a"))?.blob == x)
        try expect(try index.entry(for: key("b"))?.blob?.record == record)
      }
    },
    Check("removing a tree condemns its manifest and the files left alone, not those that others use") { scene in
      try scene.withIndex { index in
        _ = try index.commit(tree("t", "m1", ["x", "y", "z"], from: 10))
        _ = try index.commit(tree("u", "m2", ["y"], from: 20))
        _ = try index.commit(.put("file", .file("z", number: 30)))
        try expect(names(try index.remove(EntryRemoval(keys: [key("t")], time: time(1)))) == hex("m1", "x"))
        try expect(names(try index.remove(EntryRemoval(keys: [key("file")], time: time(1)))) == hex("z"))
        try expect(names(try index.remove(EntryRemoval(keys: [key("u")], time: time(1)))) == hex("m2", "y"))
        try expect(try index.all(.edges).isEmpty)
      }
    },
    Check("an inline blob is healed without leaving a row") { scene in
      for toFile in [true, false] {
        try scene.withIndex { index in
          _ = try index.commit(.put("a", .inline("x")))
          let old = try require(try index.entry(for: key("a"))?.blob)
          let source = toFile ? EntryCommit.BlobSource.file("x", number: 1) : .inline("x")
          guard case .placed(let record, let seal) = source else { return }
          let outcome = try index.commit(.put("a", .healed(old.id, record, seal), content: "x"))
          try expect(outcome.word == "committed, 0 surplus, 0 condemned")
          try expect(try index.blobs.map(\.id.rawValue) == [2])
        }
      }
    },
  ]
}

private func tree(
  _ name: String, _ manifest: String, _ files: [String], from number: UInt64
) -> EntryCommit {
  .put(
    name, .file(manifest, number: number),
    children: files.enumerated().map { .file($1, number: number + 1 + UInt64($0)) })
}

private func names(_ outcome: RemovalOutcome) -> Set<String> {
  Set(outcome.condemned.compactMap { $0.name?.contentDigest.hex })
}

private func hex(_ contents: String...) -> Set<String> { Set(contents.map { digest($0).hex }) }
