internal import Foundation
internal import LarderSystem
internal import Testing

@Suite("run as another user", .enabled(if: getuid() == 0, "becoming another user takes root"))
struct OtherUserRunTests {
  @Test("a hit in somebody else's cache says nothing of what cannot be stored; a miss says it once")
  func hit() async throws {
    let kitchen = try Kitchen()
    _ = try kitchen.program(kitchen.larderRun(["-q"], ["/bin/echo", "kept"]))
    let before = try kitchen.inventory(kitchen.cache)
    let hit = try await kitchen.runAsStranger("run -v -- /bin/echo kept")
    #expect(hit.status == "0" && hit.told == "kept\nlarder: From the cache: the command was not run.\n", "\(hit)")
    let miss = try await kitchen.runAsStranger("run -- /bin/echo new")
    let warning = "larder: warning: The cache at '\(kitchen.cache)' cannot be written, so it is only read. "
    #expect(miss.status == "0" && miss.told.hasPrefix("new\n"), "\(miss)")
    #expect(miss.told.components(separatedBy: warning).count == 2, "\(miss)")
    #expect(try kitchen.inventory(kitchen.cache) == before)
  }
}

/// Caches that belong to somebody else: what everybody may read everybody may verify, and only the owner may mend.
@Suite("verify as another user", .enabled(if: getuid() == 0, "becoming another user takes root"))
struct OtherUserTests {
  private func stocked() throws -> Kitchen {
    let kitchen = try Kitchen()
    for number in 0..<3 {
      _ = kitchen.run("put -f made@1 --arg n=\(number) --encoding raw", input: bytes(10_000, seed: UInt64(number)))
    }
    _ = kitchen.run("put -f made@1 --text n=small", input: [1, 2, 3])
    return kitchen
  }

  /// Changes a byte of one blob.
  private func damage(_ kitchen: Kitchen) throws {
    let names = try kitchen.inventory(kitchen.cache).filter { $0.key.hasPrefix("blobs/") && $0.value.hasPrefix("file") }
    let place = try "cache/" + #require(names.keys.min())
    var content = try kitchen.content(kitchen.path + "/" + place)
    content[5000] ^= 1
    try FileManager.default.removeItem(atPath: kitchen.path + "/" + place)
    _ = try kitchen.file(place, content, permissions: 0o444)
  }

  @Test("a sound cache is read as a whole, and nothing is recorded", arguments: ["", "--quick", "--repair --dry-run"])
  func sound(_ options: String) async throws {
    let kitchen = try stocked()
    let before = try kitchen.inventory(kitchen.cache)
    let (status, told) = try await kitchen.runAsStranger("verify \(options)")
    #expect(status == "0" && told.contains("\nNo problems. "), "\(told)")
    #expect(told.contains("Checking 4 entries, 4 blobs"), "\(told)")
    #expect(try kitchen.inventory(kitchen.cache) == before)
  }

  @Test("a damaged blob is found and left where it is")
  func damaged() async throws {
    let kitchen = try stocked()
    try damage(kitchen)
    let before = try kitchen.inventory(kitchen.cache)
    let (status, told) = try await kitchen.runAsStranger("verify")
    #expect(status == "4" && told.contains("stored digest differs"), "\(told)")
    #expect(try kitchen.inventory(kitchen.cache) == before)
  }

  @Test("a repair is refused before anything is touched", arguments: ["--repair", "--repair --delete"])
  func repair(_ options: String) async throws {
    let kitchen = try stocked()
    try damage(kitchen)
    let before = try kitchen.inventory(kitchen.cache)
    let (status, told) = try await kitchen.runAsStranger("verify \(options)")
    #expect(status == "77" && told.contains("No permission"), "\(told)")
    #expect(try kitchen.inventory(kitchen.cache) == before)
  }

  @Test("a cache that nobody else may enter is not taken for one that is not there")
  func closed() async throws {
    let kitchen = try stocked()
    try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: kitchen.cache)
    let (status, told) = try await kitchen.runAsStranger("verify")
    #expect(status == "77" && told.contains("No permission to open the cache"), "\(told)")
  }
}
