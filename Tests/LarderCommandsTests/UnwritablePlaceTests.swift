internal import Foundation
internal import LarderSystem
internal import Testing

/// One directory in a cache of one's own that may not be written, or not be read: everything else is verified and mended.
@Suite("verify where one place is closed", .enabled(if: getuid() == 0, "becoming another user takes root"))
struct UnwritablePlaceTests {
  let kitchen: Kitchen
  /// Two blobs, each in a directory of its own.
  private var blobs: [String] = []

  init() throws {
    kitchen = try Kitchen()
    for number in 0..<2 {
      _ = kitchen.run("put -f made@1 --arg n=\(number) --encoding raw", input: bytes(10_000, seed: UInt64(number)))
    }
    blobs = try kitchen.inventory(kitchen.cache).filter { $0.key.hasPrefix("blobs/") && $0.value.hasPrefix("file") }
      .keys.sorted()
  }

  private func shard(_ blob: String) -> String { String(blob.prefix { $0 != "." }.dropLast(65)) }

  private func damage(_ blob: String) throws {
    var content = try kitchen.content(kitchen.cache + "/" + blob)
    content[5000] ^= 1
    try FileManager.default.removeItem(atPath: kitchen.cache + "/" + blob)
    _ = try kitchen.file("cache/" + blob, content, permissions: 0o444)
  }

  @Test("what lies in one that may not be written is told with the reason and the remedy, the rest is mended")
  func unwritable() async throws {
    try #require(Set(blobs.map(shard)).count == 2)
    for blob in blobs { try damage(blob) }
    // Nothing names it.
    let orphan = "cache/" + blobs[0].replacing(/\.[0-9a-f]{16}\./, with: ".00000000000000aa.")
    _ = try kitchen.file(orphan, bytes(10, seed: 1), permissions: 0o444)
    try kitchen.giveToStranger()
    try kitchen.permit(0o555, shard(blobs[0]))
    let words =
      "it could not be moved to 'quarantine' (Permission denied): see that the user of this repair may write in "
      + "'\(shard(blobs[0]))' and 'quarantine', then repair again"
    let (status, told) = try await kitchen.runAsStranger("verify --repair")
    #expect(status == "4", "\(told)")
    #expect(told.contains("orphan    1 blob") && told.contains("no row of the index names it; \(words)"), "\(told)")
    #expect(
      told.contains("corrupt   2 blobs") && told.contains("stored digest differs; \(words), and 1 more"), "\(told)")
    #expect(told.contains("Mended: 1 file moved to \(kitchen.cache)/quarantine, 1 entry removed."), "\(told)")
    #expect(told.contains("2 problems remain. See them with: larder verify --verbose"), "\(told)")
    #expect(!told.contains("/./") && !told.contains("Nothing was changed"))
    try kitchen.permit(0o755, shard(blobs[0]))
    let again = try await kitchen.runAsStranger("verify --repair")
    #expect(again.status == "0" && again.told.contains("Mended: 2 files moved to"), "\(again.told)")
  }

  @Test("a blob that may lie in one that may not be read is not called gone")
  func unreadable() async throws {
    try #require(Set(blobs.map(shard)).count == 2)
    try FileManager.default.moveItem(
      atPath: kitchen.cache + "/" + blobs[1],
      toPath: kitchen.cache + "/" + shard(blobs[0]) + "/" + URL(fileURLWithPath: blobs[1]).lastPathComponent)
    try kitchen.giveToStranger()
    try kitchen.permit(0, shard(blobs[0]))
    let (status, told) = try await kitchen.runAsStranger("verify --repair --verbose")
    #expect(status == "4" && !told.contains("dangling"), "\(told)")
    #expect(
      told.contains("    \(blobs[1]): it is not there, and may lie in '\(shard(blobs[0]))', which cannot be read"))
    try kitchen.permit(0o755, shard(blobs[0]))
    let again = try await kitchen.runAsStranger("verify --repair")
    #expect(again.status == "0" && again.told.contains("Mended: 1 file moved to its place."), "\(again.told)")
  }
}
