import Foundation
import LarderFormat
import LarderIndex
import LarderSystem
import Testing

@testable import Larder

/// Promise 3: durability is a choice, made before a put returns or for everything at once.
@Suite("Durability is a choice", .timeLimit(.minutes(5))) struct DurabilityTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  /// The calls of a put that make something durable, in their order among links.
  private func calls(_ durability: CacheOptions.Durability) throws -> [SystemCall] {
    let cache = try scratch.cache { $0.durability = durability }
    let log = Calls()
    try Faults.$plan.withValue(log.plan([.link, .fsync, .syncfs])) { _ = try cache.put(contents(9), for: Call("f")) }
    return log.all
  }

  @Test("a fast put flushes nothing")
  func fast() throws {
    #expect(try calls(.fast) == [.link])
    #expect(try blob().durable == false)
  }

  @Test("a durable put flushes the file after it has its name, and says so in its row")
  func durable() throws {
    let calls = try calls(.durable)
    #expect(calls.first == .link)
    #expect(calls.dropFirst().contains(.fsync))
    #expect(try blob().durable)
  }

  @Test("sync() makes everything so far durable with one barrier")
  func barrier() throws {
    let cache = try scratch.cache()
    for number in 0..<10 { try cache.put(contents(UInt64(number)), for: Call("f", ["n": number])) }
    let log = Counter()
    let plan = Faults.Plan { call, _ in
      if call == .syncfs || call == .fsync { log.increment() }
      return nil
    }
    // The session has ended; what it wrote is still this handle's to make durable.
    cache.flush()
    try Faults.$plan.withValue(plan) { try cache.sync() }
    #expect(log.value == 1)
    let store = try scratchStore(cache)
    for number in 0..<10 {
      let entry = try store.index.entry(for: cache.key("f", ["n": number]))
      #expect(entry?.blob?.record.durable == true)
    }
  }

  @Test("a durable put that reuses bytes another session never flushed checks and flushes them, and marks them so")
  func reuse() throws {
    try scratch.cache().put(contents(9), for: Call("a"))
    let before = try blob("a")
    #expect(before.durable == false)
    let log = Calls()
    let durable = try scratch.cache { $0.durability = .durable }
    try Faults.$plan.withValue(log.plan([.link, .fsync, .syncfs])) { _ = try durable.put(contents(9), for: Call("b")) }
    #expect(log.all == [.fsync, .fsync], "the file and its directory")
    #expect(try blob("b").durable)
    #expect(try blob("b").place == before.place)
    #expect(try blob("a").durable)
    #expect(scratch.blobFiles().count == 1)
  }

  @Test("a durable put replaces bytes that another session never flushed and that are lost")
  func reuseOfLost() throws {
    try scratch.cache().put(contents(9), for: Call("a"))
    let file = try #require(scratch.blobFiles().first)
    // What an unclean start leaves: the size is right, the content is not.
    let size = try Data(contentsOf: URL(filePath: file)).count
    try FileManager.default.removeItem(atPath: file)
    try Data(count: size).write(to: URL(filePath: file))
    try scratch.cache { $0.durability = .durable }.put(contents(9), for: Call("b"))
    let cache = try scratch.cache()
    #expect(try cache.lookup(cache.key("a"), as: Data.self).value == contents(9))
    #expect(try blob("a").durable)
    #expect(scratch.blobFiles().count == 1)
    let quarantined = try FileManager.default.contentsOfDirectory(atPath: scratch.cachePath + "/quarantine").sorted()
    #expect(quarantined.count == 2, "the file, and why it is there")
    #expect(quarantined.first == file.split(separator: "/").last.map(String.init))
  }

  @Test("sync() covers what fast puts reuse of other sessions")
  func borrowed() throws {
    try scratch.cache().put(contents(9), for: Call("a"))
    let cache = try scratch.cache()
    try cache.put(contents(9), for: Call("b"))
    #expect(try blob("b").durable == false)
    try cache.sync()
    #expect(try blob("b").durable)
  }

  @Test("sync() costs no flush of files where none was written, and nothing where nothing was stored")
  func cheapBarrier() throws {
    let cache = try scratch.cache()
    let log = Calls()
    try Faults.$plan.withValue(log.plan([.syncfs, .committed])) {
      try cache.sync()
      #expect(log.all.isEmpty)
      try cache.put("small", for: Call("f"))
      log.clear()
      try cache.sync()
      #expect(log.all == [.committed])
      log.clear()
      try cache.sync()
      #expect(log.all.isEmpty)
    }
  }

  @Test("what is stored while a barrier runs is the next one's, even when its session ends in between")
  func putDuringBarrier() throws {
    let cache = try scratch.cache()
    try cache.put(contents(1), for: Call("a"))
    let plan = Faults.Plan { call, _ in
      if call == .syncfs {
        Faults.$plan.withValue(nil) {
          _ = try? cache.put(contents(2), for: Call("b"))
          cache.flush()
        }
      }
      return nil
    }
    try Faults.$plan.withValue(plan) { try cache.sync() }
    #expect(try blob("a").durable)
    #expect(try blob("b").durable == false)
    try cache.sync()
    #expect(try blob("b").durable)
  }

  @Test("a barrier that fails is an error, whatever the policy, and no later one takes it back")
  func failingBarrier() throws {
    let cache = try scratch.cache { $0.failures = .degrade }
    try cache.put(contents(9), for: Call("f"))
    let plan = Faults.Plan { call, _ in call == .syncfs ? .error(5) : nil }
    #expect {
      try Faults.$plan.withValue(plan) { try cache.sync() }
    } throws: { ($0 as? LarderError)?.code == .io }
    // The kernel tells once that it lost a file: the second flush would succeed.
    #expect { try cache.sync() } throws: { ($0 as? LarderError)?.code == .io }
    #expect(try blob().durable == false)
  }

  @Test("where no call flushes a whole file system each file is flushed")
  func withoutSyncfs() throws {
    try scratch.cache().put(contents(1), for: Call("a"))
    let cache = try scratch.cache()
    for number in 1..<5 { try cache.put(contents(UInt64(number)), for: Call("f", ["n": number])) }
    let flushed = Counter()
    let plan = Faults.Plan { call, _ in
      if call == .fsync { flushed.increment() }
      return call == .syncfs ? .error(38) : nil
    }
    try Faults.$plan.withValue(plan) { try cache.sync() }
    #expect(flushed.value >= 4)
    let store = try scratchStore(cache)
    for number in 1..<5 {
      #expect(try store.index.entry(for: cache.key("f", ["n": number]))?.blob?.record.durable == true)
    }
  }

  @Test("a durable blob that proves damaged is healed durably by a fast put too")
  func durableHeal() throws {
    try scratch.cache { $0.durability = .durable }.put(contents(9), for: Call("a"))
    try FileManager.default.removeItem(atPath: try #require(scratch.blobFiles().first))
    let cache = try scratch.cache { $0.durability = .fast }
    let log = Calls()
    try Faults.$plan.withValue(log.plan([.link, .fsync])) { _ = try cache.put(contents(9), for: Call("b")) }
    #expect(log.all.prefix(2) == [.link, .fsync])
    #expect(try blob("a").durable)
  }

  @Test("a fast put makes itself durable before the file of a durable artifact that it replaces goes")
  func replacedDurably() throws {
    let key = try scratch.cache { $0.durability = .durable }.put(contents(1), for: Call("f"))
    let cache = try scratch.cache { $0.durability = .fast }
    try cache.put(contents(3), for: Call("g"))
    let log = Calls()
    try Faults.$plan.withValue(log.plan([.committed, .unlink])) { try cache.put(contents(2), for: key) }
    #expect(log.all == [.committed, .committed, .unlink, .committed], "the entry, a flush, the file, its row")
    #expect(try cache.lookup(key, as: Data.self).value == contents(2))
  }

  @Test("a process without free descriptors does not take a sound blob for a damaged one")
  func shortage() throws {
    let cache = try scratch.cache()
    try cache.put(contents(9), for: Call("a"))
    let before = try blob("a")
    let plan = Faults.Plan { call, _ in call == .open ? .error(24) : nil }
    #expect(throws: LarderError.self) {
      try Faults.$plan.withValue(plan) { try cache.put(contents(9), for: Call("b")) }
    }
    #expect(try blob("a") == before)
  }

  private func blob(_ function: String = "f") throws -> BlobRecord {
    let cache = try scratch.cache()
    return try #require(try scratchStore(cache).index.entry(for: cache.key(function))?.blob).record
  }
}

/// A log of calls that a test looks at.
final class Calls: Sendable {
  private let list = Locked<[SystemCall]>([])
  var all: [SystemCall] { list.withLock { $0 } }
  func clear() { list.withLock { $0 = [] } }

  func plan(_ watched: Set<SystemCall>) -> Faults.Plan {
    Faults.Plan { call, _ in
      if watched.contains(call) { self.list.withLock { $0.append(call) } }
      return nil
    }
  }
}
