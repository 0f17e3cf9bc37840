import Foundation
import Larder
import LarderSystem
import Testing

/// The cache is the same whatever holds its entries: what is particular to a store its own tests show.
@Suite("A cache with its index in JSON") struct JournalCacheTests {
  private func options() -> CacheOptions {
    var options = CacheOptions()
    options.index = .json
    return options
  }

  @Test("computes once, serves, explains a miss, keeps trees and is clean after removals")
  func works() async throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "larder-test-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: directory) }
    try use(directory)
    let report = try await ArtifactCache(at: directory).verify()
    #expect(report.isClean)
    #expect(FileManager.default.fileExists(atPath: directory + "/index.jsonl"))
    #expect(!FileManager.default.fileExists(atPath: directory + "/index.sqlite"))
  }

  private func use(_ directory: String) throws {
    do {
      let cache = try ArtifactCache(at: directory, options: options())
      let computed = Locked(0)
      for _ in 0..<3 {
        let value = try cache.value("square", ["n": 12]) {
          computed.withLock { $0 += 1 }
          return 144
        }
        #expect(value == 144)
      }
      #expect(computed.withLock { $0 } == 1)
      for number in 0..<50 {
        _ = try cache.value("text", ["n": number]) { String(repeating: "x", count: number * 997) }
      }
      #expect(try cache.lookup(cache.key("square", ["n": 13]), as: Int.self).value == nil)
    }
    // Another opening finds it, whatever it would have made itself.
    let again = try ArtifactCache(at: directory)
    #expect(try again.lookup(again.key("square", ["n": 12]), as: Int.self).value == 144)
    for number in 0..<50 {
      #expect(try again.lookup(again.key("text", ["n": number]), as: String.self).value?.count == number * 997)
    }
    for number in 0..<20 { try again.remove(again.key("text", ["n": number])) }
  }

  @Test("a file that is no journal is an error, and stays as it is")
  func foreign() throws {
    let text = "no journal"
    let directory = FileManager.default.temporaryDirectory.appending(path: "larder-test-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: directory) }
    do {
      let cache = try ArtifactCache(at: directory, options: options())
      let value = try cache.value("f", ["n": 1]) { 1 }
      #expect(value == 1)
    }
    let file = URL(filePath: directory + "/index.jsonl")
    try FileManager.default.removeItem(at: file)
    try Data(text.utf8).write(to: file)
    #expect(throws: LarderError.self) { _ = try ArtifactCache(at: directory, options: options()) }
    #expect(try Data(contentsOf: file) == Data(text.utf8))
  }
}
