import Foundation
import Larder
import Testing

enum GettingStartedSnippets {
  static func run() async throws {
    func train(_ path: String, depth: Int) async throws -> [Double] { [Double(depth) / 8] }

    // snippet
    let cache = try ArtifactCache(at: "results.larder")
    // end snippet

    // snippet
    let scores: [Double] = try await cache.value(
      "train/fold", version: "1", ["csv": .file("train.csv"), "depth": 7]
    ) {
      try await train("train.csv", depth: 7)
    }
    // end snippet
    #expect(scores == [0.875])
    try runSynchronously(cache, scores)
  }

  private static func runSynchronously(_ cache: ArtifactCache, _ scores: [Double]) throws {
    func writeReport(on path: String, to destination: String) throws {
      try Data("a report".utf8).write(to: URL(fileURLWithPath: destination))
    }

    // snippet
    let embed = cache.memoize("embed", version: "2") { (text: String, size: Int) in
      Array(repeating: Double(text.count), count: size)
    }
    let vector = try embed("hello", 64)
    let again = try embed("hello", 64)
    // end snippet
    #expect(vector == again && vector.count == 64)

    // snippet
    let isThere = try embed.isCached("hello", 64)
    let wasThere = try embed.invalidate("hello", 64)
    // end snippet
    #expect(isThere && wasThere)
    #expect(try !embed.isCached("hello", 64))

    // snippet
    let origin = try cache.file("report", version: "1", ["data": .file("train.csv")], to: "out/report.txt") { path in
      try writeReport(on: "train.csv", to: path)
    }
    // end snippet
    #expect(origin == .computed)
    #expect(try String(contentsOfFile: "out/report.txt", encoding: .utf8) == "a report")

    // snippet
    let key = try cache.key("train/fold", version: "1", ["csv": .file("train.csv"), "depth": 7])
    switch try cache.lookup(key, as: [Double].self) {
    case .hit(let value, let entry):
      print("\(value.count) scores, computed in \(entry.cost), used \(entry.uses) times")
    case .miss(let reason):
      print("not there: \(reason)")
    }
    // end snippet
    #expect(try cache.lookup(key, as: [Double].self).value == scores)

    // snippet
    let settings = Call("settings", ["profile": "fast"])
    let settingsKey = try cache.put(["depth": 7, "rounds": 100], for: settings)
    let stored: [String: Int]? = try cache.lookup(settingsKey).value
    try cache.remove(settingsKey)
    // end snippet
    #expect(stored == ["depth": 7, "rounds": 100])
    #expect(try cache.lookup(settingsKey, as: [String: Int].self).reason == .invalidated)

    // snippet
    var options = CacheOptions()
    options.maximumSize = .bytes(200 << 30)
    options.durability = .durable
    options.failures = .strict
    let strict = try ArtifactCache(at: "strict.larder", options: options)
    // end snippet
    #expect(try strict.value("one") { 1 } == 1)

    // snippet
    try cache.sync()
    // end snippet

    // snippet
    let mine = cache.namespace("vision")
    let ours = try mine.value("greeting") { "hello" }
    // end snippet
    #expect(ours == "hello")
    #expect(try cache.value("greeting") { "good day" } == "good day")
  }
}
