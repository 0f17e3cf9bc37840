import Foundation
import Larder
import Testing

@Suite("Memoized functions", .timeLimit(.minutes(5))) struct MemoizeTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  @Test("a memoized function runs once for each input and answers for its keys")
  func synchronous() throws {
    let cache = try scratch.cache()
    let runs = Counter()
    let repeated = cache.memoize("repeat", version: "1") { (text: String, count: Int) throws in
      runs.increment()
      return String(repeating: text, count: count)
    }
    #expect(try !repeated.isCached("ab", 2))
    #expect(try repeated("ab", 2) == "abab")
    #expect(try repeated("ab", 2) == "abab")
    #expect(try repeated("ab", 3) == "ababab")
    #expect(runs.value == 2)
    #expect(try repeated.isCached("ab", 2))
    #expect(try repeated.key(for: "ab", 2) == cache.key("repeat", version: "1", ["0": "ab", "1": 2]))
    #expect(try repeated.invalidate("ab", 2))
    #expect(try !repeated.invalidate("ab", 2))
    #expect(try !repeated.isCached("ab", 2))
  }

  @Test("an asynchronous function is memoized in the same way")
  func asynchronous() async throws {
    let cache = try scratch.cache()
    let runs = Counter()
    let slow = cache.memoize("slow") { (x: Double) async throws in
      await Task.yield()
      runs.increment()
      return x * 2
    }
    #expect(try await slow(4) == 8)
    #expect(try await slow(4) == 8)
    #expect(runs.value == 1)
    #expect(try slow.isCached(4))
    #expect(try slow.invalidate(4))
    #expect(try slow.key(for: 4) == cache.key("slow", ["0": 4.0]))
  }

  @Test("functions without arguments, with three, and with names are memoized")
  func shapes() async throws {
    let cache = try scratch.cache()
    @Sendable func named(_ a: Int, _ b: [String]) -> Int { a + b.count }
    let none = cache.memoize("none") { () throws in 5 }
    let three = cache.memoize("three") { (a: Int, b: String, c: [Double]) async throws in "\(a)\(b)\(c.count)" }
    let function = cache.memoize("named") { (a: Int, b: [String]) throws in named(a, b) }
    #expect(try none() == 5)
    #expect(try await three(1, "x", [2]) == "1x1")
    #expect(try function(1, ["a", "b"]) == 3)
    #expect(try function(1, ["a", "b"]) == 3)
  }

  @Test("an error of the function is thrown and nothing is stored")
  func errors() throws {
    struct Broken: Error, Equatable {}
    let cache = try scratch.cache()
    let runs = Counter()
    let broken = cache.memoize("broken") { (x: Int) throws -> Int in
      if runs.increment() < 3 { throw Broken() }
      return x
    }
    #expect(throws: Broken()) { try broken(1) }
    #expect(throws: Broken()) { try broken(1) }
    #expect(try broken(1) == 1)
    #expect(try broken(1) == 1)
    #expect(runs.value == 3)
  }
}
