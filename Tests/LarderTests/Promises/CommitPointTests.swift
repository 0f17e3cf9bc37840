import Foundation
import LarderFormat
import LarderIndex
import LarderSystem
import LarderTesting
import Shared
import Testing

@testable import Larder

/// Promise 1: an artifact exists exactly when its entry is committed; a crash leaves the old state or the new one.
@Suite("The commit point", .timeLimit(.minutes(5))) struct CommitPointTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  @Test("a writer killed before any of its system calls leaves the old value or the new one, and at most an orphan")
  func killedAnywhere() async throws {
    let directory = scratch.path
    let old = contents(1)
    let new = contents(2)
    let key = try scratch.cache().put(old, for: Call("f"))
    let step = Counter()
    var ended = false
    while !ended {
      let current = step.increment() - 1
      // The child ends by SIGKILL at the call, or with 0 when it makes fewer calls than that.
      let result = await #expect(processExitsWith: .failure) {
        [directory = directory as String, current = current as Int] in
        let plan = Faults.Plan { _, index in index == current ? .kill : nil }
        let cache = try ArtifactCache(at: directory + "/results.larder", options: childOptions(directory))
        _ = try Faults.$plan.withValue(plan) { try cache.put(contents(2), for: Call("f")) }
        exit(42)
      }
      ended = try #require(result).exitStatus == .exitCode(42)
      let cache = try scratch.cache()
      let value = try cache.lookup(key, as: Data.self).value
      #expect(value == old || value == new, "killed before call \(current)")
      if value == new, !ended { #expect(current > 0) }
      if value == new { try cache.put(old, for: Call("f")) }
      #expect(try scratchStore(cache).index.totals().blobs == 1)
    }
    #expect(step.value > 5, "a put makes calls through the seam")
  }

  @Test("a replacement leaves the new value alone in the cache")
  func replacement() throws {
    let cache = try scratch.cache()
    let key = try cache.put(contents(1), for: Call("f"))
    try cache.put(contents(2), for: key)
    #expect(try cache.lookup(key, as: Data.self).value == contents(2))
    #expect(scratch.blobFiles().count == 1)
    let totals = try scratchStore(cache).index.totals()
    #expect(totals.entries == 1 && totals.blobs == 1 && totals.contentBytes == 30_000)
  }

  @Test("equal content is stored once, whatever its keys, and stays until its last entry goes")
  func sharedContent() throws {
    let cache = try scratch.cache()
    let keys = try (0..<5).map { try cache.put(contents(1), for: Call("f", ["n": $0])) }
    #expect(scratch.blobFiles().count == 1)
    for (index, key) in keys.enumerated() {
      #expect(try cache.lookup(key, as: Data.self).value == contents(1))
      #expect(try cache.remove(key))
      #expect(scratch.blobFiles().count == (index == 4 ? 0 : 1))
    }
    #expect(try scratchStore(cache).index.totals() == IndexTotals())
  }

  @Test("a value whose key was removed while it was computed is returned and not stored")
  func removalOutlivesComputation() throws {
    let cache = try scratch.cache()
    let key = try cache.key("f")
    let value = try cache.value("f") {
      try cache.remove(key)
      return 5
    }
    #expect(value == 5)
    #expect(try cache.lookup(key, as: Int.self).value == nil)
    #expect(try cache.value("f") { 6 } == 6)
    #expect(try cache.value("f") { 7 } == 6)
  }

  @Test("the first of two values for one key is everybody's")
  func firstWins() throws {
    let cache = try scratch.cache()
    let value = try cache.value("f") {
      try cache.put("first", for: Call("f"))
      return "second"
    }
    #expect(value == "first")
    #expect(try cache.lookup(cache.key("f"), as: String.self).value == "first")
  }

  @Test("many processes that make one cache at the same time end with one cache")
  func creationRace() async throws {
    let directory = scratch.path
    await withTaskGroup(of: Void.self) { group in
      for process in 0..<8 {
        group.addTask {
          await #expect(processExitsWith: .success) { [directory = directory as String, process = process as Int] in
            try reporting(directory) {
              let cache = try ArtifactCache(at: directory + "/results.larder", options: childOptions(directory))
              try cache.put(process, for: Call("f", ["n": process]))
            }
          }
        }
      }
    }
    #expect(scratch.reports() == "")
    let cache = try scratch.cache()
    for process in 0..<8 {
      #expect(try cache.lookup(cache.key("f", ["n": process]), as: Int.self).value == process)
    }
  }

  @Test("eight processes that put and get mixed keys lose none and meet no error")
  func manyProcesses() async throws {
    let directory = scratch.path
    let count = 10_000 / 8
    await withTaskGroup(of: Void.self) { group in
      for process in 0..<8 {
        group.addTask {
          await #expect(processExitsWith: .success) {
            [directory = directory as String, process = process as Int, count = count as Int] in
            try reporting(directory) {
              let cache = try ArtifactCache(at: directory + "/results.larder", options: childOptions(directory))
              var generator = SplitMix(seed: UInt64(process))
              for step in 0..<count {
                // Some keys are everybody's, some contents too, some are too large for a row.
                let shared = step.isMultiple(of: 5)
                let n = shared ? step : process * 1_000_000 + step
                let got = try cache.value("mixed", ["n": n]) { mixed(n) }
                guard got == mixed(n) else { exit(2) }
                let back = Int.random(in: 0...step, using: &generator)
                let earlier = back.isMultiple(of: 5) ? back : process * 1_000_000 + back
                guard try cache.value("mixed", ["n": earlier], compute: { Data() }) == mixed(earlier) else { exit(3) }
              }
            }
          }
        }
      }
    }
    #expect(scratch.reports() == "")
    let cache = try scratch.cache()
    for process in 0..<8 {
      for step in stride(from: 0, to: count, by: 1) {
        let n = step.isMultiple(of: 5) ? step : process * 1_000_000 + step
        guard try cache.lookup(cache.key("mixed", ["n": n]), as: Data.self).value == mixed(n) else {
          Issue.record("the value of \(n) is lost")
          return
        }
      }
    }
    #expect(try scratchStore(cache).index.totals().entries == Int64(count / 5 + count / 5 * 4 * 8))
  }
}

/// A value by number: mostly small, some large, some equal to others.
func mixed(_ number: Int) -> Data {
  switch number % 20 {
  case 1: Data("shared by many".utf8)
  case 2: Data(repeating: UInt8(truncatingIfNeeded: number), count: 100_000)
  case 3: contents(UInt64(number)).prefix(8000)
  default: Data("value \(number)".utf8)
  }
}
