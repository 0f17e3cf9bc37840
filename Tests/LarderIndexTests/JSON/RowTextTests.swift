import Foundation
import LarderIndex
import LarderSystem
import Testing

@Suite("Rows as JSON") struct RowTextTests {
  @Test("every row is its text again, and nothing but its text", arguments: IndexTable.allCases)
  func roundTrip(table: IndexTable) throws {
    let seed = UInt64.random(in: 0 ... .max)
    var maker = RowMaker(seed: seed)
    for _ in 0..<500 {
      let row = maker.row(of: table)
      let text = row.json
      let back = try #require(IndexRow(json: text.utf8), "seed \(seed): \(text)")
      #expect(back.json == text, "seed \(seed)")
      // Texts that look alike are not one: bytes are compared, and -0 is not 0.
      #expect(Array(back.json.utf8) == Array(text.utf8) && back == row, "seed \(seed): \(text)")
      #expect((try? JSONSerialization.jsonObject(with: Data(text.utf8))) != nil, "seed \(seed): \(text)")
    }
  }

  @Test("a row that was cut, or changed by a byte, is no row or another one", arguments: IndexTable.allCases)
  func changed(table: IndexTable) throws {
    var maker = RowMaker(seed: 7)
    let text = Array(maker.row(of: table).json.utf8)
    for count in 0..<text.count { #expect(IndexRow(json: text[..<count]) == nil) }
    for place in text.indices {
      for byte in [0, 0x20, 0x22, 0x2C, 0x30, 0x39, 0x5C, 0x7B, 0xFF] as [UInt8] where text[place] != byte {
        var changed = text
        changed[place] = byte
        if let row = IndexRow(json: changed) { #expect(Array(row.json.utf8) == changed) }
      }
    }
  }

  @Test(
    "what another program would write is refused",
    arguments: [
      #"{"table":"edges", "parent":1,"child":2}"#, #"{"table":"edges","child":2,"parent":1}"#,
      #"{"table":"edges","parent":1,"child":2,"child":2}"#, #"{"table":"edges","parent":01,"child":2}"#,
      #"{"table":"edges","parent":-0,"child":2}"#, #"{"table":"edges","parent":1.0,"child":2}"#,
      #"{"table":"edges","parent":1,"child":9223372036854775808}"#,
      #"{"table":"edges","parent":1,"child":99999999999999999999999999}"#,
      #"{"table":"edges","parent":"1","child":2}"#, #"{"table":"edges","parent":[[[[1]]]],"child":2}"#,
      #"{"table":"sweeps","portion":1,"verified":"2026-02-30T00:00:00.000000000Z"}"#,
      #"{"table":"sweeps","portion":1,"verified":"2026-02-03T24:00:00.000000000Z"}"#,
      #"{"table":"sweeps","portion":1,"verified":"9999-02-03T00:00:00.000000000Z"}"#,
      #"{"table":"sweeps","portion":1,"verified":"2026-02-03T00:00:00Z"}"#, #"{"table":"nothing","parent":1}"#, "",
      "{}",
    ])
  func refused(text: String) { #expect(IndexRow(json: text.utf8) == nil) }

  @Test("times are read back to the nanosecond, from the first to the last")
  func times() {
    for nanoseconds in [Int64.min, .min + 1, -1_000_000_001, -1_000_000_000, -1, 0, 1, 951_782_400_000_000_000, .max] {
      let text = Timestamp(nanoseconds: nanoseconds).rfc3339
      let back = Array(text.utf8).withUnsafeBufferPointer { Timestamp(rfc3339: $0) }
      #expect(back?.nanoseconds == nanoseconds, "\(text)")
    }
    let beyond = Array("2262-04-11T23:47:16.854775808Z".utf8).withUnsafeBufferPointer { Timestamp(rfc3339: $0) }
    #expect(beyond == nil)
  }
}
