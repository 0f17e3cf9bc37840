import Foundation
import LarderCrypto
import LarderFormat
import LarderIndex
import LarderSystem
import Testing

@testable import Larder

/// What somebody or something did to a cache, and what a sweep calls it.
struct Damage: Sendable, CustomTestStringConvertible {
  let name: String
  let kind: SweepReport.Kind
  let count: Int64
  /// Whether a sweep that compares names and sizes alone finds it.
  let isSeenQuickly: Bool
  /// Whether artifacts are lost by it.
  let loses: Bool
  let inflict: @Sendable (SweepScene) throws -> Void
  var testDescription: String { name }

  init(
    _ name: String, _ kind: SweepReport.Kind, count: Int64 = 1, quick: Bool = true, loses: Bool = true,
    _ inflict: @escaping @Sendable (SweepScene) throws -> Void
  ) {
    self.name = name
    self.kind = kind
    self.count = count
    isSeenQuickly = quick
    self.loses = loses
    self.inflict = inflict
  }

  private static let stranger = "00000000000000aa"

  static let all: [Damage] = [
    Damage("a file that was never committed", .orphan, loses: false) { scene in
      let path = try scene.path(scene.files[0])
      let parts = path.split(separator: ".", omittingEmptySubsequences: false)
      let copy = parts.dropLast(3).joined(separator: ".") + ".\(stranger).1." + (parts.last ?? "")
      try FileManager.default.copyItem(atPath: path, toPath: copy)
    },
    Damage("a blob row that nothing refers to", .orphan) { scene in
      try scene.alter("DELETE FROM entries WHERE function = 'file' AND id = 1; UPDATE meta SET entries = entries - 1")
    },
    Damage("a file that was deleted", .dangling) { scene in
      try FileManager.default.removeItem(atPath: try scene.path(scene.files[0]))
    },
    Damage("a blob row that was deleted", .dangling) { scene in
      try scene.alter(
        """
        UPDATE meta SET blobs = blobs - 1, content_bytes = content_bytes - (SELECT size FROM blobs WHERE place = 'inline'
          AND id = (SELECT blob FROM entries WHERE function = 'inline' LIMIT 1)), stored_bytes = stored_bytes - (SELECT
          stored_size FROM blobs WHERE id = (SELECT blob FROM entries WHERE function = 'inline' LIMIT 1));
        DELETE FROM blobs WHERE id = (SELECT blob FROM entries WHERE function = 'inline' LIMIT 1)
        """)
    },
    Damage("a flipped bit", .corrupt, quick: false) { scene in
      try scene.edit(try scene.path(scene.files[1])) { $0[20_000] ^= 0x10 }
    },
    Damage("a flipped bit in the index", .corrupt, quick: true) { scene in
      try scene.alter(
        "UPDATE blobs SET data = zeroblob(length(data)) WHERE id = (SELECT blob FROM entries WHERE function = 'inline' LIMIT 1)"
      )
    },
    Damage("a truncated file", .size) { scene in
      try scene.edit(try scene.path(scene.files[1])) { $0.removeLast(7) }
    },
    Damage("an extended file", .size) { scene in
      try scene.edit(try scene.path(scene.files[1])) { $0.append(0) }
    },
    Damage("a directory in the place of a file", .dangling) { scene in
      let path = try scene.path(scene.files[1])
      try FileManager.default.removeItem(atPath: path)
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    },
    Damage("a file in the wrong shard", .place, loses: false) { scene in
      let path = try scene.path(scene.files[2])
      let name = URL(fileURLWithPath: path).lastPathComponent
      let other = name.hasPrefix("00") ? "01" : "00"
      try FileManager.default.moveItem(
        atPath: path, toPath: scene.scratch.cachePath + "/blobs/\(other)/\(name)")
    },
    Damage("an altered entry", .signature) { scene in
      try scene.alter("UPDATE entries SET cost = cost + 1 WHERE id = 1")
    },
    Damage("an entry that is filed under another function", .signature) { scene in
      try scene.alter("UPDATE entries SET function = 'other' WHERE id = 1")
    },
    Damage("an altered blob row", .signature) { scene in
      try scene.alter("UPDATE blobs SET encoding = 'lz4' WHERE id = (SELECT blob FROM entries WHERE id = 2)")
    },
    Damage("a blob row that is in no file although it says so: without a session", .signature) { scene in
      try scene.alter("UPDATE blobs SET session = NULL WHERE id = (SELECT blob FROM entries WHERE id = 2)")
    },
    Damage("a blob row that is in no file although it says so: without a number", .signature) { scene in
      try scene.alter("UPDATE blobs SET n = NULL WHERE id = (SELECT blob FROM entries WHERE id = 2)")
    },
    Damage("a blob row that was altered from the index to a file", .signature) { scene in
      try scene.alter("UPDATE blobs SET place = 'file' WHERE id = (SELECT blob FROM entries WHERE id = 6)")
    },
    Damage("a second row for a file", .signature, loses: false) { scene in
      try scene.alter(
        """
        INSERT INTO blobs SELECT id + 1000, state, 'other', content_digest, size, encoding, stored_digest, stored_size,
          place, session, n, durable, seal, seal_key, data FROM blobs WHERE place = 'file';
        UPDATE meta SET last_blob = last_blob + 1000
        """)
    },
    Damage("a link in the place of a file", .dangling) { scene in
      let path = try scene.path(scene.files[1])
      try FileManager.default.removeItem(atPath: path)
      try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: try scene.path(scene.files[2]))
    },
    Damage("an entry that refers to another one's blob", .signature) { scene in
      try scene.alter("UPDATE entries SET blob = (SELECT blob FROM entries WHERE id = 2) WHERE id = 6")
    },
    Damage("a tree without the row of one of its files", .dangling) { scene in
      try scene.alter(
        """
        DELETE FROM edges WHERE child = (SELECT id FROM blobs WHERE content_digest IN (SELECT content_digest FROM blobs
          JOIN edges ON edges.child = blobs.id WHERE place = 'inline') LIMIT 1)
        """)
    },
    Damage("an edge from what is no tree", .index, loses: false) { scene in
      try scene.alter(
        "INSERT INTO edges SELECT blob, (SELECT max(child) FROM edges) FROM entries WHERE function = 'file' LIMIT 1")
    },
    Damage("edges from nothing to nothing", .index, count: 2, loses: false) { scene in
      try scene.alter("INSERT INTO edges VALUES (7000, 8000), (7000, 8001), (7001, 1)")
    },
    Damage("an edge that keeps what nothing needs", .index) { scene in
      try scene.alter(
        """
        INSERT INTO edges SELECT 7000, blob FROM entries WHERE id = 1;
        DELETE FROM entries WHERE id = 1; UPDATE meta SET entries = entries - 1
        """)
    },
    Damage("an edge that no manifest names", .index, quick: false, loses: false) { scene in
      try scene.alter(
        """
        INSERT INTO edges SELECT DISTINCT parent, (SELECT blob FROM entries WHERE id = 1) FROM edges;
        INSERT INTO edges SELECT DISTINCT parent, 8000 FROM edges
        """)
    },
    Damage("the edges of a tree that were given to another blob", .dangling, quick: true) { scene in
      try scene.alter("UPDATE edges SET parent = (SELECT blob FROM entries WHERE id = 1)")
    },
    Damage("a file whose writer was killed", .staging, loses: false) { scene in
      try Data("half".utf8).write(
        to: URL(fileURLWithPath: scene.scratch.cachePath + "/staging/\(stranger).3"))
    },
    Damage("a removal that was interrupted", .leftover) { scene in
      _ = try scene.store.index.remove(
        EntryRemoval(keys: [scene.files[3]], time: Timestamp(nanoseconds: 1_900_000_000_000_000_000)))
    },
    Damage("totals that do not add up", .index, loses: false) { scene in
      try scene.alter("UPDATE meta SET stored_bytes = stored_bytes + 1")
    },
  ]
}

