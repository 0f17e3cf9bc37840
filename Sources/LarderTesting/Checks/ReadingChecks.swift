internal import LarderCrypto
internal import LarderFormat
internal import LarderIndex
internal import LarderSystem

extension IndexConformance {
  static let reading: [Check] = [
    Check("several keys come back in the order asked for, the missing ones as nothing") { scene in
      try scene.withIndex { index in
        _ = try index.commit(.put("a", .inline("1")))
        _ = try index.commit(.put("b", .inline("2")))
        let found = try index.entries(for: [key("b"), key("?"), key("a"), key("b")])
        try expect(found.map { $0?.record.key } == [key("b"), nil, key("a"), key("b")])
        try expect(try index.entries(for: []) == [])
      }
    },
    Check("pages of entries give each of them once, in key order, without documents and bytes") { scene in
      try scene.withIndex { index in
        for number in 0..<25 { _ = try index.commit(.put("\(number)", .inline("v\(number)"))) }
        var last: ArtifactKey?
        var keys: [String] = []
        while true {
          let page = try index.entries(after: last, limit: 10)
          if page.isEmpty { break }
          try expect(page.allSatisfy { $0.record.document.isEmpty && $0.record.detail.isEmpty })
          try expect(page.allSatisfy { $0.blob?.record.place == .inline([]) })
          keys += page.map(\.record.key.description)
          last = page.last?.record.key
        }
        try expect(keys == (0..<25).map { key("\($0)").description }.sorted())
        try expect(try index.entries(after: nil, limit: 0) == [])
      }
    },
    Check("the first and the last possible key are found by page and prefix") { scene in
      try scene.withIndex { index in
        for byte in [UInt8(0), 255] {
          var commit = EntryCommit.put("k", .inline("v"))
          commit.entry.key = ArtifactKey(try require(Digest(Array(repeating: byte, count: 32))))
          _ = try index.commit(commit)
        }
        try expect(try index.entries(after: nil, limit: 9).count == 2)
        try expect(try index.keys(withPrefix: String(repeating: "f", count: 64), limit: 9).count == 1)
        try expect(try index.keys(withPrefix: "0", limit: 9).count == 1)
      }
    },
    Check("keys are found by the digits that they begin with") { scene in
      try scene.withIndex { index in
        for number in 0..<300 { _ = try index.commit(.put("\(number)", .inline("v"))) }
        let all = (0..<300).map { key("\($0)").description }.sorted()
        try expect(try index.keys(withPrefix: "", limit: 1000).map(\.description) == all)
        for prefix in ["0", "a", "f", "3c", "abc", all[7], String(all[7].dropLast())] {
          try expect(
            try index.keys(withPrefix: prefix, limit: 1000).map(\.description) == all.filter { $0.hasPrefix(prefix) })
        }
        try expect(try index.keys(withPrefix: all[7].uppercased(), limit: 9).map(\.description) == [all[7]])
        try expect(try index.keys(withPrefix: "", limit: 2).count == 2)
        for nonsense in ["x", "0x", "é", " 0", all[7] + "0"] {
          try expect(try index.keys(withPrefix: nonsense, limit: 9) == [])
        }
      }
    },
    Check("a miss is explained by what is known of its function") { scene in
      try scene.withIndex { index in
        _ = try index.commit(.put("a", .inline("v"), function: "f", version: "1"))
        func seen(_ namespace: String, _ function: String, _ version: String) throws -> [Bool] {
          let absence = try index.absence(of: key("?"), namespace: namespace, function: function, version: version)
          try expect(absence.tombstone == nil)
          return [absence.functionSeen, absence.versionSeen]
        }
        try expect(try seen("n", "f", "1") == [true, true])
        try expect(try seen("n", "f", "2") == [true, false])
        try expect(try seen("n", "g", "1") == [false, false])
        try expect(try seen("m", "f", "1") == [false, false])
        _ = try index.evict(toBytes: 0, entries: 0, batch: 9, at: time(1))
        try expect(try seen("n", "f", "1") == [true, true], "tombstones count as well")
      }
    },
    Check("uses raise the score, and never take the last use back") { scene in
      try scene.withIndex { index in
        _ = try index.commit(.put("a", .file("v", number: 1, size: 100), created: 10, cost: 5_000_000))
        try index.record(
          [
            UseRecord(key: key("a"), count: 2, last: time(50)), UseRecord(key: key("?"), count: 2, last: time(50)),
            UseRecord(key: key("a"), count: 1, last: time(40)),
          ], [])
        let use = try require(try index.entry(for: key("a"))?.use)
        try expect(use == EntryUse(uses: 4, last: time(50), score: 4 * 5_000_000 / 100))
        try index.record([UseRecord(key: key("a"), count: .max, last: time(60))], [])
        try expect(try index.entry(for: key("a"))?.use.uses == .max)
      }
    },
    Check("counters add up by day, function and name") { scene in
      try scene.withIndex { index in
        func hits(_ day: Int64, _ function: String, _ value: Int64) -> Statistic {
          Statistic(day: day, namespace: "n", function: function, name: "hits", value: value)
        }
        try index.record([], [hits(2, "f", 3), hits(1, "f", 1), hits(2, "g", 5), hits(2, "f", 4)])
        try index.record([], [hits(2, "f", 10)])
        try index.record([], [])
        try expect(try index.statistics(since: 2) == [hits(2, "f", 17), hits(2, "g", 5)])
        try expect(try index.statistics(since: .min) == [hits(1, "f", 1), hits(2, "f", 17), hits(2, "g", 5)])
        try expect(try index.statistics(since: 3) == [])
      }
    },
    Check("sessions come and go; a dead one stays on record") { scene in
      try scene.withIndex { index in
        try index.open(.other)
        try expect(try index.sessions() == [.sample, .other])
        try index.fence(.other)
        var dead = SessionRecord.other
        dead.state = .dead
        try expect(try index.sessions() == [.sample, dead])
        try expect(try index.commit(.put("k", .inline("v"), session: .other)).word == "refused: sessionClosed")
        try index.close(.other)
        try expect(try index.sessions() == [.sample, dead])
        try index.close(.sample)
        try expect(try index.sessions() == [dead])
        try index.fence(.sample)
        try expect(try index.sessions() == [dead], "an absent one is not open anyway")
        try refusal { try index.open(.other) }
      }
    },
    Check("a barrier marks the files of its session up to where they were synced, and no others") { scene in
      try scene.withIndex { index in
        try index.open(.other)
        _ = try index.commit(.put("1", .file("1", number: 1)))
        _ = try index.commit(.put("2", .file("2", number: 1, session: .other), session: .other))
        _ = try index.commit(.put("3", .file("3", number: 2)))
        let mark = try index.highestBlob()
        _ = try index.commit(.put("4", .file("4", number: 3)))
        try index.markDurable([.sample], upTo: mark, and: [])
        try expect(try index.blobs.map(\.record.durable) == [true, false, true, false])
        try index.markDurable([.sample], upTo: try index.highestBlob(), and: [])
        try expect(try index.blobs.map(\.record.durable) == [true, false, true, true])
        try index.markDurable([.other], upTo: mark, and: [])
        try expect(try index.blobs.map(\.record.durable) == [true, true, true, true])
        try expect(try index.meta.barriers == 3)
        try expect(try index.entry(for: key("2"))?.blob?.record.durable == true)
      }
    },
  ]
}
