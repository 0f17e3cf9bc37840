import Foundation
import LarderCrypto
import LarderFormat
import LarderIndex
import LarderSystem
import LarderTesting
import Testing

@Suite("Indexes that are replaced") struct ReplacementTests {
  struct Case: Sendable, CustomStringConvertible {
    var description: String
    /// What is made at the path in place of the index; nil for nothing.
    var identity: IndexIdentity?
    var hasWritten: Bool
    var code: IndexError.Code
  }

  static let foreign = IndexIdentity(cacheID: CacheID(high: 8, low: 8), indexID: CacheID(high: 8, low: 9))

  @Test(
    "an index whose file was replaced while it was open takes no commit, and the new one gets none of its own",
    arguments: [
      Case(description: "nothing, a writer", hasWritten: true, code: .missing),
      Case(description: "nothing, a reader so far", hasWritten: false, code: .missing),
      Case(description: "another cache, a writer", identity: foreign, hasWritten: true, code: .missing),
      Case(description: "another cache, a reader so far", identity: foreign, hasWritten: false, code: .foreign),
      Case(description: "a rescued one, a writer", identity: RescueTests.renewed, hasWritten: true, code: .missing),
      Case(
        description: "a rescued one, a reader so far", identity: RescueTests.renewed, hasWritten: false, code: .missing),
      Case(description: "a copy, a writer", identity: .sample, hasWritten: true, code: .missing),
    ])
  func replaced(_ given: Case) async throws {
    try await withScratch { path in
      let directory = path + "/cache"
      try makeDirectories(directory)
      let file = directory + "/index.sqlite"
      let first = try SQLiteIndex.create(at: file, identity: .sample)
      try first.open(.sample)
      _ = try first.commit(.put("old", .inline("v")))
      let index = given.hasWritten ? first : try SQLiteIndex.open(at: file)
      try FileManager.default.moveItem(atPath: directory, toPath: path + "/moved")
      var new: SQLiteIndex?
      if let identity = given.identity {
        try makeDirectories(directory)
        new = try SQLiteIndex.create(at: file, identity: identity)
        try new?.open(.sample)
      }
      let error = #expect(throws: IndexError.self) { _ = try index.commit(.put("k", .inline("v"))) }
      #expect(error?.code == given.code, "\(error?.message ?? "")")
      #expect(error?.message.contains(file) == true)
      #expect(try new?.totals().entries ?? 0 == 0)
      // Put back in its place it is good to use again.
      new?.close()
      try? FileManager.default.removeItem(atPath: directory)
      try FileManager.default.moveItem(atPath: path + "/moved", toPath: directory)
      #expect(try index.commit(.put("k", .inline("v"))).word == "committed, 0 surplus, 0 condemned")
    }
  }
}
