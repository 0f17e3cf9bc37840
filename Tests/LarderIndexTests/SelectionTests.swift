import Foundation
import LarderCrypto
import LarderFormat
import LarderIndex
import LarderSystem
import Testing

/// Removals of what entries are, and not of their keys.
@Suite("Removals of a selection") struct SelectionTests {
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

  /// Selections, and whether they mean the sample.
  static let cases: [(name: String, selection: EntrySelection, isMeant: Bool)] = [
    ("everything", EntrySelection(), true),
    ("its namespace", selection { $0.namespace = "n" }, true),
    ("another namespace", selection { $0.namespace = "" }, false),
    ("its function", selection { $0.function = Glob("train/*") }, true),
    ("another function", selection { $0.function = Glob("train") }, false),
    ("its tags", selection { $0.tags = ["b", "a"] }, true),
    ("one tag more", selection { $0.tags = ["a", "c\u{1}\"="] }, false),
    ("its argument", selection { $0.arguments = [leaf] }, true),
    ("another value", selection { $0.arguments = [.init(name: leaf.name, digest: digest("eight"))] }, false),
    (
      "all together",
      selection {
        $0.namespace = "n"
        $0.function = Glob("[s-u]rain?fold")
        $0.tags = ["a"]
        $0.arguments = [leaf]
      }, true
    ),
  ]

  @Test(
    "a removal of a selection outlives the computation that it overtook, and no other", arguments: cases.map(\.name))
  func outlives(_ name: String) async throws {
    let sample = try #require(Self.cases.first { $0.name == name })
    try await withIndex { index in
      // computing                            | the user
      let seen = try index.removals()
      //                                      | says what is removed, whether or not there is anything
      try index.announce(sample.selection, at: time(6000))
      #expect(try index.removals() == seen + 1)
      // commits what it knew before          |
      let outcome = try index.commit(Self.put("k", removalsSeen: seen)).word
      #expect(outcome == (sample.isMeant ? "refused: invalidated" : Self.committed))
      // looked up later                      |
      #expect(try index.commit(Self.put("l", removalsSeen: seen + 1)).word == Self.committed)
    }
  }

  @Test("a selection that says what this version does not know may have meant anything")
  func unknown() async throws {
    for text in [#"{"select":["colour=red"]}"#, #"{"select":["function"]}"#, #"{"select":[1]}"#, #"{"select":{}}"#] {
      try await withScratch { path in
        let file = path + "/index.sqlite"
        let index = try SQLiteIndex.create(at: file, identity: .sample)
        try index.open(.sample)
        try index.announce(EntrySelection(), at: time(1))
        _ = try shell(file, "UPDATE removals SET selection = '\(text)'")
        #expect(try index.commit(Self.put("k", removalsSeen: 0)).word == "refused: invalidated", "\(text)")
        index.close()
      }
    }
  }

  @Test("what is announced is removed without a further row in the log, and what took its place meanwhile stays")
  func announced() async throws {
    try await withIndex { index in
      for name in ["a", "b", "c"] { _ = try index.commit(Self.put(name)) }
      let page = try index.entries(after: nil, limit: 10)
      try index.announce(EntrySelection(), at: time(6000))
      _ = try index.commit(Self.put("b", created: 7000, removalsSeen: try index.removals()))
      let removal = EntryRemoval(keys: page.map(\.record.key), time: time(6000), announced: page.map(\.seal))
      #expect(Set(try index.remove(removal).removed) == [key("a"), key("c")])
      #expect(try index.removals() == 1)
      #expect(try index.totals().entries == 1)
      #expect(
        removal[1..<3]
          == EntryRemoval(keys: Array(removal.keys[1...]), time: time(6000), announced: Array(page.map(\.seal)[1...])))
    }
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
