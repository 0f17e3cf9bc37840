import LarderCrypto
import LarderFormat
import LarderIndex
import LarderSystem
import LarderTesting
import Testing

@Suite("Reading of altered rows") struct ReadingTests {
  @Test("tags come back as they went, and text that is no array stands for itself")
  func tags() async throws {
    try await withIndex { index in
      _ = try index.commit(.put("k", .inline("v")))
      func tags(_ text: String) throws -> [String]? {
        _ = try shell(index.path, "UPDATE entries SET tags = '\(text)'")
        return try index.entry(for: key("k"))?.record.tags
      }
      #expect(try tags(#"["a","b"]"#) == ["a", "b"])
      #expect(try tags(" [ \"a\" ,\n\"b\" ] ") == ["a", "b"])
      #expect(try tags(#"["\u00e9\ud83d\ude42\n\t\r\b\f\/\\\""]"#) == ["é🙂\n\t\r\u{8}\u{c}/\\\""])
      #expect(try tags("[]") == [])
      for broken in ["", "a", "[", "[1]", "[\"a\"", "[\"a\",]", "[\"a\"] x", "[\"\\x\"]", "[\"\\u12\"]", "[\"a", "{}"] {
        #expect(try tags(broken) == [broken])
      }
    }
  }

  @Test("an altered row is read as it is: its seal no longer verifies, and nothing fails")
  func altered() async throws {
    try await withIndex { index in
      _ = try index.commit(.put("k", .file("v", number: 1)))
      let sound = try #require(try index.entry(for: key("k")))
      #expect(sealer.verifies(sound.record, sound.seal))
      for change in [
        "content_digest = x'00'", "content_digest = zeroblob(33)", "namespace = 'm'", "tags = 'x'", "cost = cost + 1",
        "document = x''", "seal = x''",
      ] {
        _ = try shell(index.path, "CREATE TABLE backup AS SELECT * FROM entries; UPDATE entries SET \(change)")
        let entry = try #require(try index.entry(for: key("k")))
        #expect(!sealer.verifies(entry.record, entry.seal), "\(change)")
        _ = try shell(
          index.path, "DELETE FROM entries; INSERT INTO entries SELECT * FROM backup; DROP TABLE backup")
      }
      #expect(try index.entry(for: key("k")) == sound)
    }
  }
}
