import Foundation
import LarderCrypto
import LarderFormat
import LarderIndex
import LarderSystem
import LarderTesting
import Testing

@Suite("Many processes and threads") struct ProcessTests {
  @Test("eight processes that put, get, heal, remove and evict lose nothing and are never told busy")
  func eightProcesses() async throws {
    try await withScratch { path in
      let file = path + "/index.sqlite"
      try SQLiteIndex.create(at: file, identity: .sample).close()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in UInt64(1)...8 {
          group.addTask {
            await #expect(processExitsWith: .success) { [file = file as String, number = number as UInt64] in
              try work(file, number)
            }
          }
        }
        try await group.waitForAll()
      }
      let index = try SQLiteIndex.open(at: file)
      for number in 1...8 {
        for step in 0..<150 {
          let entry = try index.entry(for: key("own \(number) \(step)"))
          #expect((entry?.blob == nil) == step.isMultiple(of: 10), "own \(number) \(step)")
        }
      }
      #expect(try index.statistics(since: 0).map(\.value) == [8 * 150])
      #expect(try index.sessions() == [])
      #expect(try recounted(file) == nil)
    }
  }

  @Test("eight threads share one index")
  func threads() async throws {
    try await withIndex { index in
      DispatchQueue.concurrentPerform(iterations: 8) { thread in
        for step in 0..<200 {
          do {
            let name = "\(thread) \(step)"
            let commit = EntryCommit.put(name, .file("c\(step % 50)", number: UInt64(thread * 1000 + step)))
            guard case .committed = try index.commit(commit) else {
              Issue.record("\(name) was not committed")
              return
            }
            #expect(try index.entry(for: key(name))?.blob?.record.form.contentDigest == digest("c\(step % 50)"))
          } catch { Issue.record(error) }
        }
      }
      let totals = try index.totals()
      #expect(totals.entries == 1600 && totals.blobs == 50)
    }
  }

  @Test("a process killed in the middle of commits leaves each of them whole or not there", arguments: 1...8)
  func killed(round: Int) async throws {
    try await withScratch { path in
      let file = path + "/index.sqlite"
      try SQLiteIndex.create(at: file, identity: .sample).close()
      await #expect(processExitsWith: .signal(SIGKILL)) {
        [file = file as String, path = path as String, round = round as Int] in
        let index = try SQLiteIndex.open(at: file)
        try index.open(.sample)
        let journal = try Descriptor(path + "/acknowledged", [.writeOnly, .create])
        // Ends the process from beside, wherever the commits happen to be.
        Thread.detachNewThread {
          Clock.rest(nanoseconds: UInt64(round) * 7_770_000)
          kill(getpid(), SIGKILL)
        }
        for number in 0..<UInt64(100_000) {
          let children = (0..<3).map { EntryCommit.BlobSource.file("c\(number) \($0)", number: number * 10 + $0) }
          _ = try index.commit(.put("\(number)", .file("m\(number)", number: number * 10 + 9), children: children))
          if number >= 5 {
            _ = try index.evict(toBytes: .max, entries: 5, batch: 2, at: time(0))
          }
          try journal.writeAll([1])
        }
      }
      let acknowledged = Int(try FileStatus(of: path + "/acknowledged").size)
      let index = try SQLiteIndex.open(at: file)
      #expect(try recounted(file) == nil)
      let totals = try index.totals()
      // At most one commit is not acknowledged, and not followed by its eviction.
      #expect(totals.entries <= 6 && totals.blobs == totals.entries * 4)
      #expect(totals.entries >= min(acknowledged, 5))
      if acknowledged > 0 {
        let last = try index.absence(of: key("\(acknowledged - 1)"), namespace: "n", function: "f", version: "1")
        let entry = try index.entry(for: key("\(acknowledged - 1)"))
        #expect(entry != nil || last.tombstone?.reason == .evicted)
      }
      // Its session is open on record until somebody finds its lock free; then nothing of it is committed any more.
      #expect(try index.sessions().map(\.state) == [.open])
      try index.fence(.sample)
      #expect(try index.commit(.put("late", .inline("v"))).word == "refused: sessionClosed")
    }
  }
}

/// What one of eight processes does.
private func work(_ file: String, _ number: UInt64) throws {
  let index = try SQLiteIndex.open(at: file)
  let session = SessionID(rawValue: number)
  try index.open(SessionRecord(id: session, host: "h", boot: "b", opened: time(0)))
  for step in 0..<150 {
    let placement = UInt64(step) * 10
    let name = "own \(number) \(step)"
    let put = EntryCommit.put(
      name, .file(name, number: placement, session: session), session: session, removalsSeen: try index.removals())
    guard case .committed = try index.commit(put) else { fatalError("\(name) was not committed") }
    try #require(try index.entry(for: put.entry.key)?.seal == put.seal)

    // All processes fight over these.
    let shared = EntryCommit.put(
      "shared \(step % 7)", .file("shared \(step % 5)", number: placement + 1, session: session), session: session)
    _ = try index.commit(shared)
    if let blob = try index.entry(for: shared.entry.key)?.blob, step.isMultiple(of: 3) {
      let record = BlobRecord.file("shared \(step % 5)", number: placement + 2, session: session)
      _ = try index.commit(
        .put(
          "shared \(step % 7)", .healed(blob.id, record, sealer.seal(record)), content: "shared \(step % 5)",
          session: session))
    }
    try index.record(
      [UseRecord(key: put.entry.key, count: 1, last: time(1))],
      [Statistic(day: 1, namespace: "", function: "", name: "puts", value: 1)])
    if step.isMultiple(of: 10) {
      try #require(try index.remove(EntryRemoval(keys: [put.entry.key], time: time(1))).removed == [put.entry.key])
    }
    if step.isMultiple(of: 20) { try index.forget(try index.condemned(after: nil, limit: 100)) }
    _ = try index.entries(after: nil, limit: 20)
  }
  try index.close(session)
  index.close()
}
