import Foundation
import LarderBlobs
import LarderFormat
import LarderIndex
import LarderSystem
import Testing

@testable import Larder

@Suite("Retention", .timeLimit(.minutes(5))) struct RetentionTests {
  let scratch: Scratch
  let time = TestClock()
  init() throws { scratch = try Scratch() }

  @Test("the cache keeps within its limit, and what saves the most for its size stays")
  func limit() throws {
    let cache = try scratch.cache {
      $0.maximumSize = .bytes(1_000_000)
      $0.clock = time.clock
    }
    let store = try scratchStore(cache)
    // Costly ones first: without their cost they would be the first to go.
    for number in 0..<10 {
      try cache.put(contents(UInt64(number)), for: Call("costly", ["n": number]), options: .init(cost: .seconds(60)))
    }
    for number in 100..<200 {
      try cache.put(contents(UInt64(number)), for: Call("cheap", ["n": number]), options: .init(cost: .milliseconds(5)))
      #expect(try store.index.totals().storedBytes <= 1_000_000 + 64_000)
    }
    for number in 0..<10 { #expect(try cache.contains(cache.key("costly", ["n": number]))) }
    let gone = try (100..<200).filter { try !cache.contains(cache.key("cheap", ["n": $0])) }
    #expect(gone.count >= 70)
    let lookup = try cache.lookup(cache.key("cheap", ["n": try #require(gone.first)]), as: Data.self)
    #expect(lookup.reason == .evicted)
    #expect(Int64(scratch.blobFiles().count) == (try store.index.totals().blobs))
  }

  @Test("what a repair moved aside counts towards the limit, and goes before anything that can be served")
  func quarantine() throws {
    let cache = try scratch.cache { $0.maximumSize = .bytes(200_000) }
    let store = try scratchStore(cache)
    let keys = try (0..<4).map { try cache.put(contents(UInt64($0)), for: Call("f", ["n": $0])) }
    for number in 0..<4 {
      let name = try #require(try store.index.entry(for: keys[number])?.blob?.record.name)
      try store.tree.quarantine("blobs/" + name.path, reason: "a test", at: Timestamp(nanoseconds: 0))
    }
    #expect(try store.tree.quarantinedBytes() > 4 * 30_000)
    let added = try (10..<13).map { try cache.put(contents(UInt64($0)), for: Call("f", ["n": $0])) }
    #expect(try store.tree.quarantinedBytes() == 0)
    for (number, key) in added.enumerated() {
      #expect(try cache.lookup(key, as: Data.self).value == contents(UInt64(number + 10)))
    }
  }

  @Test("an artifact is served until its time is up, and while it is used")
  func expiry() throws {
    let cache = try scratch.cache { $0.clock = time.clock }
    let short = try cache.put(1, for: Call("short"), options: .init(timeToLive: .seconds(10)))
    let idle = try cache.put(2, for: Call("idle"), options: .init(idle: .seconds(10)))
    time.advance(seconds: 9)
    #expect(try cache.lookup(short, as: Int.self).value == 1)
    #expect(try cache.lookup(idle, as: Int.self).value == 2)
    cache.flush()
    time.advance(seconds: 9)
    #expect(try cache.lookup(short, as: Int.self).reason == .expired)
    #expect(try !cache.contains(short))
    #expect(try cache.lookup(idle, as: Int.self).value == 2)
    cache.flush()
    time.advance(seconds: 10)
    #expect(try cache.lookup(idle, as: Int.self).reason == .expired)
    #expect(try cache.value("short", options: .init(timeToLive: .seconds(10))) { 3 } == 3)
    #expect(try cache.lookup(short, as: Int.self).value == 3)
  }

  @Test("hits, misses by reason and saved time are counted and recorded together")
  func statistics() throws {
    let cache = try scratch.cache { $0.clock = time.clock }
    for _ in 0..<4 {
      _ = try cache.value("f", version: "1") {
        time.advance(seconds: 3)
        return 1
      }
    }
    _ = try cache.value("f", version: "2") { 1 }
    cache.flush()
    var counted: [String: Int64] = [:]
    for row in try scratchStore(cache).index.statistics(since: 0) { counted[row.name, default: 0] += row.value }
    #expect(counted["hits"] == 3)
    #expect(counted["misses.cold"] == 1)
    #expect(counted["misses.version"] == 1)
    #expect(counted["puts"] == 2)
    #expect(counted["saved_ns"] == 9_000_000_000)
    #expect(counted["computed_ns"] == 3_000_000_000)
    let entry = try #require(try scratchStore(cache).index.entry(for: cache.key("f", version: "1")))
    #expect(entry.use.uses == 4)
  }
}

@Suite("Costs beyond reason") struct CostTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  @Test("a cost of centuries is counted as far as counters go and stops nobody")
  func saturates() throws {
    let cache = try scratch.cache()
    let key = try cache.put(1, for: Call("f"), options: .init(cost: .seconds(Int64.max)))
    for _ in 0..<3 {
      for _ in 0..<3 { #expect(try cache.lookup(key, as: Int.self).value == 1) }
      cache.flush()
    }
    let saved = try scratchStore(cache).index.statistics(since: 0).filter { $0.name == StatisticName.saved }
    #expect(saved.map(\.value) == [.max])
    let hits = try scratchStore(cache).index.statistics(since: 0).filter { $0.name == StatisticName.hits }
    #expect(hits.map(\.value) == [9])
  }
}
