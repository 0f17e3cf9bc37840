import Foundation
import LarderFormat
import LarderIndex
import LarderSystem
import Testing

@Suite("Journals that several use") struct JournalProcessTests {
  @Test("two processes that append, remove and compact lose nothing, beside readers that follow")
  func processes() async throws {
    try await withScratch { path in
      let file = path + "/index.jsonl"
      try JSONIndex.create(at: file, identity: .sample).close()
      let reader = try JSONIndex.open(at: file, readOnly: true)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in UInt64(1)...2 {
          group.addTask {
            await #expect(processExitsWith: .success) { [file = file as String, number = number as UInt64] in
              try work(file, number)
            }
          }
        }
        group.addTask {
          for _ in 0..<200 {
            // As of one moment, with a put, its blob and its totals in it or none of them.
            let (recorded, counted) = try reader.countTotals()
            #expect(recorded == counted)
            Clock.rest(nanoseconds: 1_000_000)
          }
        }
        try await group.waitForAll()
      }
      let index = try JSONIndex.open(at: file)
      #expect(try rows(index) == rows(reader))
      for number in 1...2 {
        for step in 0..<300 {
          #expect((try index.entry(for: key("own \(number) \(step)")) == nil) == step.isMultiple(of: 3))
        }
      }
      #expect(try index.statistics(since: 0).map(\.value) == [600])
      #expect(index.takeNotices() == [] && reader.takeNotices() == [])
      #expect(try FileStatus(of: file).size < 3 << 20, "compacted")
    }
  }

  @Test("a process killed in the middle of commits leaves each of them whole or not there", arguments: 1...6)
  func killed(round: Int) async throws {
    try await withScratch { path in
      let file = path + "/index.jsonl"
      try JSONIndex.create(at: file, identity: .sample).close()
      await #expect(processExitsWith: .signal(SIGKILL)) {
        [file = file as String, path = path as String, round = round as Int] in
        let index = try JSONIndex.open(at: file)
        try index.open(.sample)
        let acknowledged = try Descriptor(path + "/acknowledged", [.writeOnly, .create])
        Thread.detachNewThread {
          Clock.rest(nanoseconds: UInt64(round) * 13_770_000)
          kill(getpid(), SIGKILL)
        }
        for number in 0..<UInt64(100_000) {
          let children = (0..<3).map { EntryCommit.BlobSource.file("c\(number) \($0)", number: number * 10 + $0) }
          _ = try index.commit(.put("\(number)", .file("m\(number)", number: number * 10 + 9), children: children))
          try acknowledged.writeAll([1])
          if number.isMultiple(of: 50) { index.shortenLog() }
        }
      }
      let count = Int(try FileStatus(of: path + "/acknowledged").size)
      let index = try JSONIndex.open(at: file)
      #expect(try unsound(index) == nil)
      for number in 0..<count { #expect(try index.entry(for: key("\(number)"))?.blob != nil) }
      #expect(try index.totals().entries <= Int64(count) + 1)
      try index.fence(.sample)
      #expect(try index.commit(.put("late", .inline("v"))).word == "refused: sessionClosed")
    }
  }

  @Test("who has the journal open follows a compaction without reading it again, and one that it missed by reading it")
  func compaction() async throws {
    try await withJournal { index, file in
      let beside = try JSONIndex.open(at: file)
      let late = try JSONIndex.open(at: file, readOnly: true)
      for round in 0..<3 {
        for number in 0..<150 {
          _ = try index.commit(
            .put("k\(number % 10)", .inline("\(round) \(number) \(String(repeating: "x", count: 500))")))
        }
        let before = try FileStatus(of: file)
        #expect(try rows(beside) == rows(index))
        index.shortenLog()
        let after = try FileStatus(of: file)
        #expect(after.inode != before.inode && after.size < before.size / 2)
        #expect(try rows(beside) == rows(index))
        _ = try beside.commit(.put("beside \(round)", .inline("\(round)")))
        #expect(try index.entry(for: key("beside \(round)")) != nil)
      }
      #expect(try rows(late) == rows(index))
      #expect(late.takeNotices() == [] && index.takeNotices() == [])
      let fresh = try JSONIndex.open(at: file)
      #expect(try rows(fresh) == rows(index) && fresh.check(quick: false) == [])
    }
  }

  @Test("whoever holds the lock too long makes others report busy, and nobody who reads waits")
  func busy() async throws {
    try await withJournal { index, file in
      _ = try index.commit(.put("k", .inline("v")))
      let locks = try Descriptor(PathParts(file).directory + "/locks", [.readWrite])
      #expect(try locks.tryLock(.exclusive, at: 1))
      let hasty = try JSONIndex.open(at: file, deadline: .milliseconds(50))
      let error = #expect(throws: IndexError.self) { try hasty.commit(.put("l", .inline("v"))) }
      #expect(error?.code == .busy)
      #expect(try hasty.entry(for: key("k")) != nil)
      try locks.unlock(at: 1)
      _ = try hasty.commit(.put("l", .inline("v")))
    }
  }

  @Test("an index that was moved away, replaced by another, or closed is not used any more")
  func replaced() async throws {
    try await withJournal { index, file in
      try FileManager.default.moveItem(atPath: file, toPath: file + ".away")
      #expect(code { () throws(IndexError) in _ = try index.totals() } == .missing)
      var other = IndexIdentity.sample
      other.indexID = CacheID(high: 9, low: 9)
      try JSONIndex.create(at: file, identity: other).close()
      #expect(code { () throws(IndexError) in _ = try index.commit(.put("k", .inline("v"))) } == .missing)
      try FileManager.default.removeItem(atPath: file)
      other.cacheID = CacheID(high: 9, low: 9)
      try JSONIndex.create(at: file, identity: other).close()
      #expect(code { () throws(IndexError) in _ = try index.totals() } == .foreign)
      index.close()
      let error = #expect(throws: IndexError.self) { try index.totals() }
      #expect(error?.message.contains("is closed") == true)
    }
  }

  @Test("several that create at once end with the same identity")
  func creators() async throws {
    try await withScratch { path in
      let file = path + "/index.jsonl"
      let found = Locked<Set<IndexIdentity>>([])
      DispatchQueue.concurrentPerform(iterations: 8) { number in
        do {
          let identity = IndexIdentity(
            cacheID: CacheID(high: 1, low: 2), indexID: CacheID(high: UInt64(number), low: 1))
          let index = try JSONIndex.create(at: file, identity: identity)
          found.withLock { _ = $0.insert(index.identity) }
        } catch { Issue.record(error) }
      }
      #expect(found.withLock { $0.count } == 1)
    }
  }
}

