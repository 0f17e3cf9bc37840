import Foundation
import LarderCrypto
import LarderFormat
import LarderIndex
import LarderSystem
import LarderTesting
import Testing

/// Removals of what entries are, and not of their keys.
@Suite("Removals of a selection, and damage") struct SelectionTests {
  private static let committed = "committed, 0 surplus, 0 condemned"
  private static let leaf = KeyDocument.Leaf(name: "depth=\"7\"", digest: digest("seven"))

  /// A commit with a document, as calls have it.
  private static func put(
    _ name: String, function: String = "train/fold", tags: [String] = ["a", "b"],
    arguments: [KeyDocument.Leaf] = [leaf],
    created: Int64 = 5000, removalsSeen: Int64? = nil
  ) throws -> EntryCommit {
    var commit = EntryCommit.put(name, .inline(name), function: function, created: created, removalsSeen: removalsSeen)
    let document = try KeyDocument(
      namespace: "n", function: function, version: "1", arguments: arguments, environment: [])
    commit.entry.document = document.cbor
    commit.entry.tags = tags
    commit.seal = sealer.seal(commit.entry)
    return commit
  }

  private static func selection(_ change: (inout EntrySelection) throws -> Void) rethrows -> EntrySelection {
    var selection = EntrySelection()
    try change(&selection)
    return selection
  }

  @Test("a removed selection does not come back from a damaged index, and nothing else is lost by it")
  func rescued() async throws {
    try await withScratch { path in
      let file = path + "/index.sqlite"
      let index = try SQLiteIndex.create(at: file, identity: .sample)
      try index.open(.sample)
      try index.announce(Self.selection { $0.function = Glob("train/*") }, at: time(6000))
      // Pages of long ago, as writes that were lost leave them; there is no tombstone for them.
      _ = try index.commit(Self.put("gone"))
      _ = try index.commit(Self.put("later", created: 7000))
      _ = try index.commit(Self.put("other", function: "report"))
      let (result, new) = try RescueTests.rescue(file)
      #expect(result.removedEntries == 1)
      #expect(try new.entry(for: key("gone")) == nil)
      for name in ["later", "other"] { #expect(try new.entry(for: key(name)) != nil, "\(name)") }
      index.close()
    }
  }

  @Test("what was removed behind damage in the log, and by what it is, is removed again")
  func behindDamage() async throws {
    try await withScratch { path in
      let file = path + "/index.sqlite"
      let index = try SQLiteIndex.create(at: file, identity: .sample)
      try index.open(.sample)
      for name in ["a", "b"] { _ = try index.commit(Self.put(name)) }
      _ = try index.commit(Self.put("other", function: "report"))
      index.close()
      _ = try shell(file, "PRAGMA wal_checkpoint(TRUNCATE)")
      let writer = try SQLiteIndex.open(at: file)
      try writer.open(.other)
      // Only the announcement is in the log: whoever was to remove the entries was killed.
      try writer.announce(Self.selection { $0.function = Glob("train/*") }, at: time(6000))
      writer.close()
      let log = try Descriptor(file + "-wal", .readWrite)
      try log.seek(to: 32 + 16)
      try log.writeAll([1, 2, 3, 4])
      try? FileManager.default.removeItem(atPath: file + "-shm")
      let again = try SQLiteIndex.open(at: file)
      #expect(try again.repeatLostRemovals()?.removedEntries == 2)
      #expect(try again.totals().entries == 1)
      #expect(try again.entry(for: key("other")) != nil)
      again.close()
    }
  }
}
