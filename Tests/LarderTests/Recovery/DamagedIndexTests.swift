import Foundation
import LarderFormat
import LarderIndex
import LarderSystem
import Testing

@testable import Larder

/// A damaged index is moved aside, said so, and what can be read of it is saved.
@Suite("A damaged index", .timeLimit(.minutes(3))) struct DamagedIndexTests {
  let scene: RecoveryScene
  init() throws { scene = try RecoveryScene() }

  enum Damage: String, CaseIterable, Sendable {
    case noDatabase, emptyFile, zeroedHeader, noTables, noMeta, damagedSchema, cutOff, directory, pageOfEntries
    case gone, goneWithLog, pipe, noSweeps, noStatistics, noTombstones, noRemovals, noTreeOfKeys, noTreeOfContents
    case noState, unknownState

    /// Whether rows can be read in spite of it.
    var leavesRows: Bool {
      switch self {
      case .noDatabase, .emptyFile, .zeroedHeader, .noTables, .damagedSchema, .cutOff, .directory, .pipe: false
      case .gone, .goneWithLog: false
      default: true
      }
    }

    func strike(_ path: String) throws {
      let url = URL(fileURLWithPath: path)
      switch self {
      case .noDatabase: try Data("This is no database, but a text that somebody left here.".utf8).write(to: url)
      case .emptyFile: try Data().write(to: url)
      case .zeroedHeader: try patch(path, at: 0, [UInt8](repeating: 0, count: 100))
      case .noTables:
        try FileManager.default.removeItem(atPath: path)
        try sqlite(path, "PRAGMA user_version = 0; VACUUM")
      case .noMeta: try sqlite(path, "DELETE FROM meta")
      case .damagedSchema: try patch(path, at: 100, [UInt8](repeating: 0x5A, count: 300))
      case .cutOff: try Descriptor(path, .readWrite).truncate(to: 4096 * 3)
      case .directory:
        try FileManager.default.removeItem(atPath: path)
        try makeDirectories(path)
      case .gone: try FileManager.default.removeItem(atPath: path)
      case .goneWithLog:
        try FileManager.default.removeItem(atPath: path)
        try Data("a log of nothing".utf8).write(to: URL(fileURLWithPath: path + "-wal"))
      case .pipe:
        try FileManager.default.removeItem(atPath: path)
        try #require(mkfifo(path, 0o600) == 0)
      case .noSweeps: try sqlite(path, "DROP TABLE sweeps")
      case .noStatistics: try sqlite(path, "DROP TABLE statistics")
      case .noTombstones: try sqlite(path, "DROP TABLE tombstones")
      case .noRemovals: try sqlite(path, "DROP TABLE removals")
      case .noTreeOfKeys: try sqlite(path, "DROP INDEX entries_key")
      case .noTreeOfContents: try sqlite(path, "DROP INDEX blobs_content")
      case .noState: try sqlite(path, "ALTER TABLE meta DROP COLUMN state")
      case .unknownState: try sqlite(path, "UPDATE meta SET state = 'ajar'")
      case .pageOfEntries:
        let page = try number(path, "SELECT pageno FROM dbstat WHERE name = 'entries_key' LIMIT 1") ?? 0
        try patch(path, at: (page - 1) * 4096, [UInt8](repeating: 0xEE, count: 4096))
      }
    }
  }

  @Test(
    "is moved aside when the cache is opened, with one warning, and the cache goes on", arguments: Damage.allCases)
  func opening(_ damage: Damage) throws {
    try scene.close()
    try damage.strike(scene.index)
    if damage == .pageOfEntries {
      // Whoever opens the cache cannot see that without reading everything: a read does.
      let cache = try scene.open()
      for key in scene.keys { _ = try cache.lookup(key, as: String.self) }
    }
    let warnings = scene.warnings
    let cache = try scene.open()
    #expect(warnings.all.map(\.code) == [.damaged], "\(warnings.all)")
    let message = try #require(warnings.all.first?.message)
    #expect(message.hasPrefix("The index of the cache at '\(scene.path)' was damaged"))
    #expect(message.contains("'\(scene.path)/quarantine/index.1.sqlite'"))
    #expect(FileManager.default.fileExists(atPath: scene.path + "/quarantine/index.1.sqlite"))
    #expect(FileManager.default.fileExists(atPath: scene.path + "/quarantine/index.1.sqlite.json"))
    if damage.leavesRows {
      #expect(message.contains("\(scene.keys.count) entries"))
      for (number, key) in scene.keys.enumerated() {
        #expect(try cache.lookup(key, as: String.self).value == scene.value(number))
      }
    }
    for number in 0..<3 { #expect(try cache.value("g", ["n": number]) { number } == number) }
    #expect(try cache.contains(cache.key("g", ["n": 2])))
    #expect(scene.leftovers() == [])
    // And that was that.
    _ = try scene.open()
    #expect(warnings.all.count == 1)
  }

  @Test("names a new index and leaves the log of the old one where SQLite cannot find it")
  func log() throws {
    try scene.close()
    let old = try SQLiteIndex.open(at: scene.index).identity
    try Damage.noMeta.strike(scene.index)
    let log = Data("the old log".utf8)
    try log.write(to: URL(fileURLWithPath: scene.index + "-wal"))
    let cache = try scene.open()
    let new = try scratchStore(cache).index.identity
    #expect(new.cacheID == old.cacheID && new.indexID != old.indexID)
    #expect(try scene.contents(scene.path + "/quarantine/index.1.sqlite-wal") == log)
    #expect(try scene.contents(scene.index + "-wal").starts(with: log) == false)
  }

  @Test("is left alone while others have the cache open: values are computed, and the message says what to do")
  func inUse() throws {
    let other = try scene.open()
    try scratchStore(other).index.shortenLog()
    try Damage.noMeta.strike(scene.index)
    let before = try scene.contents(scene.index)
    let cache = try scene.open()
    #expect(try cache.value("f", ["n": 0]) { "computed" } == "computed")
    #expect(
      scene.warnings.all.map(\.message) == [
        "The index of the cache at '\(scene.path)' is damaged, and others have the cache open. End them, or try again when "
          + "they are done: then what can be read is saved into a new index. Values are computed."
      ])
    #expect(throws: LarderError.self) { try scene.open { $0.failures = .strict } }
    #expect(try scene.contents(scene.index) == before)
    withExtendedLifetime(other) {}
  }

  @Test("that a read or a write meets is recovered at once by the only user of the cache", arguments: [false, true])
  func running(isWrite: Bool) throws {
    let cache = try scene.open()
    _ = try cache.lookup(scene.keys[0], as: String.self)
    try scratchStore(cache).index.shortenLog()
    try Damage.noMeta.strike(scene.index)
    if isWrite {
      #expect(try cache.value("new") { "computed" } == "computed")
    } else {
      #expect(try cache.lookup(cache.key("unknown"), as: String.self).reason == .error)
    }
    #expect(scene.warnings.all.map(\.code) == [.damaged], "\(scene.warnings.all)")
    for (number, key) in scene.keys.enumerated() {
      #expect(try cache.lookup(key, as: String.self).value == scene.value(number))
    }
    #expect(try cache.value("later") { 1 } == 1)
    #expect(try cache.contains(cache.key("later")))
    #expect(scene.leftovers() == [])
    #expect(scene.warnings.all.count == 1)
  }

  @Test("that is met while others have the cache open is recovered by whoever opens it next")
  func runningInUse() throws {
    do {
      let other = try scene.open()
      let cache = try scene.open()
      try scratchStore(cache).index.shortenLog()
      try Damage.noMeta.strike(scene.index)
      for number in 0..<3 { #expect(try cache.value("new", ["n": number]) { number } == number) }
      #expect(scene.warnings.all.count == 1)
      #expect(FileManager.default.fileExists(atPath: scene.path + "/index.damaged"))
      withExtendedLifetime(other) {}
    }
    let cache = try scene.open()
    for (number, key) in scene.keys.enumerated() {
      #expect(try cache.lookup(key, as: String.self).value == scene.value(number))
    }
    #expect(scene.warnings.all.count == 2)
    #expect(scene.leftovers() == [])
  }

  @Test("throws under strict, where it was met")
  func strict() throws {
    let cache = try scene.open { $0.failures = .strict }
    try scratchStore(cache).index.shortenLog()
    try Damage.noMeta.strike(scene.index)
    #expect {
      try cache.value("new") { 1 }
    } throws: { ($0 as? LarderError)?.code == .damaged }
    #expect(try cache.value("new") { 2 } == 2)
  }

  @Test(
    "of a cache that is only read is computed around, and stays as it is",
    arguments: [Damage.noMeta, .noSweeps, .noTreeOfKeys, .gone, .pipe])
  func readOnly(_ damage: Damage) throws {
    try scene.close()
    try damage.strike(scene.index)
    let before = damage == .pipe ? nil : try? scene.contents(scene.index)
    let cache = try scene.open { $0.readOnly = true }
    #expect(try cache.value("f", ["n": 0]) { "computed" } == "computed")
    #expect(scene.warnings.all.map(\.code) == [.damaged])
    if damage != .pipe { #expect((try? scene.contents(scene.index)) == before) }
  }

  @Test("that was deleted leaves its blobs without rows: a repair moves them aside")
  func gone() throws {
    let content = String(repeating: "x", count: 100_000)
    do {
      let cache = try scene.open { $0.encoding = .raw }
      _ = try cache.put(content, for: Call("large"))
      try scratchStore(cache).index.shortenLog()
    }
    for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: scene.index + suffix) }
    let cache = try scene.open()
    let words = "was damaged (its file was gone). There was nothing to save: the cache goes on with an empty index"
    #expect(scene.warnings.all.first?.message.contains(words) == true, "\(scene.warnings.all)")
    #expect(try cache.lookup(cache.key("large"), as: String.self).value == nil)
    var options = SweepOptions()
    options.repair = .quarantine
    let report = try scratchStore(cache).sweep(options)
    #expect(report.counts == [.orphan: 1] && report.remaining == 0)
    #expect(try scratchStore(cache).sweep(SweepOptions()).isClean)
  }

  @Test("is noted when a list of entries meets it")
  func listed() throws {
    let cache = try scene.open()
    try scratchStore(cache).index.shortenLog()
    try sqlite(scene.index, "DROP TABLE blobs")
    let store = try scratchStore(cache)
    #expect(throws: LarderError.self) { try store.visit(EntrySelection()) { _ in true } }
    #expect(store.isDamaged)
    #expect(FileManager.default.fileExists(atPath: scene.path + "/index.damaged"))
  }

  @Test("of another program, or another format, is never touched")
  func foreign() throws {
    try scene.close()
    try sqlite(scene.index, "PRAGMA user_version = 2")
    #expect(throws: LarderError.self) { try scene.open() }
    try sqlite(scene.index, "PRAGMA application_id = 1")
    let before = try scene.contents(scene.index)
    #expect(throws: LarderError.self) { try scene.open() }
    #expect(try scene.contents(scene.index) == before)
    #expect(!FileManager.default.fileExists(atPath: scene.path + "/quarantine"))
  }
}
