import Foundation
import LarderIndex
import LarderSystem
import Testing

@testable import Larder

/// A file `index.sqlite.saved` takes the place of the index only where a recovery has made it, and only if it is sound.
@Suite("A saved index", .timeLimit(.minutes(3))) struct SavedIndexTests {
  let scene: RecoveryScene
  init() throws { scene = try RecoveryScene() }

  private var saved: String { scene.index + ".saved" }

  private func quarantined() -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: scene.path + "/quarantine")) ?? []
    return names.filter { !$0.hasSuffix(".json") }.sorted()
  }

  enum Stray: String, CaseIterable, Sendable {
    case text, empty, oldCopy, otherCache, directory, pipe

    func put(_ scene: RecoveryScene) throws {
      let path = scene.index + ".saved"
      switch self {
      case .text: try Data("notes".utf8).write(to: URL(fileURLWithPath: path))
      case .empty: try Data().write(to: URL(fileURLWithPath: path))
      case .oldCopy:
        // Of before anything was put: whoever used it would lose everything.
        try FileManager.default.copyItem(atPath: scene.index, toPath: path)
        try sqlite(path, "DELETE FROM entries; DELETE FROM blobs; UPDATE meta SET entries = 0, blobs = 0")
        for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
      case .otherCache:
        let other = try ArtifactCache(at: scene.scratch.path + "/other.larder", options: scene.scratch.options())
        try scratchStore(other).index.shortenLog()
        try FileManager.default.copyItem(atPath: scene.scratch.path + "/other.larder/index.sqlite", toPath: path)
      case .directory: try makeDirectories(path)
      case .pipe: try #require(mkfifo(path, 0o600) == 0)
      }
    }
  }

  @Test(
    "that no recovery has made is moved aside, also while others use the cache", arguments: Stray.allCases,
    [true, false])
  func stray(_ stray: Stray, beside: Bool) throws {
    let other = beside ? try scene.open() : nil
    try scene.close()
    try stray.put(scene)
    let cache = try scene.open()
    for (number, key) in scene.keys.enumerated() {
      #expect(try cache.lookup(key, as: String.self).value == scene.value(number))
    }
    #expect(quarantined() == ["index.sqlite.saved"])
    #expect(scene.leftovers() == [])
    let message = try #require(scene.warnings.all.first?.message)
    #expect(message.contains("belongs to no recovery of its index, which is kept"))
    #expect(message.contains("'\(scene.path)/quarantine/index.sqlite.saved'"))
    // And that was that.
    _ = try scene.open()
    #expect(scene.warnings.all.count == 1)
    withExtendedLifetime(other) {}
  }

  @Test("that no recovery has made is passed over by those who only read")
  func strayForReaders() throws {
    try scene.close()
    try Stray.text.put(scene)
    let cache = try scene.open { $0.readOnly = true }
    #expect(try cache.lookup(scene.keys[0], as: String.self).value == scene.value(0))
    #expect(scene.warnings.all.isEmpty)
    #expect(FileManager.default.fileExists(atPath: saved))
  }

  /// Leaves the directory as a recovery does that is killed after `moved` files of the damaged index are in the
  /// quarantine.
  private func interrupt(moved: Int) throws {
    try scene.close()
    try sqlite(scene.index, "DELETE FROM meta")
    try Data("the old log".utf8).write(to: URL(fileURLWithPath: scene.index + "-wal"))
    let directory = try CacheDirectory(at: scene.path, create: false, options: scene.scratch.options())
    let recovery = try IndexRecovery(directory, scene.scratch.options())
    let id = directory.cacheID
    try recovery.save(at: scene.path, #require(id), because: .refused(words: "test"))
    let quarantine = try IndexQuarantine(in: directory.handle, "index.sqlite")
    for suffix in ["-wal", "-shm", ""].prefix(moved) { try quarantine.take(suffix) }
  }

  @Test("that a recovery has made is used, wherever it was killed", arguments: 0...3)
  func wanted(moved: Int) throws {
    try interrupt(moved: moved)
    let cache = try scene.open()
    for (number, key) in scene.keys.enumerated() {
      #expect(try cache.lookup(key, as: String.self).value == scene.value(number))
    }
    #expect(scene.leftovers() == [])
  }

  @Test(
    "that was damaged itself is moved aside; the damaged index is read again while its log is beside it",
    arguments: 0...3)
  func damagedItself(moved: Int) throws {
    try interrupt(moved: moved)
    try patch(saved, at: 4096, [UInt8](repeating: 0xA5, count: 3 * 4096))
    let cache = try scene.open()
    let found = try scene.keys.filter { try cache.lookup($0, as: String.self).value != nil }.count
    // Without its log an index says what was true some time ago.
    #expect(found == (moved == 0 ? RecoveryScene.count : 0))
    #expect(quarantined().contains("index.sqlite.saved"))
    #expect(quarantined().contains("index.1.sqlite"))
    #expect(scene.leftovers() == [])
    #expect(try cache.value("later") { 1 } == 1)
    #expect(try cache.contains(cache.key("later")))
  }
}