@Suite("What a sweep finds", .timeLimit(.minutes(5))) struct SweepFindingsTests {
  @Test("a sound cache is clean, and a sweep reads all of it")
  func clean() throws {
    let scene = try SweepScene()
    let report = try scene.sweep()
    #expect(report.isClean && report.isComplete, "\(report.problems)")
    #expect(report.entries == 9)
    #expect(report.blobs == (try scene.store.index.totals().blobs))
    #expect(report.readBytes == (try scene.store.index.totals().storedBytes))
  }

  @Test("every damage is found and called by its name", arguments: Damage.all)
  func found(_ damage: Damage) throws {
    let scene = try SweepScene()
    try damage.inflict(scene)
    let report = try scene.sweep()
    #expect(report.count(damage.kind) >= damage.count, "\(report.problems)")
    #expect(report.remaining == report.problemCount)
    let quick = try scene.sweep(.none) { $0.quick = true }
    #expect(quick.isClean != damage.isSeenQuickly || damage.kind == .corrupt, "\(quick.problems)")
  }

  @Test(
    "a sweep that only reads changes nothing, and neither does a repair that is only tried out", arguments: Damage.all)
  func untouched(_ damage: Damage) throws {
    let scene = try SweepScene()
    try damage.inflict(scene)
    let before = (scene.names("blobs"), scene.names("staging"), try scene.store.index.totals())
    let read = try scene.sweep()
    let tried = try scene.sweep(.delete) { $0.dryRun = true }
    #expect(read.counts == tried.counts)
    #expect(before == (scene.names("blobs"), scene.names("staging"), try scene.store.index.totals()))
    #expect(scene.names("quarantine") == [])
  }

  @Test(
    "one repair mends everything, the second finds nothing to do, and what is left is served",
    arguments: Damage.all, [SweepOptions.Repair.quarantine, .delete])
  func repaired(_ damage: Damage, _ repair: SweepOptions.Repair) throws {
    let scene = try SweepScene()
    try damage.inflict(scene)
    let report = try scene.sweep(repair)
    #expect(report.problemCount > 0 && report.remaining == 0, "\(report.problems)")
    let again = try scene.sweep(repair)
    #expect(again.isClean, "\(again.problems)")
    #expect(scene.names("quarantine") == [] || repair == .quarantine)
    var lost = 0
    for (number, key) in scene.files.enumerated() {
      let lookup = try scene.cache.lookup(key, as: Data.self)
      if let value = lookup.value { #expect(value == contents(UInt64(number))) } else { lost += 1 }
    }
    for (number, key) in scene.inline.enumerated() {
      let lookup = try scene.cache.lookup(key, as: String.self)
      if let value = lookup.value { #expect(value == "value \(number)") } else { lost += 1 }
    }
    if try !scene.cache.contains(scene.tree) { lost += 1 }
    #expect((lost > 0) == damage.loses, "\(lost) lost")
    #expect(lost <= 1)
  }

  @Test("what a repair moves aside lies in the quarantine, with the reason beside it")
  func quarantine() throws {
    let scene = try SweepScene()
    let path = try scene.path(scene.files[0])
    try scene.edit(path) { $0[5] ^= 1 }
    let damaged = try Data(contentsOf: URL(fileURLWithPath: path))
    let report = try scene.sweep(.quarantine)
    let problem = try #require(report.problems.first)
    #expect(problem.action == .quarantined && problem.kind == .corrupt)
    let name = URL(fileURLWithPath: path).lastPathComponent
    #expect(scene.names("quarantine") == [name, name + ".json"])
    #expect(try Data(contentsOf: URL(fileURLWithPath: scene.scratch.cachePath + "/quarantine/" + name)) == damaged)
    let reason = try JSONSerialization.jsonObject(
      with: Data(contentsOf: URL(fileURLWithPath: scene.scratch.cachePath + "/quarantine/\(name).json")))
    #expect((reason as? [String: String])?["reason"] == "stored digest differs")
    #expect(try scene.cache.lookup(scene.files[0], as: Data.self).reason == .corrupt)
  }

  @Test("files that Larder did not make are named, never touched, and no problem")
  func foreign() throws {
    let scene = try SweepScene()
    let places = ["notes.txt", "blobs/readme", "blobs/3f/\u{7}bell.zst", "staging/x", "blobs/zz/file"]
    for place in places { try scene.scratch.write("results.larder/" + place, "mine") }
    let report = try scene.sweep(.delete)
    #expect(report.count(.foreign) == 5 && report.isClean, "\(report.problems)")
    for place in places { #expect(try scene.scratch.read("results.larder/" + place) == "mine") }
  }

  @Test(
    "a table that was dropped while the cache is open is one problem, and what could not be verified counts as not verified",
    arguments: ["DROP TABLE entries", "DROP INDEX entries_key", "DROP TABLE edges", "DROP TABLE sweeps"],
    [SweepOptions.Repair.none, .quarantine])
  func droppedTable(_ sql: String, _ repair: SweepOptions.Repair) throws {
    let scene = try SweepScene()
    // Whatever was prepared before no longer fits.
    _ = try scene.sweep()
    try scene.alter(sql)
    let store = try scene.store
    let report = try scene.sweep(repair)
    #expect(report.counts == [.index: 1], "\(report.problems)")
    #expect(report.problems.map(\.detail).allSatisfy { $0.hasSuffix("is missing") })
    #expect(report.remaining == 1)
    // A tree that makes reading faster is missed by the check alone.
    if sql.contains("TABLE entries") { #expect(!report.isComplete && report.portions < 257) }
    #expect(store.isDamaged == (repair != .none))
  }

  @Test("a row in an unknown state is told once, with its file")
  func unknownState() throws {
    let scene = try SweepScene()
    try scene.alter("UPDATE blobs SET state = 'odd' WHERE id IN (SELECT blob FROM entries WHERE function = 'file')")
    let paths = try scene.store.index.strayFiles().map { "blobs/" + $0.path }
    let report = try scene.sweep(.quarantine)
    #expect(report.count(.signature) == 4 && report.count(.orphan) == 0, "\(report.problems)")
    #expect(Set(report.problems.filter { $0.kind == .signature }.compactMap(\.path)) == Set(paths))
    #expect(scene.names("quarantine").count == 8)
    let second = try scene.sweep()
    #expect(second.isClean, "\(second.problems)")
  }

  @Test("an altered row is told with its file or with the key of its entry, as far as it can be read")
  func named() throws {
    let scene = try SweepScene()
    let path = try scene.path(scene.files[0]).dropFirst(scene.scratch.cachePath.count + 1)
    try scene.alter(
      """
      UPDATE blobs SET stored_digest = x'00'
        WHERE id = (SELECT blob FROM entries WHERE key = x'\(scene.files[0].digest.hex)');
      UPDATE blobs SET size = size + 1
        WHERE id = (SELECT blob FROM entries WHERE key = x'\(scene.inline[1].digest.hex)');
      INSERT INTO blobs SELECT 5000, 'odd', domain, content_digest, size, 'none', stored_digest, stored_size, place,
        session, n, durable, seal, seal_key, data FROM blobs WHERE id = 1
      """)
    let problems = try scene.sweep().problems.filter { $0.kind == .signature }
    try #require(problems.count == 3, "\(problems)")
    #expect(problems.contains { $0.path == String(path) })
    #expect(problems.contains { $0.key == scene.inline[1] && $0.path == nil && $0.function == "inline" })
    #expect(problems.contains { $0.detail == "its row was altered: the row 5000 of the table 'blobs'" })
  }

  @Test("of a file without a row only a session on record says that it was never committed", arguments: [true, false])
  func committed(isOnRecord: Bool) throws {
    let scene = try SweepScene()
    let path = try scene.path(scene.files[0])
    let parts = path.split(separator: ".", omittingEmptySubsequences: false)
    try FileManager.default.copyItem(
      atPath: path, toPath: parts.dropLast(3).joined(separator: ".") + ".00000000000000aa.1." + (parts.last ?? ""))
    if isOnRecord { try scene.alter("INSERT INTO sessions VALUES (170, 'host', 'boot', 1, 'dead')") }
    let report = try scene.sweep()
    #expect(report.problems.map(\.detail) == [isOnRecord ? "never committed" : "no row of the index names it"])
  }

  @Test("what the sweep mends itself leaves the index in its place")
  func keepsIndex() throws {
    let scene = try SweepScene()
    let identity = try scene.store.index.identity
    try scene.alter(
      "UPDATE entries SET key = x'00' WHERE function = 'inline' AND id = (SELECT max(id) FROM entries WHERE function = 'inline')"
    )
    try scene.alter("DELETE FROM blobs WHERE id = (SELECT min(child) FROM edges)")
    try scene.alter("UPDATE meta SET blobs = blobs - 1")
    let report = try scene.sweep(.quarantine)
    #expect(report.count(.signature) == 1 && report.count(.dangling) == 1, "\(report.problems)")
    #expect(report.problems.filter { $0.kind == .index }.allSatisfy { $0.action == .corrected }, "\(report.problems)")
    #expect(try !scene.store.isDamaged)
    let second = try scene.sweep()
    #expect(second.isClean, "\(second.problems)")
    #expect(try scratchStore(scene.cache).index.identity == identity)
  }

  @Test("a row whose seal names a key is told each time and left alone, and the next put takes its place")
  func sealsOfKeys() throws {
    let scene = try SweepScene()
    try scene.alter("UPDATE entries SET seal_key = 'theirs'; UPDATE blobs SET seal_key = 'theirs'")
    for _ in 0..<2 {
      let report = try scene.sweep(.quarantine)
      #expect(report.counts.keys.map(\.rawValue) == ["signature"] && report.count(.signature) > 9, "\(report.counts)")
      #expect(report.remaining == report.problemCount)
      #expect(report.problems.allSatisfy { $0.detail.hasSuffix(": put the artifact again, or remove its entry") })
    }
    #expect(try scene.cache.lookup(scene.inline[0], as: String.self).reason == .signature)
    for number in 0..<4 {
      #expect(try scene.cache.value("inline", ["n": number]) { "value \(number)" } == "value \(number)")
      #expect(try scene.cache.lookup(scene.inline[number], as: String.self).value == "value \(number)")
    }
  }
}
