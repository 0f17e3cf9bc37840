import Foundation
import LarderFormat
import LarderIndex
import LarderSystem
import LarderTesting
import Shared
import Testing

@testable import Larder

/// Promise 7: the cache never fails the job.
@Suite("The cache never fails the job", .timeLimit(.minutes(3))) struct NeverFailsTheJobTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  /// Collects warnings.
  final class Warnings: Sendable {
    private let list = Locked<[LarderError]>([])
    var all: [LarderError] { list.withLock { $0 } }
    var report: @Sendable (CacheWarning) -> Void { { warning in self.list.withLock { $0.append(warning.error) } } }
  }

  @Test(
    "a call that the system refuses at any step of a put leaves the computed value and one warning; strict throws",
    arguments: [5, 28, 122, 13, 30, 24] as [Int32])
  func everyStep(errno: Int32) throws {
    var generator = SplitMix(seed: UInt64(errno))
    func content() -> Data { Data((0..<20_000).map { _ in UInt8(truncatingIfNeeded: generator.next()) }) }
    var step = 0
    var failures = 0
    while true {
      let warnings = Warnings()
      let cache = try scratch.cache {
        $0.failures = .degrade
        $0.report = warnings.report
      }
      let value = content()
      // A disk that is full stays so: a single failure is made room for, and the put repeated.
      let lasts = errno == ENOSPC || errno == EDQUOT
      let plan = Faults.Plan { [step] _, index in
        index == step || (lasts && index > step) ? .error(errno) : nil
      }
      let got: Data = try Faults.$plan.withValue(plan) { try cache.value("f", ["step": step]) { value } }
      #expect(got == value)
      #expect(warnings.all.count <= 1)
      failures += warnings.all.count
      if plan.calls <= step { break }
      step += 1
      // What is there now is whole or absent.
      let key = try cache.key("f", ["step": step - 1])
      let lookup = try cache.lookup(key, as: Data.self)
      #expect(lookup.value == value || lookup.reason == .arguments || lookup.reason == .cold)
    }
    #expect(step >= 3, "the put makes calls through the seam")
    #expect(failures >= 1)

    let strict = try scratch.cache()
    let plan = Faults.Plan { call, _ in call == .write ? .error(errno) : nil }
    #expect(throws: LarderError.self) {
      try Faults.$plan.withValue(plan) { try strict.value("strict") { content() } }
    }
  }

  @Test("a full disk is told with what to do")
  func fullDisk() throws {
    let warnings = Warnings()
    let cache = try scratch.cache {
      $0.failures = .degrade
      $0.report = warnings.report
    }
    let plan = Faults.Plan { call, _ in call == .write ? .error(28) : nil }
    try Faults.$plan.withValue(plan) {
      for step in 0..<3 {
        let value = try cache.value("f", ["n": step]) { Data((0..<50_000).map { _ in UInt8.random(in: 0...255) }) }
        #expect(value.count == 50_000)
      }
    }
    #expect(warnings.all.map(\.code) == [.fullDisk])
    #expect(
      warnings.all.first?.message
        == "Cannot store an artifact in the cache at '\(scratch.cachePath)': No space left on device. "
        + "Free some space, or lower the cache's limit. Values are computed.")
    let store = try scratchStore(cache)
    store.flushStatistics()
    let counted = try store.index.statistics(since: 0).filter { $0.name == StatisticName.failures }
    #expect(counted.map(\.value) == [3])
  }

  @Test("a cache that cannot be opened is switched off with one warning; strict throws")
  func cannotOpen() throws {
    let file = try scratch.write("file", "no directory")
    let warnings = Warnings()
    let cache = try ArtifactCache(
      at: file + "/cache",
      options: scratch.options {
        $0.failures = .degrade
        $0.report = warnings.report
      })
    #expect(try cache.value("f") { 5 } == 5)
    #expect(try cache.value("f") { 6 } == 6)
    #expect(try cache.lookup(cache.key("f"), as: Int.self).reason == .disabled)
    #expect(warnings.all.count == 1)
    #expect(throws: LarderError.self) { try ArtifactCache(at: file + "/cache", options: scratch.options()) }
    #expect(throws: LarderError.self) { try cache.sync() }
    #expect(throws: LarderError.self) { try cache.remove(cache.key("f")) }
  }

  @Test("the switches of the environment turn the cache off, keep it from writing, and compute anew")
  func switches() throws {
    _ = try scratch.cache().value("f") { 1 }
    #expect(try scratch.cache { $0.environment["LARDER_NO_CACHE"] = "1" }.value("f") { 2 } == 2)
    let readOnly = try scratch.cache { $0.environment["LARDER_READ_ONLY"] = "1" }
    #expect(try readOnly.value("f") { 3 } == 1)
    #expect(try readOnly.value("g") { 3 } == 3)
    #expect(try readOnly.value("g") { 4 } == 4)
    #expect(try scratch.cache { $0.environment["LARDER_REFRESH"] = "1" }.value("f") { 5 } == 5)
    #expect(try scratch.cache().value("f") { 6 } == 5)
    #expect(throws: LarderError.self) { try scratch.cache { $0.environment["LARDER_REFRESH"] = "yes" } }
  }

  @Test("a read-only cache serves hits from a directory that cannot be written")
  func readOnlyDirectory() throws {
    do {
      let cache = try scratch.cache()
      _ = try cache.value("small") { "small" }
      _ = try cache.value("large") { Data(repeating: 1, count: 100_000).map { $0 } }
    }
    let cache = try scratch.cache { $0.readOnly = true }
    #expect(try cache.value("small") { "other" } == "small")
    #expect(try cache.value("large") { [UInt8]() }.count == 100_000)
    #expect(throws: LarderError.self) { try cache.remove(cache.key("small")) }
  }
}
