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
}
