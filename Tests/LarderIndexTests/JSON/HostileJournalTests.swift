import Foundation
import LarderCrypto
import LarderFormat
import LarderIndex
import LarderSystem
import Testing

@Suite("Files that are no journal, or a malicious one") struct HostileJournalTests {
  private func code(_ file: String) -> IndexError.Code? {
    do throws(IndexError) {
      try JSONIndex.open(at: file).close()
      return nil
    } catch { return error.code }
  }

  @Test("say what they are: missing, foreign, damaged, of a format of the future")
  func kinds() async throws {
    try await withScratch { path in
      let file = path + "/index.jsonl"
      #expect(code(file) == .missing)
      try overwriting(file, "")
      #expect(code(file) == .damaged)
      try overwriting(file, "{\"a\":1}\n")
      #expect(code(file) == .foreign)
      let error = #expect(throws: IndexError.self) { try JSONIndex.create(at: file, identity: .sample) }
      #expect(error?.code == .foreign)
      try overwriting(file, String(repeating: "\0", count: 5000))
      #expect(code(file) == .damaged)
      try overwriting(file, "{\"larder\":\"index\",\"format\":2,\"whatever\":1}\n")
      #expect(code(file) == .foreign)
      try overwriting(file, "{\"larder\":\"index\",\"format\":1,\"cache_id\":\"")
      #expect(code(file) == .damaged)
      try FileManager.default.removeItem(atPath: file)
      try makeDirectories(file)
      #expect(code(file) == .damaged)
      try FileManager.default.removeItem(atPath: file)
      try FileManager.default.createSymbolicLink(atPath: file, withDestinationPath: "/etc/passwd")
      #expect(code(file) == .damaged)
      try FileManager.default.removeItem(atPath: file)
      #expect(mkfifo(file, 0o600) == 0)
      #expect(code(file) == .damaged)
    }
  }

  @Test(
    "lines with a true checksum and untrue rows are never taken for rows",
    arguments: [
      #"{"table":"edges","parent":-1,"child":2}"#, #"{"table":"edges","parent":1,"child":9223372036854775807}"#,
      #"{"table":"edges","parent":1,"parent":1,"child":2}"#, String(repeating: "[", count: 100_000),
      #"{"table":"meta","removals":9223372036854775807,"removals_from":0,"entries":0,"blobs":0,"content_bytes":0,"stored_bytes":0,"last_blob":0,"floor":0.0,"barriers":0}"#,
      #"{"table":"meta","removals":0,"removals_from":0,"entries":0,"blobs":0,"content_bytes":0,"stored_bytes":0,"last_blob":9223372036854775807,"floor":0.0,"barriers":0}"#,
      #"{"table":"tombstones","change":"delete","through":"\u0000"}"#,
    ])
  func lines(change: String) async throws {
    try await withJournal { index, file in
      let before = try rows(index)
      let rest = "\"sequence\":2,\"durable\":1,\"did\":\"put\",\"changes\":[\(change)]}"
      let sum = SHA256.hash(Array(rest.utf8)).hex.prefix(16)
      try overwrite(file, try contents(file) + Array("{\"checksum\":\"\(sum)\",\(rest)\n".utf8))
      let reader = try JSONIndex.open(at: file, readOnly: true)
      #expect(try rows(reader) == before)
      #expect(try rows(index) == before)
      _ = try index.commit(.put("k", .inline("v")))
      #expect(try reader.entry(for: key("k")) != nil)
      #expect(index.takeNotices().count == 1)
    }
  }

  @Test("lines that come twice or backwards are passed over")
  func repeated() async throws {
    try await withJournal { index, file in
      for number in 0..<3 { _ = try index.commit(.put("\(number)", .inline("\(number)"))) }
      let bytes = try contents(file)
      let starts = lineStarts(bytes)
      let line = Array(bytes[starts[2]..<starts[3]])
      let before = try rows(index)
      try overwrite(file, Array(bytes[..<starts[3]]) + line + Array(bytes[starts[3]...]) + line)
      let reader = try JSONIndex.open(at: file, readOnly: true)
      #expect(try rows(reader) == before)
    }
  }
}

private func overwriting(_ path: String, _ text: String) throws {
  try Descriptor(path, [.readWrite, .create, .truncate]).writeAll(Array(text.utf8))
}
