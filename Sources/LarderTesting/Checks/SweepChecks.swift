internal import LarderCrypto
internal import LarderFormat
internal import LarderIndex
internal import LarderSystem

extension IndexConformance {
  static let sweeping: [Check] = [
    Check("every blob row is in its shard once, whatever the size of a page") { scene in
      for page in [1, 2, 7, 1000] {
        try scene.withIndex { index in
          for number in 0..<120 {
            _ = try index.commit(.put("\(number)", .file("v\(number)", number: UInt64(number))))
            if number.isMultiple(of: 4) { _ = try index.commit(.put("i\(number)", .inline("w\(number)"))) }
          }
          let domains = ["", "a", "b", "c"].enumerated().map {
            BlobRecord.file("same", number: 1000 + UInt64($0), domain: $1)
          }
          for record in domains {
            _ = try index.commit(.put("in \(record.domain)", .placed(record, sealer.seal(record))))
          }
          let removed = try index.remove(EntryRemoval(keys: (0..<40).map { key("\($0)") }, time: time(1)))
          try expect(removed.condemned.count == 40)

          let shards = try sweep(index, page: page)
          for (shard, rows) in shards.enumerated() {
            for row in rows {
              let record = try require(row.row?.record)
              try expect(record.form.contentDigest.withUnsafeBytes { $0[0] } == shard)
              try expect(row.name == record.name)
              try expect(row.isReferenced == (row.state == .live))
              try expect(sealer.verifies(record, try require(row.row?.seal)))
              if case .inline(let bytes) = record.place { try expect(Int64(bytes.count) == record.form.storedSize) }
            }
          }
          let rows = shards.flatMap { $0 }
          try expect(rows.count == 120 + 30 + 4)
          try expect(Set(rows.map(\.id)).count == rows.count)
          try expect(Set(rows.filter { $0.state == .condemned }.map(\.id)) == Set(removed.condemned.map(\.id)))
        }
      }
    },
    Check("a page goes on where the last one ended, although its last row is gone by then") { scene in
      try scene.withIndex { index in
        for number in 0..<600 { _ = try index.commit(.put("\(number)", .inline("v\(number)"))) }
        var seen = 0
        for shard in UInt8.min...UInt8.max {
          var position: BlobPosition?
          while let row = try index.blobs(inShard: shard, after: position, limit: 1).first {
            position = row.position
            seen += 1
            let owners = try index.dependents(of: row.id, limit: 10)
            try expect(owners.count == 1)
            _ = try index.remove(EntryRemoval(keys: owners, time: time(1)))
          }
        }
        try expect(seen == 600)
      }
    },
    Check("the row of a file is found by its name, live and condemned, and of no other name") { scene in
      try scene.withIndex { index in
        let record = BlobRecord.file("v", number: .max)
        let name = try require(record.name)
        try expect(try index.blob(named: name) == nil)
        _ = try index.commit(.put("k", .placed(record, sealer.seal(record))))
        let live = try require(try index.blob(named: name))
        try expect(live.state == .live && live.name == name && live.row?.record == record && live.isReferenced)
        _ = try index.remove(EntryRemoval(keys: [key("k")], time: time(1)))
        let condemned = try require(try index.blob(named: name))
        try expect(condemned.state == .condemned && condemned.id == live.id && !condemned.isReferenced)
        for other in [
          BlobName(contentDigest: name.contentDigest, session: name.session, n: 1, encoding: name.encoding),
          BlobName(contentDigest: name.contentDigest, session: 1, n: name.n, encoding: name.encoding),
          BlobName(contentDigest: name.contentDigest, session: name.session, n: name.n, encoding: .raw),
          BlobName(contentDigest: digest("w"), session: name.session, n: name.n, encoding: name.encoding),
        ] { try expect(try index.blob(named: other) == nil) }
        _ = try index.commit(.put("i", .inline("in the row")))
        let inline = BlobName(contentDigest: digest("in the row"), session: 0, n: 0, encoding: .raw)
        try expect(try index.blob(named: inline) == nil)
      }
    },
    Check("the row of an id is found whatever became of it") { scene in
      try scene.withIndex { index in
        _ = try index.commit(.put("k", .file("v", number: 1)))
        let blob = try require(try index.entry(for: key("k"))?.blob)
        try expect(try index.blob(blob.id)?.row == blob)
        try expect(try index.blob(blob.id)?.state == .live)
        _ = try index.remove(EntryRemoval(keys: [key("k")], time: time(1)))
        try expect(try index.blob(blob.id)?.state == .condemned)
        try expect(try index.blob(BlobID(rawValue: 99)) == nil)
      }
    },
    Check("entries come in pages with what their seals cover") { scene in
      try scene.withIndex { index in
        for number in 0..<25 { _ = try index.commit(.put("\(number)", .inline("v\(number)"))) }
        var keys: [ArtifactKey] = []
        while true {
          let page = try index.entries(after: keys.last, through: nil, limit: 4, withDocuments: true)
          if page.isEmpty { break }
          for entry in page {
            try expect(sealer.verifies(entry.record, entry.seal))
            try expect(entry.blob != nil)
          }
          keys += page.map(\.record.key)
        }
        try expect(Set(keys).count == 25)
        try expect(
          try index.entries(after: nil, through: nil, limit: 1, withDocuments: false).first?.record.document == [])
        let part = try index.entries(after: keys[3], through: keys[9], limit: 100, withDocuments: true)
        try expect(part.map(\.record.key) == Array(keys[4...9]))
        try expect(try index.entries(after: keys[3], through: keys[3], limit: 100, withDocuments: true) == [])
      }
    },
    Check("what depends on a blob are the entries that refer to it and those of trees that have it as a file") {
      scene in
      try scene.withIndex { index in
        _ = try index.commit(.put("value", .file("shared", number: 1)))
        for tree in ["t1", "t2"] {
          _ = try index.commit(.put(tree, .file("m \(tree)", number: 2), children: [.file("shared", number: 1)]))
        }
        _ = try index.commit(.put("other", .file("other", number: 3)))
        let blob = try require(try index.entry(for: key("value"))?.blob)
        try expect(Set(try index.dependents(of: blob.id, limit: 10)) == [key("value"), key("t1"), key("t2")])
        try expect(try index.dependents(of: blob.id, limit: 2).count == 2)
        try expect(try index.dependents(of: BlobID(rawValue: 99), limit: 2) == [])
      }
    },
    Check("a session is forgotten when it is dead, not while it is open") { scene in
      try scene.withIndex { index in
        try index.open(.other)
        try index.forget(.other)
        try expect(try index.sessions().count == 2)
        try index.fence(.other)
        try index.forget(.other)
        try expect(try index.sessions() == [.sample])
        try expect(try index.commit(.put("k", .file("v", number: 1), session: .other)).word == "refused: sessionClosed")
      }
    },
    Check("when a portion was verified is remembered, the last time of each") { scene in
      try scene.withIndex { index in
        try expect(try index.sweeps() == [:])
        for (portion, at) in [(0, 5), (256, 6), (255, 7), (0, 8)] {
          try index.recordSweep([portion], at: time(Int64(at)), within: nil)
        }
        try expect(try index.sweeps() == [0: time(8), 255: time(7), 256: time(6)])
      }
    },
    Check("an entry comes with all that it refers to: the row of its blob, and the files of its tree") { scene in
      try scene.withIndex { index in
        _ = try index.commit(
          .put("t", .file("m", number: 1), children: [.file("x", number: 2), .file("y", number: 3)]))
        let whole = try require(try index.sweptEntry(for: key("t")))
        try expect(whole.entry.record.document == Array("document t".utf8), "its seal covers the document")
        try expect(Set(whole.files) == Set(["x", "y"].map(digest)) && whole.edges == 2 && !whole.hasAlteredBlob)
        try expect(try index.sweptEntry(for: key("?")) == nil)
        // An edge to a row that is not there, as damage leaves it.
        try index.alter([.edge(parent: try require(whole.entry.blob).id, child: BlobID(rawValue: 77))])
        let stranded = try require(try index.sweptEntry(for: key("t")))
        try expect(stranded.files.count == 2 && stranded.edges == 3)
        _ = try index.dropFalseEdges(
          of: try require(whole.entry.blob).id, but: Set(["x", "y"].map(digest)), evidence: nil)
        try expect(try index.sweptEntry(for: key("t"))?.edges == 2)
      }
    },
    Check("edges that begin at no tree are found page by page, and go with what they alone keep") { scene in
      try scene.withIndex { index in
        var commit = EntryCommit.put("t", .file("m", number: 1), children: [.file("x", number: 2)])
        commit.entry.representation = "tree"
        _ = try index.commit(commit)
        for number in UInt64(0)..<3 {
          _ = try index.commit(.put("v\(number)", .file("v\(number)", number: 10 + number)))
        }
        let manifest = try require(try index.entry(for: key("t"))?.blob).id
        let record = BlobRecord.file("kept by an edge", number: 20)
        let kept = BlobID(rawValue: 50)
        let values = try (0..<3).map { try require(try index.entry(for: key("v\($0)"))?.blob).id }
        try index.alter(
          [.blob(BlobRow(id: kept, record: record, seal: sealer.seal(record)))]
            + values.map { .edge(parent: $0, child: kept) })
        try index.correctTotals()
        var parents: [BlobID] = []
        while true {
          let page = try index.falseParents(after: parents.last, limit: 2)
          if page.isEmpty { break }
          parents += page
        }
        try expect(parents == values.sorted() && !parents.contains(manifest))
        for (number, parent) in parents.enumerated() {
          let outcome = try index.dropFalseEdges(of: parent, but: nil, evidence: "why")
          try expect(outcome.condemned.map(\.id) == (number == 2 ? [kept] : []))
        }
        try expect(try index.dropFalseEdges(of: manifest, but: nil, evidence: nil) == RemovalOutcome())
        try expect(try index.children(of: manifest).count == 1)
      }
    },
  ]
}

/// Every row of every shard, read in pages.
private func sweep(_ index: any CacheIndex, page: Int) throws -> [[SweptBlob]] {
  try (UInt8.min...UInt8.max).map { shard in
    var rows: [SweptBlob] = []
    while true {
      let more = try index.blobs(inShard: shard, after: rows.last?.position, limit: page)
      try expect(more.count <= page)
      if more.isEmpty { return rows }
      rows += more
    }
  }
}
