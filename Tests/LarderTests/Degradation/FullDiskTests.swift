import Foundation
import LarderFormat
import LarderIndex
import LarderSystem
import Shared
import Testing

@testable import Larder

/// Promise 7 on disks that are full indeed, and eviction where there is no room to write it down.
@Suite("A full disk", .timeLimit(.minutes(3)), .serialized) struct FullDiskTests {
  let scratch: Scratch
  let warnings = NeverFailsTheJobTests.Warnings()
  init() throws { scratch = try Scratch() }

  private func cache(on disk: SmallDisk, _ change: (inout CacheOptions) -> Void = { _ in }) throws -> ArtifactCache {
    try ArtifactCache(
      at: disk.path + "/cache",
      options: scratch.options {
        $0.failures = .degrade
        $0.report = warnings.report
        change(&$0)
      })
  }

  private func content(_ number: Int, _ size: Int) -> Data {
    noise(size, seed: UInt64(number))
  }

  /// Every entry that the index has is served, and a sweep finds nothing.
  private func isSound(_ cache: ArtifactCache) throws -> Bool {
    let report = try scratchStore(cache).sweep(SweepOptions())
    #expect(report.isClean, "\(report.problems.prefix(3))")
    return report.isClean
  }

  @Test(
    "without a byte left makes room by evicting, and goes on storing", .enabled(if: SmallDisk.isPossible),
    arguments: [3000, 40_000, 400_000])
  func bytes(size: Int) throws {
    let disk = try SmallDisk(.memory(megabytes: 8, files: 10_000))
    let cache = try cache(on: disk)
    // More than the disk holds.
    let count = min(20_000_000 / size, 2500)
    for number in 0..<count {
      let value = content(number, size)
      #expect(try cache.value("f", ["n": number]) { value } == value)
    }
    let totals = try scratchStore(cache).index.totals()
    #expect(totals.entries > 10)
    #expect(totals.entries < count)
    #expect(warnings.all.isEmpty, "\(warnings.all)")
    #expect(try cache.contains(cache.key("f", ["n": count - 1])))
    #expect(try isSound(cache))
    // What a full disk takes from the cache is no more than it has to be.
    #expect(try cache.remove((0..<count).map { try cache.key("f", ["n": $0]) }).count == Int(totals.entries))
    #expect(try scratchStore(cache).index.totals() == IndexTotals())
  }

  private func pieces(_ content: Data, _ name: String, into cache: ArtifactCache) throws -> PutOutcome {
    var rest = content[...]
    return try scratchStore(cache).put(
      EntryDraft(key: cache.key(name), call: CallName(function: name), representation: Representation.data),
      reading: { buffer in
        let count = rest.prefix(100_000).copyBytes(to: buffer)
        rest = rest.dropFirst(count)
        return count
      }, beforeCommit: {})
  }

  @Test(
    "makes room for content that comes in pieces as it comes, and does not empty the cache for what fits nowhere",
    .enabled(if: SmallDisk.isPossible))
  func pieces() throws {
    let disk = try SmallDisk(.memory(megabytes: 12, files: 10_000))
    let cache = try cache(on: disk)
    let keys = try (0..<30).map { number in try cache.put(content(number, 250_000), for: Call("f", ["n": number])) }
    try disk.fill()
    let value = content(100, 3_000_000)
    // The first that this opener does: even a session takes room.
    let outcome = try pieces(value, "large", into: self.cache(on: disk))
    guard case .stored = outcome else { return #expect(Bool(false), "\(outcome)") }
    #expect(try cache.lookup(cache.key("large"), as: Data.self).value == value)
    let left = try keys.filter { try cache.contains($0) }.count
    #expect(left > 10 && left < 25, "\(left)")

    let error = #expect(throws: LarderError.self) { _ = try pieces(content(101, 20_000_000), "huge", into: cache) }
    #expect(error?.code == .fullDisk)
    let totals = try scratchStore(cache).index.totals()
    #expect(totals.entries > 3, "\(totals)")
    #expect(try isSound(cache))
  }

  @Test("without an inode left makes room by evicting", .enabled(if: SmallDisk.isPossible))
  func inodes() throws {
    let disk = try SmallDisk(.memory(megabytes: 64, files: 330))
    let cache = try cache(on: disk)
    for number in 0..<200 {
      let value = content(number, 10_000)
      #expect(try cache.value("f", ["n": number]) { value } == value)
    }
    #expect(warnings.all.isEmpty, "\(warnings.all)")
    #expect(try cache.contains(cache.key("f", ["n": 199])))
    #expect(try isSound(cache))
  }

  @Test(
    "without an inode left makes room for content in pieces too, also in a small cache",
    .enabled(if: SmallDisk.isPossible))
  func inodesInPieces() throws {
    let disk = try SmallDisk(.memory(megabytes: 20, files: 400))
    let cache = try cache(on: disk)
    let keys = try (0..<9).map { number in try cache.put(content(number, 9_000), for: Call("f", ["n": number])) }
    let count = disk.fillWithFiles()
    #expect(count > 10)
    for number in 0..<3 {
      let outcome = try pieces(content(100 + number, 9_000), "new\(number)", into: cache)
      guard case .stored = outcome else { return #expect(Bool(false), "\(outcome)") }
      #expect(try cache.contains(cache.key("new\(number)")))
    }
    let left = try keys.filter { try cache.contains($0) }.count
    #expect(left >= 3 && left < 9, "\(left)")
    #expect(try isSound(cache))
  }

  @Test(
    "that has no file left for the index's log is told as that, and can be read", .enabled(if: SmallDisk.isPossible))
  func noFileForLog() throws {
    let disk = try SmallDisk(.memory(megabytes: 16, files: 400))
    let key = try cache(on: disk).put(content(1, 10_000), for: Call("f"))
    let path = disk.path + "/cache"
    try SQLiteIndex.open(at: path + "/index.sqlite").shortenLog()
    for suffix in ["-wal", "-shm"] { try FileManager.default.removeItem(atPath: path + "/index.sqlite" + suffix) }
    try? FileManager.default.removeItem(atPath: path + "/reserve")
    let count = disk.fillWithFiles()
    #expect(try disk.freeBytes > 8_000_000 && count > 10)

    let error = #expect(throws: LarderError.self) { try cache(on: disk) { $0.failures = .strict }.put(1, for: key) }
    #expect(error?.code == .fullDisk)
    #expect(
      error?.message.contains(
        "the disk is full of files: it has no inode left, however much space is free. Remove some files") == true,
      "\(String(describing: error))")
    let reader = try cache(on: disk) { $0.readOnly = true }
    #expect(try reader.lookup(key, as: Data.self).value == content(1, 10_000))
    #expect(try isSound(reader))
  }

  @Test(
    "filled by others to the last block lets entries be removed and evicted, and the reserve come back",
    .enabled(if: SmallDisk.areImagesPossible))
  func lastBlock() throws {
    let disk = try SmallDisk(.ext4(megabytes: 48))
    let cache = try cache(on: disk)
    let keys = try (0..<40).map { number in try cache.put(content(number, 200_000), for: Call("f", ["n": number])) }
    let small = try (0..<400).map { number in try cache.put("value \(number)", for: Call("s", ["n": number])) }
    try disk.fill()
    #expect(try disk.freeBytes < 4096)

    // A removal is written down with the reserve.
    #expect(try cache.remove(small).count == 400)
    #expect(try cache.remove([keys[0]]).count == 1)
    #expect(try !cache.contains(keys[0]))
    #expect(warnings.all.isEmpty)

    // What is stored takes the place of others.
    try disk.fill()
    let value = content(100, 1_000_000)
    #expect(try cache.value("large") { value } == value)
    #expect(try cache.contains(cache.key("large")))
    let left = try keys.filter { try cache.contains($0) }.count
    #expect(left < 39 && left > 20, "\(left)")
    // A tree, and a file, too.
    try disk.fill()
    try cache.tree("tree", to: scratch.path + "/tree") { path in
      for number in 0..<3 { try content(200 + number, 100_000).write(to: URL(fileURLWithPath: path + "/\(number)")) }
    }
    try disk.fill()
    try cache.file("file", to: scratch.path + "/file") { path in
      try content(300, 300_000).write(to: URL(fileURLWithPath: path))
    }
    #expect(try cache.contains(cache.key("tree")))
    #expect(try cache.contains(cache.key("file")))
    #expect(warnings.all.isEmpty, "\(warnings.all)")
    #expect(try isSound(cache))

    // Opening takes room as well.
    try disk.fill()
    let other = try self.cache(on: disk)
    #expect(try other.contains(other.key("file")))

    let reserve = disk.path + "/cache/reserve"
    try disk.empty()
    #expect(try other.remove([keys[39]]).count <= 1)
    _ = try self.cache(on: disk)
    let status = try FileStatus(of: reserve)
    #expect(status.size == Reserve.size && status.allocated >= Reserve.size)
  }

  @Test(
    "too full for an artifact evicts nothing in vain: the value comes back, with one warning; strict throws",
    .enabled(if: SmallDisk.isPossible))
  func tooLarge() throws {
    let disk = try SmallDisk(.memory(megabytes: 12, files: 10_000))
    let cache = try cache(on: disk)
    let keys = try (0..<10).map { number in try cache.put(content(number, 100_000), for: Call("f", ["n": number])) }
    for number in 0..<2 {
      let value = content(number, 20_000_000)
      #expect(try cache.value("huge", ["n": number]) { value } == value)
    }
    #expect(warnings.all.map(\.code) == [.fullDisk])
    for key in keys { #expect(try cache.contains(key)) }
    let strict = try self.cache(on: disk) { $0.failures = .strict }
    #expect(throws: LarderError.self) { try strict.value("huge") { content(3, 20_000_000) } }
  }
}
