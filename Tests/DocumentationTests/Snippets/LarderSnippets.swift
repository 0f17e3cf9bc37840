import Foundation
import Larder
import Testing

enum LarderSnippets {
  static func run() throws {
    func countLines(in path: String) throws -> Int {
      try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").count
    }

    // snippet
    let cache = try ArtifactCache(at: "results.larder")
    let lines = try cache.value("count-lines", version: "1", ["file": .file("poem.txt")]) {
      try countLines(in: "poem.txt")
    }
    // end snippet
    #expect(lines == 2)
  }
}
