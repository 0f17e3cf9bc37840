import Foundation
import LarderFormat
import LarderIndex
import LarderSystem
import LarderTesting
import Shared
import Testing

/// What a log holds behind a damaged frame is undone by SQLite; removals must not be.
@Suite("Damage in the log") struct LostCommitsTests {
  private static let frame = 24 + 4096

  /// An index whose last process ended with everything in the log: `kept` stored, `removed` stored and removed, `again`
  /// removed and stored once more, and something stored behind all that.
  private static func fill(_ file: String) throws -> Data {
    let index = try SQLiteIndex.create(at: file, identity: .sample)
    try index.open(.sample)
    for name in ["kept", "removed", "again"] { _ = try index.commit(.put(name, .inline(name))) }
    _ = try index.remove(EntryRemoval(keys: [key("removed"), key("again")], time: time(8000)))
    var again = EntryCommit.put("again", .inline("anew"), removalsSeen: try index.removals())
    again.entry.created = time(9000)
    again.seal = sealer.seal(again.entry)
    _ = try index.commit(again)
    _ = try index.commit(.put("later", .inline("later"), removalsSeen: try index.removals()))
    index.close()
    return try #require(FileManager.default.contents(atPath: file + "-wal"))
  }

  /// The frames of a log up to the last of its present use.
  private static func frames(of log: Data) -> Int {
    let salts = log[16..<24]
    return (0..<(log.count - 32) / frame).filter { log[(32 + $0 * frame + 8)...].prefix(8).elementsEqual(salts) }.count
  }

  private static func write(_ log: Data, beside file: String) throws {
    try log.write(to: URL(filePath: file + "-wal"))
    try? FileManager.default.removeItem(atPath: file + "-shm")
  }

  @Test("whichever frame is damaged, wherever, what was removed stays removed")
  func anyFrame() async throws {
    try await withScratch { path in
      let file = path + "/index.sqlite"
      let log = try Self.fill(file)
      let main = try #require(FileManager.default.contents(atPath: file))
      let frames = Self.frames(of: log)
      #expect(frames > 20)
      var (undone, told) = (0, 0)
      // In the salts, in the sum, and in the page.
      for (place, offset) in (0..<frames).flatMap({ frame in [9, 17, 24 + 4090].map { (frame, $0) } }) {
        // Nothing tells a last commit that lost its mark from one that was never finished.
        if place == frames - 1 && offset == 9 { continue }
        try main.write(to: URL(filePath: file))
        var damaged = log
        damaged[32 + place * Self.frame + offset] ^= 0x10
        try Self.write(damaged, beside: file)
        // The first commits make the tables.
        guard let index = try? SQLiteIndex.open(at: file) else { continue }
        undone += try index.entry(for: key("removed")) == nil ? 0 : 1
        let lost = try index.repeatLostRemovals()
        told += lost == nil ? 0 : 1
        #expect(try index.entry(for: key("removed")) == nil, "frame \(place), byte \(offset)")
        #expect(try index.entry(for: key("again"))?.record.created != time(1000), "frame \(place), byte \(offset)")
        #expect(try index.check(quick: false) == [] && index.totals() == index.countTotals().counted)
        // It is told once.
        #expect(try index.repeatLostRemovals() == nil)
        index.close()
        #expect(try SQLiteIndex.open(at: file).repeatLostRemovals() == nil)
      }
      #expect(undone > 5 && told > undone)
    }
  }

  enum HeaderDamage: CaseIterable, Sendable {
    case magic, byteOrder, salts, sum, begin, page

    func strike(_ log: inout Data) {
      switch self {
      case .magic: log[0] ^= 0x40
      case .byteOrder: log[3] ^= 1
      case .salts: log[18] ^= 4
      case .sum: log[30] ^= 4
      case .begin: log.replaceSubrange(0..<48, with: repeatElement(0, count: 48))
      case .page: log.replaceSubrange(0..<4096, with: repeatElement(0x5A, count: 4096))
      }
    }
  }

