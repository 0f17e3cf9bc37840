import Foundation
import Larder
import Testing

private struct NotAPicture: Error {}

// snippet
struct Picture: Cacheable {
  var width: Int
  var pixels: [UInt8]

  static var representation: String { "picture/1" }

  init(width: Int, pixels: [UInt8]) {
    self.width = width
    self.pixels = pixels
  }

  init(cached bytes: [UInt8]) throws {
    guard let width = bytes.first else { throw NotAPicture() }
    self.init(width: Int(width), pixels: Array(bytes.dropFirst()))
  }

  func cachedBytes() throws -> [UInt8] { [UInt8(width)] + pixels }
}
// end snippet

enum WhatCanBeCachedSnippets {
  static func run() throws {
    func writePages(of path: String, to directory: String) throws {
      try FileManager.default.copyItem(atPath: path, toPath: directory + "/index.txt")
    }
    let cache = try ArtifactCache(at: "results.larder")
    for _ in 0..<2 {
      let picture = try cache.value("picture") { Picture(width: 2, pixels: [1, 2, 3, 4]) }
      #expect(picture.pixels == [1, 2, 3, 4])
    }
    let key = try cache.key("picture")
    guard case .hit(_, let entry) = try cache.lookup(key, as: Picture.self) else {
      Issue.record("the picture is not there")
      return
    }
    #expect(entry.representation == "picture/1")

    // snippet
    try cache.tree("pages", version: "3", ["text": .file("poem.txt")], to: "site") { directory in
      try writePages(of: "poem.txt", to: directory)
    }
    // end snippet
    #expect(try String(contentsOfFile: "site/index.txt", encoding: .utf8).hasPrefix("roses"))
  }
}
