import Foundation
import Larder
import Testing

@Suite struct FirstTests {
  @Test func works() async throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "larder-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    var options = CacheOptions()
    options.failures = .strict
    let cache = try ArtifactCache(at: path, options: options)
    var n = 0
    for _ in 0..<2 {
      let v: [String: [Int?]] = try await cache.value("f", version: "1", ["x": 1]) {
        n += 1
        return ["a": [1, nil]]
      }
      #expect(v == ["a": [1, nil]])
    }
    #expect(n == 1)
    let m = cache.memoize("sq") { (x: Int, s: String) async throws in
      try await Task.sleep(nanoseconds: 1000)
      return Double(x * s.count)
    }
    #expect(try await m(3, "ab") == 6)
    #expect(try await m(3, "ab") == 6)
    #expect(try m.isCached(3, "ab"))
    #expect(try m.invalidate(3, "ab"))
    #expect(try !m.isCached(3, "ab"))
    let big = Data((0..<1_000_000).map { UInt8(truncatingIfNeeded: $0) })
    let back: Data = try await cache.value("big") { big }
    #expect(back == big)
    #expect(try await cache.value("big") { Data() } == big)
    let s = cache.memoize("sync") { (x: [Double]) throws in x.map { $0 * 2 } }
    #expect(try s([1, 2]) == [2, 4])
    #expect(try s([1, 2]) == [2, 4])
    try await cache.tree("t", to: path + "-out") { p in
      try Data("hi".utf8).write(to: URL(fileURLWithPath: p + "/a"))
    }
    #expect(try await cache.tree("t", to: path + "-out") { _ in } == .cache)
    try cache.sync()
    cache.close()
  }
}