/// How a call fails; nil when it does not.
private func code(_ body: () throws(IndexError) -> Void) -> IndexError.Code? {
  do throws(IndexError) {
    try body()
    return nil
  } catch { return error.code }
}

/// What one of the processes does.
private func work(_ file: String, _ number: UInt64) throws {
  let index = try JSONIndex.open(at: file)
  let session = SessionID(rawValue: number)
  try index.open(SessionRecord(id: session, host: "h", boot: "b", opened: time(0)))
  for step in 0..<300 {
    let name = "own \(number) \(step)"
    let put = EntryCommit.put(name, .file(name, number: UInt64(step), session: session), session: session)
    guard case .committed = try index.commit(put) else { fatalError("\(name) was not committed") }
    try #require(try index.entry(for: put.entry.key)?.seal == put.seal)
    _ = try index.commit(
      .put("shared \(step % 7)", .inline(String(repeating: "\(step % 9)", count: 2000)), session: session))
    try index.record([], [Statistic(day: 1, namespace: "", function: "", name: "puts", value: 1)])
    if step.isMultiple(of: 3) {
      try #require(try index.remove(EntryRemoval(keys: [put.entry.key], time: time(1))).removed == [put.entry.key])
      try index.forget(try index.condemned(after: nil, limit: 100))
    }
    if step.isMultiple(of: 40) { index.shortenLog() }
  }
  try index.close(session)
  index.close()
}
