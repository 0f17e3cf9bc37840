import Foundation
import LarderFormat
import LarderIndex
import LarderSystem
import LarderTesting
import Shared
import Testing

@testable import Larder

/// A recovery can be killed anywhere, and whoever opens the cache next goes on with it.
@Suite("A recovery that is killed", .timeLimit(.minutes(5)), .serialized) struct KilledRecoveryTests {
  let scene: RecoveryScene
  init() throws { scene = try RecoveryScene() }

  private func damage() throws {
    try scene.close()
    try sqlite(scene.index, "DELETE FROM meta")
    // SQLite would replay it beside the new index, if it were ever there.
    try Data(repeating: 0x37, count: 5000).write(to: URL(fileURLWithPath: scene.index + "-wal"))
  }

  private func isWhole(_ cache: ArtifactCache, _ step: Int) throws {
    for (number, key) in scene.keys.enumerated() {
      #expect(try cache.lookup(key, as: String.self).value == scene.value(number), "killed before call \(step)")
    }
    #expect(try scratchStore(cache).index.totals().entries == RecoveryScene.count)
    #expect(scene.leftovers() == [], "killed before call \(step)")
  }

  /// Opens in a process that is killed before its system call `step`; says whether it made fewer.
  private func openKilled(at step: Int) async throws -> Bool {
    let path = scene.scratch.path
    let result = await #expect(processExitsWith: .failure) { [path = path as String, step = step as Int] in
      let plan = Faults.Plan { _, index in index == step ? .kill : nil }
      var options = childOptions(path)
      options.report = { _ in }
      let cache = try Faults.$plan.withValue(plan) { [options] in
        try ArtifactCache(at: path + "/results.larder", options: options)
      }
      withExtendedLifetime(cache) { _exit(42) }
    }
    return try #require(result).exitStatus == .exitCode(42)
  }

  /// The fault laboratory strikes every call; a process for each takes long here.
  private static let stride = 7

  @Test("at any step loses nothing: the next one goes on, and everything is saved, once")
  func anyStep() async throws {
    var step = Int.random(in: 0..<Self.stride)
    var killed = 0
    while true {
      try damage()
      let isOver = try await openKilled(at: step)
      do {
        let cache = try scene.open()
        try isWhole(cache, step)
        cache.flush()
      }
      // One damaged index, and not twice.
      let kept = try FileManager.default.contentsOfDirectory(atPath: scene.path + "/quarantine")
      for ending in [".sqlite", ".sqlite-wal", ".sqlite.json"] {
        #expect(kept.filter { $0.hasSuffix(ending) }.count == 1, "killed before call \(step)")
      }
      try FileManager.default.removeItem(atPath: scene.path + "/quarantine")
      if isOver { break }
      killed += 1
      step += Self.stride
    }
    #expect(killed > 5)
  }

  @Test("again and again, at random steps, comes to its end")
  func manyTimes() async throws {
    let seed = UInt64.random(in: 0...(.max))
    print("seed \(seed)")
    var generator = SplitMix(seed: seed)
    try damage()
    for _ in 0..<25 {
      let step = Int(generator.next() % 70)
      if try await openKilled(at: step) {
        let cache = try scene.open()
        try isWhole(cache, step)
        cache.flush()
        try damage()
      }
    }
    try isWhole(scene.open(), -1)
  }

  @Test("of two that open a damaged cache at once, one recovers it and both go on")
  func together() async throws {
    for _ in 0..<5 {
      try damage()
      let warnings = try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<4 {
          group.addTask { [path = scene.scratch.path] in
            let warnings = NeverFailsTheJobTests.Warnings()
            var options = childOptions(path)
            options.report = warnings.report
            let cache = try ArtifactCache(at: path + "/results.larder", options: options)
            withExtendedLifetime(cache) {}
            return warnings.all.count
          }
        }
        return try await group.reduce(0, +)
      }
      #expect(warnings == 1)
      try isWhole(scene.open(), -1)
    }
  }
}
