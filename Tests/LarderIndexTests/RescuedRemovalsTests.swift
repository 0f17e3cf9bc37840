import Foundation
import LarderCrypto
import LarderFormat
import LarderIndex
import LarderSystem
import LarderTesting
import Testing

/// What a user had removed does not come back from a damaged index.
@Suite("Removals after a rescue") struct RescuedRemovalsTests {
  @Test("what was removed is not taken from a log that SQLite can no longer use, and does not come back without it")
  func brokenLog() async throws {
    try await withScratch { path in
      let file = path + "/index.sqlite"
      let index = try SQLiteIndex.create(at: file, identity: .sample)
      try RescueTests.fill(index, entries: 40)
      index.close()
      _ = try shell(file, "PRAGMA wal_checkpoint(TRUNCATE)")
      let writer = try SQLiteIndex.open(at: file)
      let size = try FileStatus(of: file + "-wal").size
      _ = try writer.remove(EntryRemoval(keys: [key("k0"), key("k2"), key("k3")], time: time(8000)))
      let log = try Descriptor(file + "-wal", .readWrite)
      #expect(try log.status().size > size)
      // The first frame's sum no longer fits, so that the log ends before it begins.
      try log.seek(to: 32 + 16)
      try log.writeAll([1, 2, 3, 4])
      let (result, new) = try RescueTests.rescue(file)
      #expect(result.removedEntries == 3)
      for name in ["k0", "k2", "k3"] { #expect(try new.entry(for: key(name)) == nil) }
      #expect(try new.totals().entries == 37)
    }
  }

  @Test("an entry put again after its removal is saved, one that the removal followed is not")
  func putAgain() async throws {
    try await withScratch { path in
      let file = path + "/index.sqlite"
      let index = try SQLiteIndex.create(at: file, identity: .sample)
      try index.open(.sample)
      for name in ["again", "gone"] { _ = try index.commit(.put(name, .inline(name))) }
      _ = try index.remove(EntryRemoval(keys: [key("again"), key("gone")], time: time(6000)))
      _ = try index.commit(.put("again", .inline("again"), created: 7000))
      // A page of long ago, as a write that was lost leaves it.
      _ = try index.commit(.put("gone", .inline("gone"), created: 6000))
      let (result, new) = try RescueTests.rescue(file)
      #expect(result.removedEntries == 1)
      #expect(try new.entry(for: key("again")) != nil)
      #expect(try new.entry(for: key("gone")) == nil)
    }
  }

  @Test("a removal of a kind that this version does not know keeps everything away that was there before it")
  func unknownRemoval() async throws {
    try await withScratch { path in
      let file = path + "/index.sqlite"
      let index = try SQLiteIndex.create(at: file, identity: .sample)
      try index.open(.sample)
      _ = try index.commit(.put("before", .inline("before"), created: 5000))
      _ = try index.commit(.put("after", .inline("after"), created: 7000))
      _ = try shell(file, #"INSERT INTO removals VALUES (1, 6000, '{"function":"f"}')"#)
      let (result, new) = try RescueTests.rescue(file)
      #expect(result.removedEntries == 1)
      #expect(try new.entry(for: key("before")) == nil)
      #expect(try new.entry(for: key("after")) != nil)
    }
  }
}
