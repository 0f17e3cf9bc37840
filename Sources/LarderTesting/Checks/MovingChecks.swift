internal import LarderCrypto
internal import LarderFormat
internal import LarderIndex
internal import LarderSystem

extension IndexConformance {
  static let moving: [Check] = [
    Check("the rows of all tables come in pages, and make the same index again") { scene in
      var copied: [IndexTable: [IndexRow]] = [:]
      try scene.withIndex { index in
        try fill(index)
        for table in IndexTable.allCases {
          let rows = try index.all(table, page: 1000)
          try expect(try index.all(table, page: 1) == rows, "\(table) in pages of one")
          try expect(!rows.isEmpty, "the sample has no \(table)")
          copied[table] = rows
        }
      }
      try scene.withPlace { place in
        let index = try scene.store.create(in: place, identity: .sample)
        try expect(try index.state() == .open)
        try refusal {
          try index.load([]); try index.load(copied[.blobs] ?? [])
        }
        try index.set(.upgrading)
        // Twice: a copy that was interrupted is taken up where it may have been already.
        for _ in 0..<2 {
          for table in IndexTable.allCases {
            let rows = copied[table] ?? []
            for start in stride(from: 0, to: rows.count, by: 7) {
              try index.load(Array(rows[start..<min(start + 7, rows.count)]))
            }
          }
        }
        try index.set(.open)
        for table in IndexTable.allCases { try expect(try index.all(table) == copied[table], "\(table)") }
        try index.verify()
        try expect(try index.children(of: try require(try index.entry(for: key("tree"))?.blob?.id)).count == 2)
        try expect(
          try index.absence(of: key("gone"), namespace: "n", function: "f", version: "1").tombstone?.reason
            == .invalidated)
        // What is done next goes on where the other index was.
        let highest = try index.highestBlob()
        try expect(try index.commit(.put("new", .file("new", number: 90))).word == "committed, 0 surplus, 0 condemned")
        try expect(try require(try index.entry(for: key("new"))?.blob?.id) > highest)
        try expect(try index.commit(.put("gone", .inline("v"), removalsSeen: 0)).word == "refused: invalidated")
        _ = try index.remove(EntryRemoval(keys: [key("tree")], time: time(1)))
        try index.verify()
        index.close()
      }
    },
    Check("an index is moved once it is said to be, also for who has it open") { scene in
      guard scene.store.isShared else { return }
      try scene.withPlace { place in
        let index = try scene.store.create(in: place, identity: .sample)
        try index.open(.sample)
        _ = try index.commit(.put("a", .file("v", number: 1)))
        try scene.withIndex(in: place) { other in
          try other.set(.moved)
          try other.set(.moved)
        }
        try expect(try index.state() == .moved)
        try expect(try index.commit(.put("b", .file("w", number: 2))).word == "refused: indexClosed")
        try expect(try index.entry(for: key("a")) != nil, "what it says stays to be read")
        index.close()
      }
    },
  ]

  /// Rows of every table.
  private static func fill(_ index: any CacheIndex) throws {
    try index.open(.other)
    for number in UInt64(0)..<20 {
      _ = try index.commit(
        .put("\(number)", number.isMultiple(of: 3) ? .inline("i\(number)") : .file("v\(number % 7)", number: number)))
    }
    _ = try index.commit(
      .put("tree", .file("m", number: 40), children: [.file("x", number: 41), .file("y", number: 42)]))
    _ = try index.commit(.put("gone", .file("gone", number: 43)))
    _ = try index.remove(EntryRemoval(keys: [key("gone"), key("3")], time: time(7)))
    try index.announce(EntrySelection(), at: time(8))
    let bad = try require(try index.entry(for: key("1"))?.blob)
    _ = try index.withdraw(bad.id, reason: .corrupt, evidence: "its bytes are not \u{e4}", at: time(9))
    try index.record(
      [UseRecord(key: key("4"), count: 3, last: time(9000))],
      [
        Statistic(day: 3, namespace: "n", function: "f", name: "hits", value: 7),
        Statistic(day: 3, namespace: "", function: "", name: "puts", value: .max),
      ])
    try index.recordSweep([0, 255, 256], at: time(10), within: nil)
    try index.fence(.other)
    try index.markDurable([.sample], upTo: BlobID(rawValue: 5), and: [])
  }
}
