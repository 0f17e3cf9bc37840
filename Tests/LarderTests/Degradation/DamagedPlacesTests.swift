import Foundation
import LarderFormat
import LarderIndex
import LarderSystem
import Testing

@testable import Larder

/// Promise 2 for bytes that are not one value in one file: those in the index, and those of trees.
@Suite("Damage that a read finds, wherever the bytes are", .timeLimit(.minutes(3))) struct DamagedPlacesTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  /// What happens to the bytes of a row, in SQL.
  static let alterations: [(name: String, value: String)] = [
    ("flipped", "CAST(substr(data, 1, length(data) - 1) || x'00' AS BLOB)"),
    ("truncated", "substr(data, 1, length(data) / 2)"), ("extended", "CAST(data || x'00' AS BLOB)"),
    ("zeroed", "zeroblob(length(data))"), ("empty", "x''"), ("missing", "NULL"),
  ]

  @Test(
    "in the index: a miss with a reason, and the next store heals it", arguments: alterations.indices,
    Encoding.allCases)
  func inline(_ index: Int, _ encoding: Encoding) throws {
    let value = String(repeating: "words ", count: 200) + "end"
    let key: ArtifactKey
    do { key = try scratch.cache { $0.encoding = encoding }.put(value, for: Call("f")) }
    let path = scratch.cachePath + "/index.sqlite"
    try sqlite(path, "UPDATE blobs SET data = \(Self.alterations[index].value)")
    let cache = try scratch.cache { $0.encoding = encoding }
    let lookup = try cache.lookup(key, as: String.self)
    #expect(lookup.value == nil)
    #expect([.corrupt, .missingBlob, .signature].contains(lookup.reason), "\(String(describing: lookup.reason))")
    #expect(try cache.value("f") { value } == value)
    #expect(try cache.lookup(key, as: String.self).value == value)
    #expect(try scratchStore(cache).sweep(SweepOptions()).isClean)
  }

  @Test(
    "a file in the place of a directory of the cache, or the other way round, is named with what to do",
    arguments: ["blobs", "staging", "locks"])
  func kinds(_ name: String) throws {
    do { try scratch.cache().put(1, for: Call("f")) }
    let path = scratch.cachePath + "/" + name
    try FileManager.default.moveItem(atPath: path, toPath: path + ".aside")
    if name == "locks" {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    } else {
      try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: path + ".aside")
    }
    let error = #expect(throws: LarderError.self) { try scratch.cache().put(2, for: Call("f")) }
    #expect(error?.message.contains("('\(path)'). Move away what lies there") == true, "\(String(describing: error))")
  }

  @Test(
    "in a tree, its list of files or one of them: the tree is computed again and whole ever after",
    arguments: NoWrongBytesTests.Damage.allCases, [true, false])
  func tree(_ damage: NoWrongBytesTests.Damage, isManifest: Bool) throws {
    // Nothing inline: the manifest is a file, too.
    let cache = try scratch.cache { $0.inlineLimit = 0 }
    let runs = Counter()
    let out = scratch.path + "/out"
    func make() throws -> ArtifactOrigin {
      try? FileManager.default.removeItem(atPath: out)
      return try cache.tree("tree", to: out) { path in
        runs.increment()
        for number in 0..<3 {
          try contents(UInt64(number)).write(to: URL(fileURLWithPath: path + "/\(number)"))
        }
      }
    }
    #expect(try make() == .computed)
    let store = try scratchStore(cache)
    let entry = try #require(try store.index.entry(for: cache.key("tree")))
    let blob = try #require(entry.blob)
    let child = try #require(try store.index.children(of: blob.id).first)
    let name = try #require((isManifest ? blob : child).record.name)
    try damage.strike(scratch.cachePath + "/blobs/" + name.path)
    #expect(try make() == .computed)
    for number in 0..<3 {
      #expect(try Data(contentsOf: URL(fileURLWithPath: out + "/\(number)")) == contents(UInt64(number)))
    }
    #expect(try make() == .cache)
    #expect(runs.value == 2)
    for number in 0..<3 {
      #expect(try Data(contentsOf: URL(fileURLWithPath: out + "/\(number)")) == contents(UInt64(number)))
    }
  }
}
