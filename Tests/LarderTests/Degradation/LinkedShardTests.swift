import Foundation
import LarderFormat
import LarderSystem
import Testing

@testable import Larder

/// Somebody moved a directory of blobs elsewhere and left a symbolic link, or put a link there that leads into another cache.
@Suite("A symbolic link in the place of a directory of blobs", .timeLimit(.minutes(3))) struct LinkedShardTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  /// Puts a value, and moves the directory that its blob is in away, leaving a link.
  ///
  /// - Returns: The key, the directory and where it is now.
  private func link(_ cache: ArtifactCache) throws -> (key: ArtifactKey, shard: String, target: String) {
    let key = try cache.put(contents(1), for: Call("f"))
    let file = try #require(scratch.blobFiles().first)
    let shard = String(file[..<(file.lastIndex(of: "/") ?? file.endIndex)])
    let target = scratch.path + "/elsewhere"
    try FileManager.default.moveItem(atPath: shard, toPath: target)
    try FileManager.default.createSymbolicLink(atPath: shard, withDestinationPath: target)
    return (key, shard, target)
  }

  @Test("is not followed by reads, puts and sweeps, which agree that it cannot be read, and serves when it is back")
  func followed() throws {
    let cache = try scratch.cache { $0.inlineLimit = 0 }
    let (key, shard, target) = try link(cache)
    #expect(try cache.lookup(key, as: Data.self).reason == .error)
    let report = try scratchStore(cache).sweep(SweepOptions())
    #expect(report.counts == [.unreadable: 1], "\(report.problems)")
    #expect(report.problems.first?.path == String(shard.dropFirst(scratch.cachePath.utf8.count + 1)))
    let error = #expect(throws: LarderError.self) { try cache.put(contents(1), for: Call("g")) }
    #expect(error?.message.contains("('\(shard)'). Move away what lies there") == true, "\(String(describing: error))")
    #expect(try FileManager.default.contentsOfDirectory(atPath: target).count == 1)
    try FileManager.default.removeItem(atPath: shard)
    try FileManager.default.moveItem(atPath: target, toPath: shard)
    #expect(try cache.lookup(key, as: Data.self).value == contents(1))
    #expect(try scratchStore(cache).sweep(SweepOptions()).isClean)
  }

  @Test(
    "leads no repair into another cache, whichever way it deals with files",
    arguments: [SweepOptions.Repair.quarantine, .delete])
  func otherCache(_ repair: SweepOptions.Repair) throws {
    let cache = try scratch.cache { $0.inlineLimit = 0 }
    let (_, _, target) = try link(cache)
    // A blob that this cache knows nothing of.
    let stranger =
      target + "/"
      + (try #require(try FileManager.default.contentsOfDirectory(atPath: target).first))
      .replacing(/\.[0-9a-f]{16}\./, with: ".00000000000000aa.")
    try Data("another's".utf8).write(to: URL(fileURLWithPath: stranger))
    let before = try FileManager.default.contentsOfDirectory(atPath: target).sorted()
    var options = SweepOptions()
    options.repair = repair
    _ = try scratchStore(cache).sweep(options)
    #expect(try FileManager.default.contentsOfDirectory(atPath: target).sorted() == before)
  }
}
