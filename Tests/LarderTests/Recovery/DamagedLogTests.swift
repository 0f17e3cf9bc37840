import Foundation
import LarderFormat
import LarderSystem
import Testing

@testable import Larder

/// Damage in the log of an index undoes what was committed behind it.
@Suite("A damaged log", .timeLimit(.minutes(3))) struct DamagedLogTests {
  let scene: RecoveryScene
  init() throws { scene = try RecoveryScene() }

  @Test("undoes no removal: it is done again when the cache is opened, and said, once")
  func removal() throws {
    let cache = try scene.open()
    #expect(try cache.remove(scene.keys[3]))
    _ = try cache.put("behind", for: Call("f", ["n": 100]))
    cache.flush()
    let last = try #require(try lastFrameInUse())
    // Where the damage comes just before the removal, everything is there that was removed, and nothing else is missing.
    let number = try (0...last).reversed().first { number in
      try isRemovalUndone(byDamageTo: number)
    }
    let copy = try damaged(frame: try #require(number))
    let warnings = scene.warnings
    let open = {
      try ArtifactCache(
        at: copy,
        options: scene.scratch.options {
          $0.failures = .degrade
          $0.report = warnings.report
        })
    }
    do {
      let cache = try open()
      #expect(warnings.all.map(\.code) == [.damaged], "\(warnings.all)")
      let message = try #require(warnings.all.first?.message)
      #expect(message.hasPrefix("The log of the index of the cache at '\(copy)' was damaged or is incomplete"))
      #expect(message.contains("One entry that had been removed there was removed again."))
      let found = try cache.lookup(scene.keys[3], as: String.self)
      guard case .miss(.invalidated) = found else {
        Issue.record("it has come back: \(found)")
        return
      }
      #expect(try cache.lookup(scene.keys[4], as: String.self).value == scene.value(4))
    }
    _ = try open()
    #expect(warnings.all.count == 1)
  }

  private static let frame = 24 + 4096

  private func lastFrameInUse() throws -> Int? {
    let log = try scene.contents(scene.index + "-wal")
    return (0..<(log.count - 32) / Self.frame).last { number in
      log[(40 + number * Self.frame)...].prefix(8).elementsEqual(log[16..<24])
    }
  }

  /// A copy of the cache, in whose log one byte is another: nobody has it open.
  private func damaged(frame number: Int) throws -> String {
    let copy = scene.scratch.path + "/copy.larder"
    try FileManager.default.copyItem(atPath: scene.path, toPath: copy)
    try FileManager.default.removeItem(atPath: copy + "/index.sqlite-shm")
    try damage(copy + "/index.sqlite-wal", number)
    return copy
  }

  private func damage(_ log: String, _ number: Int) throws {
    let offset = 32 + number * Self.frame + 2000
    try patch(log, at: offset, [try scene.contents(log)[offset] ^ 1])
  }

  /// What SQLite makes of the index where this frame is damaged.
  private func isRemovalUndone(byDamageTo number: Int) throws -> Bool {
    let index = scene.scratch.path + "/\(number).sqlite"
    for suffix in ["", "-wal"] {
      try FileManager.default.copyItem(atPath: scene.index + suffix, toPath: index + suffix)
    }
    try damage(index + "-wal", number)
    let entries = "SELECT (SELECT count(*) FROM entries) * ((SELECT count(*) FROM tombstones) = 0)"
    return try LarderTests.number(index, entries) == RecoveryScene.count
  }
}
