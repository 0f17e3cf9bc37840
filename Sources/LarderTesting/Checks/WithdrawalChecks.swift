internal import LarderCrypto
internal import LarderFormat
internal import LarderIndex
internal import LarderSystem

extension IndexConformance {
  static let withdrawals: [Check] = [
    Check(
      "a withdrawn blob takes its entries with it, each with a tombstone, and its row remembers why its file is moved aside"
    ) { scene in
      try scene.withIndex { index in
        _ = try index.commit(.put("a", .file("bad", number: 1)))
        _ = try index.commit(.put("b", .file("bad", number: 1)))
        _ = try index.commit(.put("c", .file("good", number: 2)))
        let blob = try require(try index.entry(for: key("a"))?.blob)
        let outcome = try index.withdraw(blob.id, reason: .corrupt, evidence: "why", at: time(9))
        try expect(Set(outcome.removed) == [key("a"), key("b")])
        try expect(outcome.condemned == [CondemnedBlob(id: blob.id, name: blob.record.name, evidence: "why")])
        try expect(outcome.storedBytes == blob.record.form.storedSize)
        for name in ["a", "b"] {
          let tombstone = try index.absence(of: key(name), namespace: "n", function: "f", version: "1").tombstone
          try expect(tombstone?.reason == .corrupt && tombstone?.removed == time(9))
        }
        try expect(try index.removals() == 0, "nobody asked for it")
        try expect(try index.entry(for: key("c"))?.blob != nil)
        try expect(try index.withdraw(blob.id, reason: .corrupt, evidence: "why", at: time(10)) == RemovalOutcome())
        try expect(
          try index.withdraw(BlobID(rawValue: 99), reason: .corrupt, evidence: "why", at: time(10)) == RemovalOutcome())
        try expect(try index.condemned(after: nil, limit: 9) == outcome.condemned)
        // The same content can be stored again.
        try expect(try index.commit(.put("a", .file("bad", number: 5))).word == "committed, 0 surplus, 0 condemned")
      }
    },
    Check("a withdrawn file takes the trees that have it, and of them what nothing else uses") { scene in
      try scene.withIndex { index in
        _ = try index.commit(
          .put("t1", .file("m1", number: 1), children: [.file("bad", number: 2), .file("only t1", number: 3)]))
        _ = try index.commit(
          .put("t2", .file("m2", number: 4), children: [.file("bad", number: 2), .file("shared", number: 5)]))
        _ = try index.commit(.put("t3", .file("m3", number: 6), children: [.file("shared", number: 5)]))
        _ = try index.commit(.put("v", .file("bad", number: 2)))
        let bad = try require(try index.liveBlob(digest("bad"), domain: ""))
        let outcome = try index.withdraw(bad.id, reason: .missingBlob, evidence: "why", at: time(9))
        try expect(Set(outcome.removed) == [key("t1"), key("t2"), key("v")])
        try expect(
          Set(outcome.condemned.compactMap(\.name?.contentDigest)) == Set(["m1", "m2", "bad", "only t1"].map(digest)))
        try expect(outcome.condemned.allSatisfy { $0.evidence == "why" })
        try expect(try index.children(of: try require(try index.entry(for: key("t3"))?.blob).id).count == 1)
      }
    },
    Check("a withdrawn manifest leaves its files to whoever else uses them") { scene in
      try scene.withIndex { index in
        _ = try index.commit(
          .put("t", .file("m", number: 1), children: [.file("x", number: 2), .file("y", number: 3)]))
        _ = try index.commit(.put("x", .file("x", number: 2)))
        let manifest = try require(try index.entry(for: key("t"))?.blob)
        let outcome = try index.withdraw(manifest.id, reason: .corrupt, evidence: "why", at: time(9))
        try expect(outcome.removed == [key("t")])
        try expect(outcome.condemned.map { $0.name?.contentDigest } == [digest("m"), digest("y")])
        try expect(outcome.condemned.map(\.evidence) == ["why", "why"])
        try expect(try index.entry(for: key("x"))?.blob != nil)
      }
    },
    Check("a tree's manifest that is a file of another tree stays there when one of its own files is withdrawn") {
      scene in
      try scene.withIndex { index in
        _ = try index.commit(.put("inner", .file("m", number: 1), children: [.file("bad", number: 2)]))
        _ = try index.commit(.put("outer", .file("o", number: 3), children: [.file("m", number: 1)]))
        let bad = try require(try index.liveBlob(digest("bad"), domain: ""))
        try expect(try index.withdraw(bad.id, reason: .corrupt, evidence: "why", at: time(9)).removed == [key("inner")])
        try expect(try index.entry(for: key("outer"))?.blob != nil)
        try expect(try index.liveBlob(digest("m"), domain: "") != nil)
      }
    },
    Check("an inline blob is withdrawn without a file to move aside") { scene in
      try scene.withIndex { index in
        _ = try index.commit(.put("k", .inline("bad")))
        let blob = try require(try index.entry(for: key("k"))?.blob)
        try expect(try index.withdraw(blob.id, reason: .corrupt, evidence: "why", at: time(9)).condemned == [])
        try expect(try index.liveBlob(digest("bad"), domain: "") == nil)
      }
    },
    Check("a healed blob's old file is to be moved aside, a replaced one's is not") { scene in
      try scene.withIndex { index in
        _ = try index.commit(.put("k", .file("v", number: 1)))
        let old = try require(try index.entry(for: key("k"))?.blob)
        let record = BlobRecord.file("v", number: 2)
        guard
          case .committed(_, let condemned) = try index.commit(
            .put("k", .healed(old.id, record, sealer.seal(record)), content: "v"))
        else { throw ConformanceFailure("the heal was not committed") }
        try expect(condemned.map(\.id) == [old.id] && condemned.allSatisfy { $0.evidence != nil })
        guard case .committed(_, let replaced) = try index.commit(.put("k", .file("w", number: 3))) else {
          throw ConformanceFailure("the put was not committed")
        }
        try expect(replaced.map(\.evidence) == [nil])
      }
    },
    Check("condemned rows come in pages, those that were forgotten meanwhile left out") { scene in
      try scene.withIndex { index in
        for number in 0..<10 { _ = try index.commit(.put("\(number)", .file("v\(number)", number: UInt64(number)))) }
        let all = try index.remove(EntryRemoval(keys: (0..<10).map { key("\($0)") }, time: time(1))).condemned
        var seen: [CondemnedBlob] = []
        while true {
          let page = try index.condemned(after: seen.last?.id, limit: 3)
          if page.isEmpty { break }
          seen += page
          try index.forget(page)
        }
        try expect(seen.map(\.id) == all.map(\.id).sorted())
      }
    },
    Check("of the blobs that a sweep saw without a reference only those are condemned that still have none") { scene in
      try scene.withIndex { index in
        _ = try index.commit(.put("used", .file("used", number: 1)))
        // As after damage: rows of blobs and edges without the entries that they were for.
        let rows = ["gone", "m", "x"].enumerated().map { number, content in
          let record = BlobRecord.file(content, number: UInt64(number + 2))
          return IndexRow.blob(
            BlobRow(id: BlobID(rawValue: Int64(number + 2)), record: record, seal: sealer.seal(record)))
        }
        try index.alter(
          rows + [
            .edge(parent: BlobID(rawValue: 3), child: BlobID(rawValue: 4)),
            .edge(parent: BlobID(rawValue: 3), child: BlobID(rawValue: 1)),
          ])
        try index.correctTotals()
        let blobs = (1...4).map { BlobID(rawValue: $0) } + [BlobID(rawValue: 99)]
        let outcome = try index.condemnUnreferenced(blobs, evidence: nil)
        try expect(outcome.removed == [])
        try expect(Set(outcome.condemned.compactMap(\.name?.contentDigest)) == Set(["gone", "m", "x"].map(digest)))
        try expect(outcome.condemned.allSatisfy { $0.evidence == nil })
        try expect(try index.condemnUnreferenced(blobs, evidence: nil) == RemovalOutcome())
        try expect(try index.condemnUnreferenced([], evidence: nil) == RemovalOutcome())
      }
    },
    Check("a file that another live row is in as well is nobody's to unlink until that row goes, too") { scene in
      try scene.withIndex { index in
        _ = try index.commit(.put("a", .file("v", number: 1)))
        let blob = try require(try index.entry(for: key("a"))?.blob)
        let name = try require(blob.record.name)
        var record = blob.record
        record.domain = "other"
        let copy = BlobID(rawValue: blob.id.rawValue + 1000)
        try index.alter([.blob(BlobRow(id: copy, record: record, seal: blob.seal))])
        try index.correctTotals()
        try expect(Set(try index.liveBlobs(at: name)) == [blob.id, copy])
        let first = try index.withdraw(copy, reason: .signature, evidence: nil, at: time(1))
        try expect(first.condemned == [], "its file is that of a live row")
        try expect(try index.liveBlobs(at: name) == [blob.id])
        try expect(try index.condemned(limit: 9) == [])
        let last = try index.remove(EntryRemoval(keys: [key("a")], time: time(2)))
        try expect(last.condemned.map(\.name) == [name])
        try expect(try index.liveBlobs(at: name) == [])
      }
    },
  ]
}
