internal import LarderCrypto
internal import LarderFormat
internal import LarderIndex
internal import LarderSystem

extension IndexConformance {
  static let scale: [Check] = [
    Check("100,000 entries are counted, found, listed, opened again and evicted") { scene in
      let count = 100_000
      try scene.withPlace { place in
        var index = try scene.store.create(in: place, identity: .sample)
        try index.open(.sample)
        for start in stride(from: 0, to: count, by: 1000) {
          let outcomes = try index.commit((start..<start + 1000).map { .put("\($0)", .inline("v\($0)")) })
          try expect(outcomes.allSatisfy { $0.word == "committed, 0 surplus, 0 condemned" })
        }
        if scene.store.isShared {
          index.close()
          index = try scene.store.open(in: place)
        }
        try expect(try index.totals().entries == Int64(count))
        for number in stride(from: 0, to: count, by: 9973) {
          try expect(try index.entry(for: key("\(number)"))?.blob?.record.form.contentDigest == digest("v\(number)"))
        }
        var last: ArtifactKey?
        var listed = 0
        while true {
          let page = try index.entries(after: last, limit: 5000)
          guard let end = page.last else { break }
          for entry in page {
            try expect(last.map { $0.digest.bytes.lexicographicallyPrecedes(entry.record.key.digest.bytes) } ?? true)
            last = entry.record.key
          }
          listed += page.count
          last = end.record.key
        }
        try expect(listed == count)
        try expect(
          try index.evict(toBytes: .max, entries: Int64(count - 250), batch: 250, at: time(0)).removed.count == 250)
        try expect(try index.totals().entries == Int64(count - 250))
        try index.verify()
        index.close()
        scene.store.remove(for: place)
      }
    }
  ]
}
