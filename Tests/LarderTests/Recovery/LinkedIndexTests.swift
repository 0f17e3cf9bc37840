import Foundation
import LarderFormat
import LarderIndex
import LarderSystem
import Testing

@testable import Larder

/// Somebody moved the index to another disk and left a symbolic link in its place.
@Suite("A symbolic link in the place of the index", .timeLimit(.minutes(3))) struct LinkedIndexTests {
  let scene: RecoveryScene
  let target: String
  init() throws {
    scene = try RecoveryScene()
    target = scene.scratch.path + "/elsewhere.sqlite"
  }

  private func link() throws {
    try FileManager.default.moveItem(atPath: scene.index, toPath: target)
    try FileManager.default.createSymbolicLink(atPath: scene.index, withDestinationPath: target)
  }

  @Test("is followed where the index was moved as a whole")
  func followed() throws {
    try scene.close()
    for suffix in ["-wal", "-shm"] { try FileManager.default.removeItem(atPath: scene.index + suffix) }
    try link()
    let cache = try scene.open()
    #expect(try cache.lookup(scene.keys[0], as: String.self).value == scene.value(0))
    #expect(scene.warnings.all.isEmpty)
  }

  @Test(
    "that leads to an index without its log is refused, nothing is moved, and what it says to do mends it",
    arguments: [true, false], [true, false])
  func withoutLog(_ mends: Bool, isMarked: Bool) throws {
    try link()
    if isMarked { try scene.scratch.write("results.larder/index.damaged", "") }
    let before = try FileManager.default.contentsOfDirectory(atPath: scene.path).sorted()
    let error = #expect(throws: LarderError.self) {
      _ = try ArtifactStore(at: scene.path, options: scene.scratch.options { $0.mends = mends })
    }
    #expect(error?.code == .index)
    #expect(
      error?.message.contains("is a symbolic link to '\(target)'") == true
        && error?.message.contains("Move that file itself to '\(scene.index)', with its '-wal' if it has one") == true,
      "\(String(describing: error))")
    #expect(try FileManager.default.contentsOfDirectory(atPath: scene.path).sorted() == before)
    try FileManager.default.removeItem(atPath: scene.index)
    try FileManager.default.moveItem(atPath: target, toPath: scene.index)
    let cache = try scene.open()
    for (number, key) in scene.keys.enumerated() {
      #expect(try cache.lookup(key, as: String.self).value == scene.value(number))
    }
    #expect(scene.leftovers() == [])
  }
}
