import Foundation
import Larder
import Testing

// A program that is still in the language mode of Swift 5.

@Suite("A client in Swift 5 mode") struct Swift5ClientTests {
  class Counter { var count = 0 }

  @Test("the front door works from Swift 5 mode, with captures that are not Sendable")
  func frontDoor() async throws {
    try await withCache { (cache) async throws in
      let counter = Counter()
      for _ in 0..<2 {
        let value: [String: Int] = try await cache.value("f", ["csv": 1, "depth": 7.5, "name": "x"]) {
          counter.count += 1
          await Task.yield()
          return ["a": 1]
        }
        #expect(value == ["a": 1])
      }
      #expect(counter.count == 1)
      let square = cache.memoize("square") { (x: Double) async throws -> Double in x * x }
      let result = try await square(3)
      #expect(result == 9)
    }
  }
}

private func withCache(_ body: (ArtifactCache) async throws -> Void) async throws {
  let path = FileManager.default.temporaryDirectory.appendingPathComponent("larder-client-\(UUID().uuidString)").path
  defer { try? FileManager.default.removeItem(atPath: path) }
  try await body(ArtifactCache(at: path))
}
