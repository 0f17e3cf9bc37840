import Foundation
import LarderFormat
import LarderIndex
import LarderSystem
import Testing

@testable import Larder

/// Archives and copies often leave out what is empty.
@Suite("A cache that was copied without its empty directories", .timeLimit(.minutes(3))) struct CopiedCacheTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  /// Names in the cache that are missing.
  static let losses: [[String]] = [
    ["staging"], ["locks"], ["reserve"], ["blobs"], ["index.sqlite-shm"],
    (0...255).map { "blobs/" + (($0 < 16 ? "0" : "") + String($0, radix: 16)) },
    ["staging", "locks", "reserve", "quarantine", "blobs", "index.sqlite-shm", "index.sqlite-wal"],
  ]

  /// Inline values alone, so that every shard is empty.
  private func make() throws -> [ArtifactKey] {
    let cache = try scratch.cache()
    defer { cache.flush() }
    return try (0..<5).map { try cache.put("value \($0)", for: Call("f", ["n": $0])) }
  }

  private func lose(_ names: [String]) throws {
    // Nothing that is only in the log shall get lost with it.
    try SQLiteIndex.open(at: scratch.cachePath + "/index.sqlite").shortenLog()
    for name in names {
      let path = scratch.cachePath + "/" + name
      if FileManager.default.fileExists(atPath: path) { try FileManager.default.removeItem(atPath: path) }
    }
  }

  @Test("opens for writing: what is missing is made again, and everything can be stored", arguments: losses)
  func writing(_ names: [String]) throws {
    let keys = try make()
    try lose(names)
    let cache = try scratch.cache()
    for (number, key) in keys.enumerated() {
      #expect(try cache.lookup(key, as: String.self).value == "value \(number)")
    }
    for number in 0..<40 {
      let value = contents(UInt64(1000 + number))
      let key = try cache.put(value, for: Call("file", ["n": number]))
      #expect(try cache.lookup(key, as: Data.self).value == value)
    }
    #expect(try scratchStore(cache).sweep(SweepOptions()).isClean)
    let reserve = try FileStatus(of: scratch.cachePath + "/reserve")
    #expect(reserve.size == Reserve.size)
    // And by another process's eyes.
    #expect(try scratch.cache().remove(keys).count == 5)
  }

  @Test("opens for reading: what is there is served, and nothing is made", arguments: losses)
  func reading(_ names: [String]) throws {
    let keys = try make()
    try lose(names)
    let before = try FileManager.default.subpathsOfDirectory(atPath: scratch.cachePath).filter { !$0.contains("-") }
    do {
      let cache = try scratch.cache { $0.readOnly = true }
      for (number, key) in keys.enumerated() {
        #expect(try cache.lookup(key, as: String.self).value == "value \(number)")
      }
      #expect(try cache.value("new") { 1 } == 1)
      #expect(try scratchStore(cache).sweep(SweepOptions()).isClean)
    }
    let after = try FileManager.default.subpathsOfDirectory(atPath: scratch.cachePath).filter { !$0.contains("-") }
    #expect(before.sorted() == after.sorted())
  }
}
