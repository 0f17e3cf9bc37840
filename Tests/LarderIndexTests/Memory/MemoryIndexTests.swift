import Foundation
import LarderFormat
import LarderIndex
import LarderSystem
import Shared
import Testing

@Suite("An index in memory") struct MemoryIndexTests {
  @Test("does what the one in SQLite does, row by row, through hundreds of random transactions")
  func sameAsSQLite() async throws {
    let seed = UInt64.random(in: 0 ... .max)
    var random = SplitMix(seed: seed)
    try await withIndex { reference in
      let index = MemoryIndex(identity: .sample)
      try index.open(.sample)
      for step in 0..<600 {
        let name = "k\(Int.random(in: 0..<12, using: &random))"
        let content = "c\(Int.random(in: 0..<8, using: &random))"
        let number = UInt64(step) * 10
        switch Int.random(in: 0..<9, using: &random) {
        case 0, 1, 2:
          let put = EntryCommit.put(
            name, .file(content, number: number), function: "f\(step % 3)", created: Int64(step))
          #expect(try index.commit(put).word == reference.commit(put).word)
        case 3:
          let files = (0..<3).map { EntryCommit.BlobSource.file("c\(($0 + step) % 8)", number: number + UInt64($0)) }
          let puts = [
            EntryCommit.put(name, .file("m\(step % 4)", number: number + 9), children: files),
            // Refused after a child had its row.
            .put(
              "x", .file("m", number: number + 8),
              children: [.file("new \(step)", number: number + 7), .existing(BlobID(rawValue: 9999))]),
          ]
          #expect(try index.commit(puts).map(\.word) == reference.commit(puts).map(\.word))
        case 4:
          let removal = EntryRemoval(keys: [key(name)], time: time(Int64(step)))
          #expect(try index.remove(removal) == reference.remove(removal))
        case 5:
          let uses = [UseRecord(key: key(name), count: 2, last: time(Int64(step)))]
          let statistics = [Statistic(day: Int64(step % 3), namespace: "n", function: "f", name: "hits", value: 1)]
          try index.record(uses, statistics)
          try reference.record(uses, statistics)
        case 6:
          let entries = Int64.random(in: 3..<12, using: &random)
          #expect(
            try index.evict(toBytes: .max, entries: entries, batch: 3, at: time(0))
              == reference.evict(toBytes: .max, entries: entries, batch: 3, at: time(0)))
        case 7:
          guard let blob = try reference.liveBlob(digest(content), domain: "") else { continue }
          let (mine, theirs) = (
            try index.withdraw(blob.id, reason: .corrupt, evidence: "why", at: time(1)),
            try reference.withdraw(blob.id, reason: .corrupt, evidence: "why", at: time(1))
          )
          #expect(Set(mine.removed) == Set(theirs.removed) && Set(mine.condemned) == Set(theirs.condemned))
        default:
          let condemned = try reference.condemned(after: nil, limit: 3)
          #expect(try index.condemned(after: nil, limit: 3) == condemned)
          try index.forget(condemned)
          try reference.forget(condemned)
          try index.markDurable([.sample], upTo: try index.highestBlob(), and: [])
          try reference.markDurable([.sample], upTo: try reference.highestBlob(), and: [])
        }
        #expect(try index.totals() == reference.totals(), "seed \(seed), step \(step)")
      }
      try expectSame(index, reference, "seed \(seed)")
    }
  }

  private func expectSame(_ index: some CacheIndex, _ reference: some CacheIndex, _ comment: Comment) throws {
    for table in IndexTable.allCases where table != .entries && table != .tombstones {
      #expect(
        try index.rows(of: table, after: nil, limit: .max).map(\.json)
          == reference.rows(of: table, after: nil, limit: .max).map(\.json), comment)
    }
    var last: ArtifactKey?
    while true {
      let page = try index.entries(after: last, through: nil, limit: 5, withDocuments: true)
      let other = try reference.entries(after: last, through: nil, limit: 5, withDocuments: true)
      #expect(page.map(\.record) == other.map(\.record) && page.map(\.blob) == other.map(\.blob), comment)
      guard let end = page.last else { break }
      last = end.record.key
    }
    for shard in UInt8.min...UInt8.max {
      var position: BlobPosition?
      while true {
        let page = try index.blobs(inShard: shard, after: position, limit: 2)
        #expect(try page == reference.blobs(inShard: shard, after: position, limit: 2), comment)
        guard let end = page.last else { break }
        position = end.position
      }
    }
    for number in 0..<12 {
      #expect(
        try index.absence(of: key("k\(number)"), namespace: "n", function: "f1", version: "1")
          == reference.absence(of: key("k\(number)"), namespace: "n", function: "f1", version: "1"), comment)
    }
    #expect(try index.check(quick: true) == [])
  }

  @Test("undoes all of a transaction that throws, or is abandoned")
  func undone() throws {
    let index = MemoryIndex(identity: .sample)
    try index.open(.sample)
    for number in 0..<5 {
      _ = try index.commit(
        .put("\(number)", .file("m\(number)", number: UInt64(number)), children: [.inline("\(number)")]))
    }
    _ = try index.remove(EntryRemoval(keys: [key("4")], time: time(1)))
    let before = try rows(index)
    #expect(throws: IndexError.self) { try index.open(.sample) }
    let blob = try #require(try index.entry(for: key("0"))?.blob)
    let record = BlobRecord.file("m0", number: 99)
    let refused = EntryCommit.put(
      "0", .existing(BlobID(rawValue: 77)), children: [.healed(blob.id, record, sealer.seal(record))])
    #expect(try index.commit(refused).word == "refused: blobGone")
    #expect(try rows(index) == before)
  }
}
