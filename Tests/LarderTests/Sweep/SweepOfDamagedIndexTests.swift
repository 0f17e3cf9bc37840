import Foundation
import LarderFormat
import LarderIndex
import LarderSystem
import Testing

@testable import Larder

@Suite("A sweep of a cache whose index is damaged", .timeLimit(.minutes(3))) struct SweepOfDamagedIndexTests {
  private func index(_ scene: RecoveryScene) throws -> UInt64? {
    try FileManager.default.attributesOfItem(atPath: scene.index)[.systemFileNumber] as? UInt64
  }

  @Test("tells each fault of the index in a line of its own")
  func lines() throws {
    let scene = try RecoveryScene()
    try scene.close()
    // A first free block that cannot be, in three pages.
    for page in 5..<8 { try patch(scene.index, at: page * 4096 + 1, [0, 3]) }
    let faults = try SQLiteIndex.open(at: scene.index).check(quick: false)
    #expect(faults.count >= 3, "\(faults)")
    #expect(faults.allSatisfy { !$0.contains("\n") && !$0.contains("*** in database") && !$0.isEmpty }, "\(faults)")
  }

  @Test(
    "that is not to repair finds it damaged and replaces nothing", arguments: [SweepOptions.Repair.none, .quarantine])
  func looking(_ repair: SweepOptions.Repair) async throws {
    let scene = try RecoveryScene()
    try scene.close()
    try DamagedIndexTests.Damage.pageOfEntries.strike(scene.index)
    let before = (try index(scene), try scene.contents(scene.index))
    let cache = try scene.open()
    var options = SweepOptions()
    options.repair = repair
    options.dryRun = true
    for _ in 0..<2 {
      let report = try await cache.verify(options)
      #expect(report.count(.index) > 0 && report.remaining == report.problemCount, "\(report.problems)")
    }
    #expect(scene.warnings.all.isEmpty, "\(scene.warnings.all)")
    #expect(scene.leftovers() == [])
    #expect(before == (try index(scene), try scene.contents(scene.index)))
    options.repair = .quarantine
    options.dryRun = false
    _ = try await cache.verify(options)
    #expect(scene.warnings.all.map(\.code) == [.damaged])
    #expect(try index(scene) != before.0)
    for (number, key) in scene.keys.enumerated() {
      #expect(try cache.lookup(key, as: String.self).value == scene.value(number))
    }
  }

  /// Exchanges two leaves of a table, so that rows are not found which are there.
  private func swapLeaves(_ table: String, _ path: String) throws {
    let leaves = "FROM dbstat WHERE name = '\(table)' AND pagetype = 'leaf'"
    let first = try #require(try number(path, "SELECT min(pageno) \(leaves)"))
    let last = try #require(try number(path, "SELECT max(pageno) \(leaves)"))
    try #require(first < last)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    for (from, to) in [(first, last), (last, first)] {
      try patch(path, at: (to - 1) * 4096, Array(bytes[(from - 1) * 4096..<from * 4096]))
    }
  }

  @Test(
    "a repair has a damaged index replaced before it acts on a row, and goes on with the new one",
    arguments: ["blobs", "entries", "entries_key"], [nil, Duration.seconds(3600)])
  func replacedFirst(_ table: String, _ limit: Duration?) async throws {
    let scene = try RecoveryScene()
    var keys = scene.keys
    do {
      let cache = try scene.open()
      for number in RecoveryScene.count..<200 {
        keys.append(try cache.put("value \(number)", for: Call("f", ["n": number])))
      }
      cache.flush()
    }
    try scene.close()
    try swapLeaves(table, scene.index)
    let cache = try scene.open()
    var options = SweepOptions()
    options.repair = .delete
    options.maximumDuration = limit
    let report = try await cache.verify(options)
    #expect(report.counts.keys.map(\.rawValue) == ["index"] && report.remaining == 0, "\(report.counts)")
    #expect(report.isComplete && report.entries == 200)
    #expect(scene.warnings.all.map(\.code) == [.damaged])
    for (number, key) in keys.enumerated() {
      #expect(try cache.lookup(key, as: String.self).value == "value \(number)")
    }
    let second = try await cache.verify(options)
    #expect(second.isClean, "\(second.problems)")
  }

  @Test("edges that were lost with their table are taken from the manifests, and a tree is served")
  func lostEdges() async throws {
    let scene = try SweepScene()
    try scene.alter("DROP TABLE edges")
    var options = SweepOptions()
    options.repair = .quarantine
    let report = try await scene.cache.verify(options)
    #expect(report.counts.keys.map(\.rawValue) == ["index"] && report.remaining == 0, "\(report.problems)")
    #expect(try scene.cache.contains(scene.tree))
    let second = try await scene.cache.verify()
    #expect(second.isClean && second.entries == 9, "\(second.problems)")
    let tree = try #require(try scratchStore(scene.cache).index.entry(for: scene.tree)?.blob)
    #expect(try scratchStore(scene.cache).index.children(of: tree.id).count == 2)
  }

  @Test("one repair deals with the files of rows that were lost, too, and says no more of them than it knows")
  func lostRows() async throws {
    let scene = try SweepScene()
    try scene.store.index.shortenLog()
    try scene.alter("DELETE FROM blobs WHERE place = 'file'; DROP TABLE sweeps; PRAGMA wal_checkpoint(TRUNCATE)")
    var options = SweepOptions()
    options.repair = .quarantine
    let report = try await scene.cache.verify(options)
    #expect(report.count(.orphan) >= 4 && report.remaining == 0, "\(report.problems)")
    #expect(
      report.problems.filter { $0.kind == .orphan }.allSatisfy { $0.detail == "no row of the index names it" },
      "\(report.problems)")
    let second = try await scene.cache.verify(options)
    #expect(second.isClean, "\(second.problems)")
  }
}