  /// An index with `one` and `two`, in whose log, and only there, stands that `one` was removed; the log is damaged.
  private static func fill(_ file: String, withRemovalBehind damage: HeaderDamage) throws {
    _ = try fill(file)
    let index = try SQLiteIndex.open(at: file)
    try index.open(.other)
    for name in ["one", "two"] { _ = try index.commit(.put(name, .inline(name), session: .other, removalsSeen: 1)) }
    index.shortenLog()
    _ = try index.remove(EntryRemoval(keys: [key("one")], time: time(9500)))
    index.close()
    try strike(file, damage)
  }

  private static func strike(_ file: String, _ damage: HeaderDamage) throws {
    var log = try #require(FileManager.default.contents(atPath: file + "-wal"))
    damage.strike(&log)
    try write(log, beside: file)
  }

  @Test(
    "a log whose header is damaged counts for nothing, and what was removed stays removed",
    arguments: HeaderDamage.allCases)
  func header(_ damage: HeaderDamage) async throws {
    try await withScratch { path in
      let file = path + "/index.sqlite"
      try Self.fill(file, withRemovalBehind: damage)
      let reader = try SQLiteIndex.open(at: file, readOnly: true)
      #expect(try reader.entry(for: key("one")) == nil && reader.entry(for: key("two")) != nil && reader.hidesRemovals)
      reader.close()
      let other = try SQLiteIndex.open(at: file)
      #expect(try other.entry(for: key("one")) != nil)
      let lost = try #require(try other.repeatLostRemovals())
      #expect(lost.commits == 1 && lost.removedEntries == 1)
      #expect(try other.entry(for: key("one")) == nil && other.entry(for: key("two")) != nil)
      #expect(
        try other.absence(of: key("one"), namespace: "n", function: "f", version: "1").tombstone?.reason == .invalidated
      )
    }
  }

  @Test("who overwrites what tells of a removal has noted it before, and the next one goes on")
  func failedWhileRepeating() async throws {
    try await withScratch { path in
      let file = path + "/index.sqlite"
      try Self.fill(file, withRemovalBehind: .salts)
      do {
        let index = try SQLiteIndex.open(at: file)
        let plan = Faults.Plan { call, _ in call == .commit ? .error(5) : nil }
        #expect(throws: IndexError.self) { try Faults.$plan.withValue(plan) { _ = try index.repeatLostRemovals() } }
        index.close()
      }
      #expect(FileManager.default.fileExists(atPath: file + ".undone"))
      // It might have overwritten all of it.
      try Self.write(Data(), beside: file)
      let reader = try SQLiteIndex.open(at: file, readOnly: true)
      #expect(try reader.entry(for: key("one")) == nil && reader.hidesRemovals)
      reader.close()
      let index = try SQLiteIndex.open(at: file)
      #expect(try index.repeatLostRemovals()?.removedEntries == 1)
      #expect(try index.entry(for: key("one")) == nil && index.entry(for: key("two")) != nil)
      #expect(!FileManager.default.fileExists(atPath: file + ".undone"))
      #expect(try index.repeatLostRemovals() == nil)
    }
  }

  @Test("while somebody else holds the index nobody takes the removals for done")
  func held() async throws {
    try await withScratch { path in
      let file = path + "/index.sqlite"
      try Self.fill(file, withRemovalBehind: .salts)
      // While this one has the index open, the shell that holds it does not empty the log when it ends.
      let reader = try SQLiteIndex.open(at: file)
      let index = try SQLiteIndex.open(at: file, deadline: .milliseconds(50))
      let holder = try Holder(of: file)
      #expect { try index.repeatLostRemovals() } throws: { ($0 as? IndexError)?.code == .busy }
      try holder.letGo()
      #expect(try index.repeatLostRemovals()?.removedEntries == 1)
      reader.close()
    }
  }

  @Test(
    "an entry stays whose tombstone does not say on its page when it was removed, unless the list of removals does",
    arguments: [false, true])
  func unknownTime(isRemovedAgain: Bool) async throws {
    try await withScratch { path in
      let file = path + "/index.sqlite"
      let index = try SQLiteIndex.create(at: file, identity: .sample)
      try index.open(.sample)
      func put(_ created: Int64) throws {
        var commit = EntryCommit.put("long", .inline("long"), removalsSeen: try index.removals())
        commit.entry.version = String(repeating: "v", count: 900)
        commit.entry.document = [UInt8](repeating: 0x61, count: 3600)
        commit.entry.created = time(created)
        commit.seal = sealer.seal(commit.entry)
        _ = try index.commit(commit)
      }
      try put(1000)
      _ = try index.remove(EntryRemoval(keys: [key("long")], time: time(2000)))
      try put(3000)
      _ = try index.commit(.put("other", .inline("other"), removalsSeen: index.removals()))
      index.shortenLog()
      _ = try index.remove(EntryRemoval(keys: [key("other")] + (isRemovedAgain ? [key("long")] : []), time: time(9500)))
      index.close()
      try Self.strike(file, .salts)
      let again = try SQLiteIndex.open(at: file)
      #expect(try again.repeatLostRemovals()?.removedEntries == (isRemovedAgain ? 2 : 1))
      #expect(try (again.entry(for: key("long")) == nil) == isRemovedAgain && again.entry(for: key("other")) == nil)
    }
  }

  @Test("what an earlier use of the log left behind its end is nobody's business")
  func earlierUse() async throws {
    try await withScratch { path in
      let file = path + "/index.sqlite"
      _ = try Self.fill(file)
      let index = try SQLiteIndex.open(at: file)
      // Copies all of it; what is committed next begins the log anew, and the rest of it stays.
      _ = try shell(file, "PRAGMA wal_checkpoint(RESTART)")
      try index.open(.other)
      // Older than its removal, as from a clock that was set back.
      _ = try index.commit(.put("removed", .inline("back"), session: .other, removalsSeen: index.removals()))
      index.close()
      let log = try #require(FileManager.default.contents(atPath: file + "-wal"))
      #expect(Self.frames(of: log) < (log.count - 32) / Self.frame)
      let other = try SQLiteIndex.open(at: file)
      #expect(try other.repeatLostRemovals() == nil)
      #expect(try other.entry(for: key("removed")) != nil)
    }
  }

  @Test("a commit of which only the word is missing that it counts is no damage")
  func unannounced() async throws {
    try await withScratch { path in
      let file = path + "/index.sqlite"
      _ = try Self.fill(file)
      let index = try SQLiteIndex.open(at: file)
      try index.open(.other)
      // Another process has it open, so that the memory beside the log lives on.
      let memory = try #require(FileManager.default.contents(atPath: file + "-shm"))
      _ = try index.remove(EntryRemoval(keys: [key("kept")], time: time(9500)))
      // As if it had been killed before it changed that memory: in place, as others have it mapped.
      let shared = try FileHandle(forWritingTo: URL(filePath: file + "-shm"))
      try shared.write(contentsOf: memory.prefix(96))
      #expect(try index.entry(for: key("kept")) != nil)
      #expect(try index.repeatLostRemovals() == nil)
      #expect(try index.entry(for: key("kept")) != nil)
      _ = consume shared
    }
  }

  @Test("a commit that a kill cut off is not told")
  func cutOff() async throws {
    try await withScratch { path in
      let file = path + "/index.sqlite"
      let log = try Self.fill(file)
      let frames = Self.frames(of: log)
      // The last frame did not get in.
      try Self.write(log[..<(32 + (frames - 1) * Self.frame)] + Data(count: Self.frame * 3), beside: file)
      let index = try SQLiteIndex.open(at: file)
      #expect(try index.repeatLostRemovals() == nil)
      #expect(try index.entry(for: key("later")) == nil && index.entry(for: key("kept")) != nil)
    }
  }
}
