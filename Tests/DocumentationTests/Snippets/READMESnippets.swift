import Foundation
import Larder
import Testing

enum READMESnippets {
  static func run() async throws {
    try Data("// swift-tools-version: 6.2\n".utf8).write(to: URL(fileURLWithPath: "Package.swift"))

    // snippet
    let cache = try ArtifactCache(at: "results.larder")  // made if it is not there; SQLite index, zstd, at most 10 GiB

    func train(on path: String, depth: Int) async throws -> [Double] {
      (1...3).map { fold in Double(fold * depth) / 22 }  // imagine an hour here
    }

    let scores: [Double] = try await cache.value(
      "train/fold", version: "7", ["data": .file("Package.swift"), "depth": 7]
    ) {
      try await train(on: "Package.swift", depth: 7)  // runs once; read from disk ever after
    }

    let embed = cache.memoize("embed", version: "2") { (text: String, size: Int) in
      Array(repeating: Double(text.count), count: size)
    }
    let vector = try embed("hello", 64)  // same shape as the function it wraps

    print(scores, vector.count)
    // end snippet

    #expect(scores == [7, 14, 21].map { Double($0) / 22 })
    #expect(vector == Array(repeating: 5, count: 64))
    let key = try cache.key("train/fold", version: "7", ["data": .file("Package.swift"), "depth": 7])
    #expect(try cache.lookup(key, as: [Double].self).value == scores)
    #expect(try embed.isCached("hello", 64))
  }
}
