import LarderCrypto
import LarderFormat
import LarderIndex
import LarderSystem
import LarderTesting
import Testing

@Suite("Healing of an altered row") struct HealedRowTests {
  @Test("a blob row that nobody can read is healed by the next placement of its content")
  func unreadableRow() async throws {
    try await withIndex { index in
      _ = try index.commit(.put("a", .file("x", number: 1)))
      _ = try shell(index.path, "UPDATE blobs SET encoding = 'brotli'")
      let dangling = try #require(try index.entry(for: key("a")))
      #expect(dangling.blob == nil)
      _ = try index.commit(.put("a", .file("x", number: 2)))
      #expect(try index.entry(for: key("a"))?.blob?.record.name?.n == 2)
    }
  }
}
