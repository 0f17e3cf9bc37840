import Foundation
import LarderFormat
import LarderIndex
import LarderSystem
import Shared
import Testing

@testable import Larder

@Suite("Counters that cannot be recorded") struct BusyCountersTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  @Test("while others hold the index no job waits for its counters, and none of them is lost")
  func kept() throws {
    let cache = try scratch.cache()
    let store = try scratchStore(cache)
    #expect(try cache.value("f") { 1 } == 1)
    store.flushStatistics()

    let holder = try Holder(ofCache: scratch.cachePath)

    let start = Clock.system.uptime()
    for _ in 0..<3 {
      for _ in 0..<5 { #expect(try cache.value("f") { 2 } == 1) }
      store.flushStatistics()
    }
    #expect(Clock.system.uptime() - start < 10_000_000_000)
    try holder.letGo()

    store.flushStatistics()
    let counted = try store.index.statistics(since: 0)
    #expect(counted.filter { $0.name == StatisticName.hits }.map(\.value) == [15])
    let uses = try store.index.entries(after: nil, limit: 10).map(\.use.uses)
    #expect(uses == [16])
  }
}
