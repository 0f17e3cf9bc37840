import Foundation
import LarderCrypto
import LarderFormat
import LarderIndex
import LarderSystem
import LarderTesting
import Shared
import Testing

@Suite("Opening") struct OpeningTests {
  @Test("an index that is made again is the one that is there")
  func createTwice() async throws {
    try await withScratch { path in
      let file = path + "/index.sqlite"
      let first = try SQLiteIndex.create(at: file, identity: .sample)
      #expect(first.identity == .sample)
      let other = IndexIdentity(cacheID: CacheID(high: 7, low: 7), indexID: CacheID(high: 8, low: 8))
      #expect(try SQLiteIndex.create(at: file, identity: other).identity == .sample)
      #expect(try SQLiteIndex.open(at: file).identity == .sample)
      #expect(try SQLiteIndex.open(at: file, readOnly: true).identity == .sample)
      let capabilities = IndexCapabilities(severalProcesses: true, severalHosts: false, inlineBlobs: true)
      #expect(first.capabilities == capabilities)
    }
  }

  @Test("eight processes that make an index at once end with one and the same")
  func createRace() async throws {
    try await withScratch { path in
      let file = path + "/index.sqlite"
      try await withThrowingTaskGroup(of: String.self) { group in
        for number in UInt64(1)...8 {
          group.addTask {
            let result = try await #require(processExitsWith: .success, observing: [\.standardOutputContent]) {
              [file = file as String, number = number as UInt64] in
              let identity = IndexIdentity(
                cacheID: CacheID(high: number, low: 0), indexID: CacheID(high: 0, low: number))
              let index = try SQLiteIndex.create(at: file, identity: identity)
              try index.open(SessionRecord(id: SessionID(rawValue: number), host: "", boot: "", opened: time(0)))
              print("identity=\(index.identity.cacheID).\(index.identity.indexID)=")
            }
            let output = String(decoding: result.standardOutputContent, as: UTF8.self)
            return output.split(separator: "=").dropFirst().first.map(String.init) ?? output
          }
        }
        var identities: Set<String> = []
        for try await identity in group { identities.insert(identity) }
        #expect(identities.count == 1)
      }
      #expect(try SQLiteIndex.open(at: file).sessions().count == 8)
      #expect(try shell(file, "PRAGMA journal_mode") == "wal")
    }
  }

  struct Strange: Sendable, CustomStringConvertible {
    var description: String
    var code: IndexError.Code
    var says: String
    /// Makes the file; gets its path.
    var make: @Sendable (String) throws -> Void
    /// Whether making an index there is refused too: not where an earlier attempt may have been killed.
    var refusesCreation = true
  }

  static let strange: [Strange] = [
    Strange(description: "no file", code: .missing, says: "is not there", make: { _ in }, refusesCreation: false),
    Strange(
      description: "an empty file", code: .damaged, says: "its creation was interrupted",
      make: { try Data().write(to: URL(filePath: $0)) }, refusesCreation: false),
    Strange(
      description: "an empty database", code: .damaged, says: "its creation was interrupted",
      make: { _ = try shell($0, "PRAGMA journal_mode = wal; CREATE TABLE x (y); DROP TABLE x") }, refusesCreation: false
    ),
    Strange(
      description: "a word", code: .damaged, says: "file is not a database",
      make: { try Data("hello".utf8).write(to: URL(filePath: $0)) }),
    Strange(
      description: "64 KiB of garbage", code: .damaged, says: "file is not a database",
      make: { path in
        var generator = SplitMix(seed: 1)
        try Data((0..<65536).map { _ in UInt8.random(in: 0...255, using: &generator) }).write(to: URL(filePath: path))
      }),
    Strange(
      description: "somebody's database", code: .foreign, says: "database of another program",
      make: { _ = try shell($0, "CREATE TABLE bookmarks (url)") }),
    Strange(
      description: "somebody's database with a log", code: .foreign, says: "database of another program",
      make: { _ = try shell($0, "PRAGMA journal_mode = wal; PRAGMA application_id = 7; CREATE TABLE bookmarks (url)") }),
    Strange(
      description: "format 2", code: .foreign, says: "its format is 2 and this Larder reads 1. Update Larder",
      make: { path in
        try SQLiteIndex.create(at: path, identity: .sample).close()
        _ = try shell(path, "PRAGMA user_version = 2")
      }),
    Strange(
      description: "format 0", code: .foreign, says: "its format is 0 and this Larder reads 1",
      make: { path in
        try SQLiteIndex.create(at: path, identity: .sample).close()
        _ = try shell(path, "PRAGMA user_version = 0")
      }),
    Strange(
      description: "an index without its row meta", code: .damaged, says: "'meta' is missing",
      make: { path in
        try SQLiteIndex.create(at: path, identity: .sample).close()
        _ = try shell(path, "DELETE FROM meta")
      }),
    Strange(
      description: "an index without a table that is used late", code: .damaged, says: "table 'statistics' is missing",
      make: { path in
        try SQLiteIndex.create(at: path, identity: .sample).close()
        _ = try shell(path, "DROP TABLE statistics")
      }),
    Strange(
      description: "an index without a tree that makes things unique", code: .damaged,
      says: "tree 'blobs_content' is missing",
      make: { path in
        try SQLiteIndex.create(at: path, identity: .sample).close()
        _ = try shell(path, "DROP INDEX blobs_content")
      }),
    Strange(
      description: "an index in a state that there is not", code: .damaged, says: "names no state that there is",
      make: { path in
        try SQLiteIndex.create(at: path, identity: .sample).close()
        _ = try shell(path, "UPDATE meta SET state = 'ajar'")
      }),
    Strange(
      description: "an index whose row is of another format", code: .damaged, says: "names the format 7",
      make: { path in
        try SQLiteIndex.create(at: path, identity: .sample).close()
        _ = try shell(path, "UPDATE meta SET format = 7")
      }),
    Strange(
      description: "an index that was cut off", code: .damaged, says: "malformed",
      make: { path in
        try SQLiteIndex.create(at: path, identity: .sample).close()
        _ = try shell(path, "PRAGMA journal_mode = delete")
        try Descriptor(path, .readWrite).truncate(to: 3 * 4096)
      }),
  ]

  @Test("what is no index gives an error that says so, and stays as it is", arguments: strange)
  func refuses(_ given: Strange) async throws {
    try await withScratch { path in
      let file = path + "/index.sqlite"
      try given.make(file)
      let before = FileManager.default.contents(atPath: file)
      for readOnly in [false, true] {
        let error = #expect(throws: IndexError.self) { _ = try SQLiteIndex.open(at: file, readOnly: readOnly) }
        #expect(error?.code == given.code, "\(error?.message ?? "")")
        #expect(error?.message.contains(given.says) == true, "\(error?.message ?? "")")
        #expect(error?.message.contains(file) == true)
      }
      if given.refusesCreation {
        let error = #expect(throws: IndexError.self) { _ = try SQLiteIndex.create(at: file, identity: .sample) }
        #expect(error?.code == given.code)
      }
      #expect(FileManager.default.contents(atPath: file) == before)
      if !given.refusesCreation {
        #expect(try SQLiteIndex.create(at: file, identity: .sample).totals() == IndexTotals())
      }
    }
  }

  @Test("a directory in the place of the file is named as the problem")
  func directory() async throws {
    try await withScratch { path in
      let error = #expect(throws: IndexError.self) { _ = try SQLiteIndex.open(at: path) }
      #expect(error?.code == .damaged)
      let other = #expect(throws: IndexError.self) {
        _ = try SQLiteIndex.create(at: path + "/no/such/index.sqlite", identity: .sample)
      }
      #expect(other?.code == .missing)
    }
  }

  @Test("an index opened read-only reads and refuses to write")
  func readOnly() async throws {
    try await withScratch { path in
      let file = path + "/index.sqlite"
      let writer = try SQLiteIndex.create(at: file, identity: .sample)
      try writer.open(.sample)
      let reader = try SQLiteIndex.open(at: file, readOnly: true)
      _ = try writer.commit(.put("k", .inline("v")))
      #expect(try reader.entry(for: key("k")) != nil)
      let error = #expect(throws: IndexError.self) { _ = try reader.commit(.put("l", .inline("v"))) }
      #expect(error?.code == .readOnly)
    }
  }

  /// How the files lie in a directory that may not be written.
  enum Leftover: String, CaseIterable, Sendable, Codable { case nothing, log, logOnly, emptyLog, reservedLog }

  @Test("a directory that may not be written can be read, or the error names the remedy", arguments: Leftover.allCases)
  func readOnlyDirectory(_ leftover: Leftover) async throws {
    try await withScratch { path in
      let directory = path + "/odd #%?& name"
      try makeDirectories(directory)
      let file = directory + "/index.sqlite"
      let index = try SQLiteIndex.create(at: file, identity: .sample)
      try index.open(.sample)
      _ = try index.commit(.put("k", .inline("v")))
      index.close()
      switch leftover {
      case .log: break
      case .logOnly: try FileManager.default.removeItem(atPath: file + "-shm")
      case .nothing, .emptyLog, .reservedLog:
        _ = try shell(file, "PRAGMA wal_checkpoint(TRUNCATE)")
        for suffix in ["-shm", "-wal"] where FileManager.default.fileExists(atPath: file + suffix) {
          try FileManager.default.removeItem(atPath: file + suffix)
        }
        if leftover == .emptyLog { try Data().write(to: URL(filePath: file + "-wal")) }
        if leftover == .reservedLog { try Data(count: 1 << 20).write(to: URL(filePath: file + "-wal")) }
      }
      // Root may write everywhere, so a child of another user looks.
      for place in [path, directory] {
        try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: place)
      }
      await #expect(processExitsWith: .success) { [file = file as String, leftover = leftover as Leftover] in
        if getuid() == 0 { try #require(setuid(65534) == 0) }
        do throws(IndexError) {
          let index = try SQLiteIndex.open(at: file, readOnly: true)
          #expect(try index.entry(for: key("k"))?.blob != nil)
          #expect(try index.entries(for: [key("k"), key("l")]).map { $0 == nil } == [false, true])
        } catch {
          #expect(leftover == .logOnly)
          #expect(error.code == .readOnly)
          #expect(error.message.contains("Open the cache once where it may be written"), "\(error.message)")
        }
        let error = #expect(throws: IndexError.self) { _ = try SQLiteIndex.open(at: file) }
        #expect(error?.code == .readOnly || error?.code == .failed, "\(error?.message ?? "")")
      }
      for place in [path, directory] {
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: place)
      }
    }
  }

  #if os(Linux)
    @Test("a limit on the size of files is told as such, and the index goes on afterwards")
    func fileLimit() async throws {
      try await withScratch { path in
        let file = path + "/index.sqlite"
        let index = try SQLiteIndex.create(at: file, identity: .sample)
        try index.open(.sample)
        await #expect(processExitsWith: .success) { [file = file as String] in
          signal(SIGXFSZ, SIG_IGN)
          var limit = rlimit(rlim_cur: 2_000_000, rlim_max: 2_000_000)
          setrlimit(__rlimit_resource_t(UInt32(RLIMIT_FSIZE.rawValue)), &limit)
          let index = try SQLiteIndex.open(at: file)
          let error = #expect(throws: IndexError.self) {
            for number in 0..<1000 {
              _ = try index.commit(.put("\(number)", .inline(String(repeating: "x", count: 3000 + number))))
            }
          }
          #expect(error?.code == .fileLimit, "\(error?.message ?? "")")
          #expect(error?.isOutcomeUnknown == false, "no frame that counts did fit")
          #expect(try index.entry(for: key("0"))?.blob != nil)
        }
        let count = try index.totals().entries
        #expect(count > 10 && count < 1000)
        #expect(try index.commit(.put("more", .inline("v"))).word == "committed, 0 surplus, 0 condemned")
        #expect(try recounted(file) == nil)
      }
    }
  #endif

  @Test("a closed index says that it is closed")
  func closed() async throws {
    try await withScratch { path in
      let index = try SQLiteIndex.create(at: path + "/index.sqlite", identity: .sample)
      index.close()
      index.close()
      #expect(throws: IndexError.self) { try index.open(.sample) }
      let error = #expect(throws: IndexError.self) { _ = try index.totals() }
      #expect(error?.message.contains("is closed") == true)
    }
  }

  @Test("whoever holds the index too long makes others report busy, at the deadline and not before or long after")
  func busy() async throws {
    try await withScratch { path in
      let file = path + "/index.sqlite"
      let index = try SQLiteIndex.create(at: file, identity: .sample)
      try index.open(.sample)
      let holder = try Holder(of: file)

      let hasty = try SQLiteIndex.open(at: file, deadline: .milliseconds(50))
      let start = Clock.system.uptime()
      let error = #expect(throws: IndexError.self) { _ = try hasty.commit(.put("k", .inline("v"))) }
      let waited = Clock.system.uptime() - start
      #expect(error?.code == .busy)
      #expect(waited >= 50_000_000 && waited < 5_000_000_000)
      #expect(try hasty.entry(for: key("k")) == nil, "readers do not wait for a writer")
      try holder.letGo()
      #expect(try hasty.commit(.put("k", .inline("v"))).word == "committed, 0 surplus, 0 condemned")
    }
  }

  @Test("counters and the end of a session wait for others no longer than a moment, whatever the deadline")
  func moments() async throws {
    try await withScratch { path in
      let file = path + "/index.sqlite"
      let index = try SQLiteIndex.create(at: file, identity: .sample)
      try index.open(.sample)
      let holder = try Holder(of: file)
      let start = Clock.system.uptime()
      let hit = Statistic(day: 1, namespace: "", function: "", name: "hits", value: 1)
      let recording = #expect(throws: IndexError.self) { try index.record([], [hit], within: .milliseconds(20)) }
      #expect(recording?.code == .busy)
      let closing = #expect(throws: IndexError.self) { try index.close(.sample) }
      #expect(closing?.code == .busy)
      #expect(Clock.system.uptime() - start < 10_000_000_000, "the deadline is 30 s")
      try holder.letGo()
      try index.record([], [hit], within: .milliseconds(20))
      #expect(try index.statistics(since: 0) == [hit])
      try index.close(.sample)
      #expect(try index.sessions() == [])
    }
  }

  @Test("a file that may not be read is named as the problem, and not its log")
  func unreadable() async throws {
    try await withScratch { path in
      let file = path + "/index.sqlite"
      let index = try SQLiteIndex.create(at: file, identity: .sample)
      try index.open(.sample)
      for place in [path, file + "-wal", file + "-shm"] {
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: place)
      }
      try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: file)
      // Root may read everything, so a child of another user looks.
      await #expect(processExitsWith: .success) { [file = file as String] in
        if getuid() == 0 { try #require(setuid(65534) == 0) }
        let error = #expect(throws: IndexError.self) { _ = try SQLiteIndex.open(at: file, readOnly: true) }
        #expect(error?.message.contains("Check the permissions of the file") == true, "\(error?.message ?? "")")
      }
      index.close()
    }
  }
}
