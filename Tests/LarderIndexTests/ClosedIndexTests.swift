import LarderCrypto
import LarderFormat
import LarderIndex
import LarderSystem
import LarderTesting
import Testing

@Suite("Commits to an index that somebody else has closed") struct ClosedIndexTests {
  struct Closed: Sendable, CustomStringConvertible {
    var description: String
    var sql: String
    var word: String
  }

  @Test(
    "commits are refused while session or index are not open",
    arguments: [
      Closed(description: "session fenced", sql: "UPDATE sessions SET state = 'dead'", word: "refused: sessionClosed"),
      Closed(description: "session absent", sql: "DELETE FROM sessions", word: "refused: sessionClosed"),
      Closed(
        description: "session in a later state", sql: "UPDATE sessions SET state = 'moved'",
        word: "refused: sessionClosed"),
      Closed(description: "index moved", sql: "UPDATE meta SET state = 'moved'", word: "refused: indexClosed"),
      Closed(description: "index upgrading", sql: "UPDATE meta SET state = 'upgrading'", word: "refused: indexClosed"),
    ])
  func notOpen(_ given: Closed) async throws {
    try await withIndex { index in
      _ = try shell(index.path, given.sql)
      #expect(try index.commit(.put("k", .file("v", number: 1))).word == given.word)
      #expect(try index.commit(.put("k", .inline("v"), mode: .ifAbsent)).word == given.word)
      #expect(try index.totals() == IndexTotals())
    }
  }
}
