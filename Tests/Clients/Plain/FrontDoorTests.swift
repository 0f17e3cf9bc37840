import Foundation
import Larder
import Testing

// A program in Swift 6 with no upcoming feature switched on. Mostly this has to compile.

private actor Model {
  private var calls = 0
  private let cache: ArtifactCache
  init(_ cache: ArtifactCache) { self.cache = cache }

  func embed(_ text: String) async throws -> [Double] {
    // State of the actor is within reach of the computation, which stays in its isolation.
    try await cache.value("embed", version: "1", ["text": text]) {
      calls += 1
      await Task.yield()
      return [Double(text.count)]
    }
  }

  var count: Int { calls }
}

@Suite("A plain client") struct PlainClientTests {
  @Test("the front door reads the same from an actor, a task and a synchronous function")
  func frontDoor() async throws {
    try await withCache { (cache) async throws in
      let model = Model(cache)
      for _ in 0..<2 { #expect(try await model.embed("abc") == [3]) }
      #expect(await model.count == 1)

      let double = cache.memoize("double") { (x: Int) in
        await Task.yield()
        return x * 2
      }
      #expect(try await double(4) == 8)
      let length = cache.memoize("length") { (text: String, base: Int) in text.count + base }
      #expect(try length("abc", 1) == 4)
      #expect(try length.isCached("abc", 1))
      let none = cache.memoize("none") { 5 }
      #expect(try none() == 5)
      #expect(try synchronous(cache) == 3)
    }
  }

  private func synchronous(_ cache: ArtifactCache) throws -> Int {
    var local = 2
    return try cache.value("local") {
      local += 1
      return local
    }
  }
}

private func withCache(_ body: (ArtifactCache) async throws -> Void) async throws {
  let path = FileManager.default.temporaryDirectory.appendingPathComponent("larder-client-\(UUID().uuidString)").path
  defer { try? FileManager.default.removeItem(atPath: path) }
  try await body(ArtifactCache(at: path))
}
