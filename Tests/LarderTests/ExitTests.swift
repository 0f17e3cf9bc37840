import Foundation
import LarderFormat
import LarderIndex
import LarderSystem
import LarderTesting
import Shared
import Testing

@testable import Larder

@Suite("The end of a process", .timeLimit(.minutes(5))) struct ExitTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  @Test("a cache that is still open when its process exits has its counters recorded and its session ended")
  func exits() async throws {
    _ = try await scratch.cache().value("f") { 1 }
    await #expect(processExitsWith: .exitCode(7)) { [directory = scratch.path as String] in
      let cache = try ArtifactCache(at: directory + "/results.larder", options: childOptions(directory))
      for _ in 0..<3 { _ = try cache.value("f") { 2 } }
      _ = try cache.value("g") { 3 }
      withExtendedLifetime(cache) { exit(7) }
    }
    let index = try scratchIndex()
    var counted: [String: Int64] = [:]
    for row in try index.statistics(since: 0) { counted[row.name, default: 0] += row.value }
    #expect(counted["hits"] == 3)
    #expect(try index.sessions().isEmpty)
  }

  @Test("what is larger than the cache may be is refused before it is placed, and nothing is evicted for it")
  func tooLarge() throws {
    let cache = try scratch.cache { $0.maximumSize = .bytes(100_000) }
    let small = try cache.put(contents(1), for: Call("small"))
    var generator = SplitMix(seed: 1)
    let large = Data((0..<150_000).map { _ in UInt8(truncatingIfNeeded: generator.next()) })
    #expect {
      try cache.put(large, for: Call("large"))
    } throws: { error in
      (error as? LarderError)?.code == .tooLarge
        && "\(error)"
          == "Cannot store an artifact of 150000 bytes: the cache at '\(scratch.cachePath)' may hold 100000. "
          + "Make a cache with a higher limit."
    }
    #expect {
      try cache.tree("tree", to: scratch.path + "/out") { path in
        for number in 0..<5 {
          try contents(UInt64(10 + number)).write(to: URL(fileURLWithPath: path + "/\(number)"))
        }
      }
    } throws: { ($0 as? LarderError)?.code == .tooLarge }
    #expect(try cache.contains(small))
    #expect(scratch.blobFiles().count == 1)
  }

  @Test("a result goes to where a link leads, and never takes the place of a directory or a device")
  func links() throws {
    let cache = try scratch.cache()
    let store = try scratchStore(cache)
    let key = try cache.put(contents(1), for: Call("f"))
    let entry = try #require(try store.index.entry(for: key))
    let target = try scratch.write("target", "old")
    func link(_ name: String, to destination: String) throws -> String {
      let path = scratch.path + "/" + name
      try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: destination)
      return path
    }
    let file = try link("file", to: target)
    try store.export(entry, to: file)
    #expect(try Data(contentsOf: URL(fileURLWithPath: target)) == contents(1))
    #expect(try FileStatus(of: file).kind == .link)
    for (name, destination) in [("directory", scratch.path), ("device", "/dev/null"), ("nowhere", "missing")] {
      let path = try link(name, to: destination)
      #expect(throws: LarderError.self, "\(name)") { try store.export(entry, to: path) }
      #expect(try FileStatus(of: path).kind == .link)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path).filter { $0.hasPrefix(".larder") } == [])
  }

  private func scratchIndex() throws -> any CacheIndex {
    try SQLiteIndex.open(at: scratch.cachePath + "/index.sqlite")
  }
}
