import Foundation
import Larder
import Testing

private struct Image: Codable {
  let pixels: [UInt8]

  init(pixels: [UInt8]) throws { self.pixels = pixels }
}

// snippet
extension Image: Cacheable {
  static var representation: String { "image/raw-1" }
  init(cached bytes: [UInt8]) throws { try self.init(pixels: bytes) }
  func cachedBytes() throws -> [UInt8] { pixels }
}
// end snippet

private struct Fold: Codable, Equatable {
  var depth: Int
}

private struct Model: Sendable {
  func embed(_ text: String, _ size: Int) async throws -> [Double] {
    Array(repeating: Double(text.count), count: size)
  }
}

enum CommentSnippets {
  static func run() async throws {
    func train(_ path: String, depth: Int) async throws -> [Fold] { [Fold(depth: depth)] }
    let model = Model()

    // snippet
    let cache = try ArtifactCache(at: "results.larder")
    let folds: [Fold] = try await cache.value("train/fold", version: "7", ["csv": .file("train.csv"), "depth": 7]) {
      try await train("train.csv", depth: 7)
    }
    // end snippet
    #expect(folds == [Fold(depth: 7)])

    // snippet
    let embed = cache.memoize("embed", version: "2") { (text: String, size: Int) in
      try await model.embed(text, size)
    }
    let vector = try await embed("hello", 64)
    // end snippet
    #expect(vector.count == 64)

    // snippet
    let report = try await cache.verify()
    print(report.isClean ? "sound" : "\(report.problemCount) problems")
    // end snippet
    #expect(report.isClean && report.entries == 2)
    try runSynchronously(cache)
  }

  private static func runSynchronously(_ cache: ArtifactCache) throws {
    func render(_ scene: String, to path: String) throws {
      try FileManager.default.copyItem(atPath: scene, toPath: path)
    }
    try Data("{}".utf8).write(to: URL(fileURLWithPath: "scene.json"))

    // snippet
    try cache.file("render", version: "3", ["scene": .file("scene.json")], to: "scene.png") { path in
      try render("scene.json", to: path)
    }
    // end snippet
    #expect(FileManager.default.contents(atPath: "scene.png") == Data("{}".utf8))

    for _ in 0..<2 { #expect(try cache.value("image") { try Image(pixels: [1, 2, 3]) }.pixels == [1, 2, 3]) }
  }
}
