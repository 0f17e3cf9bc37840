import Foundation
import LarderFormat
import LarderIndex
import LarderSystem
import Testing

@testable import Larder

/// Promise 3: durability is a choice, made before a put returns or for everything at once.
@Suite("Durability is a choice", .timeLimit(.minutes(1))) struct DurabilityTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  /// The calls of a put that make something durable, in their order among links.
  private func calls(_ durability: CacheOptions.Durability) throws -> [SystemCall] {
    let log = Locked<[SystemCall]>([])
    let cache = try scratch.cache { $0.durability = durability }
    let plan = Faults.Plan { call, _ in
      if [.link, .fsync, .syncfs].contains(call) { log.withLock { $0.append(call) } }
      return nil
    }
    try Faults.$plan.withValue(plan) { _ = try cache.put(contents(9), for: Call("f")) }
    // A call is asked about once when it is made; reads and writes also for their length.
    return log.withLock { $0 }
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
    try Faults.$plan.withValue(plan) { try cache.sync() }
    #expect(log.value == 1)
    let store = try scratchStore(cache)
    for number in 0..<10 {
      let entry = try store.index.entry(for: cache.key("f", ["n": number]))
      #expect(entry?.blob?.record.durable == true)
    }
  }

  @Test("a durable put does not stand on bytes that another session never flushed")
  func reuse() throws {
    try scratch.cache().put(contents(9), for: Call("a"))
    #expect(try blob("a").durable == false)
    try scratch.cache { $0.durability = .durable }.put(contents(9), for: Call("b"))
    #expect(try blob("b").durable)
    #expect(try blob("a").durable)
    #expect(scratch.blobFiles().count == 1)
  }

  @Test("a barrier that fails is an error, whatever the policy")
  func failingBarrier() throws {
    let cache = try scratch.cache { $0.failures = .degrade }
    try cache.put(contents(9), for: Call("f"))
    let plan = Faults.Plan { call, _ in call == .syncfs ? .error(5) : nil }
    #expect {
      try Faults.$plan.withValue(plan) { try cache.sync() }
    } throws: { ($0 as? LarderError)?.code == .io }
    #expect(try blob().durable == false)
  }

  private func blob(_ function: String = "f") throws -> BlobRecord {
    let cache = try scratch.cache()
    return try #require(try scratchStore(cache).index.entry(for: cache.key(function))?.blob).record
  }
}
