import Foundation
import Larder
import Testing

enum KeysSnippets {
  static func run() throws {
    let cache = try ArtifactCache(at: "results.larder")
    do {
      // snippet
      let key = try cache.key("train", version: "7", ["csv": .file("train.csv"), "depth": 7])
      let same = try cache.key("train", version: "7", ["depth": 7, "csv": .file("copy-of-train.csv")])
      let other = try cache.key("train", version: "7", ["csv": .file("train.csv"), "depth": 7.0])
      // end snippet
      #expect(key == same)
      #expect(key != other)
    }
    do {
      // snippet
      let arguments: KeyArguments = [
        "data": .tree("inputs"),
        "output": .path("out/./model.bin"),
        "token": .secret("s3cret"),
        "threads": .unkeyed(8),
      ]
      // end snippet
      let other: KeyArguments = [
        "data": .tree("inputs"), "output": .path("out/model.bin"), "token": .secret("s3cret"), "threads": .unkeyed(9),
      ]
      let changed: KeyArguments = [
        "data": .tree("inputs"), "output": .path("out/model.bin"), "token": .secret("other"), "threads": .unkeyed(8),
      ]
      #expect(try cache.key("train", arguments) == cache.key("train", other))
      #expect(try cache.key("train", arguments) != cache.key("train", changed))
    }
    do {
      // snippet
      var options = CacheOptions()
      options.keyEnvironment = KeyEnvironment.portable.adding("blas", "openblas 0.3.21")
      // end snippet
      let other = try ArtifactCache(at: "results.larder", options: options)
      #expect(try cache.key("solve") != other.key("solve"))
    }
  }
}
