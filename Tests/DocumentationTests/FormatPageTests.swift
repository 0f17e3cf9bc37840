internal import Foundation
internal import LarderCrypto
internal import Testing

/// Follows the page of the format, and nothing else, to check what Larder wrote.
@Suite("The page of format 1")
struct FormatPageTests {
  let page: Page
  let terminal: Terminal

  init() throws {
    page = try Documents.page(Documents.catalogue + "/Format1.md")
    terminal = try Terminal()
  }

  private func run(_ commands: String...) throws -> [String] {
    let block = Page.Block(path: "test", line: 1, language: "sh", lines: commands)
    let results = try terminal.run(Session(block))
    for result in results { #expect(result.status == 0, "\(result.output)") }
    return results.last?.output ?? []
  }

  /// One item of canonical bytes as a row of the page describes it: its type, and where its value comes from.
  private func items(after sentence: String) -> [(name: String, type: String, column: String)] {
    let rows = page.lines.drop { !$0.hasPrefix(sentence) }.drop { !$0.hasPrefix("|") }.prefix { $0.hasPrefix("|") }
    return rows.dropFirst(2).map { row in
      let cells = row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      return (cells[0], cells[1], cells.count > 2 ? cells[2].replacingOccurrences(of: "`", with: "") : "")
    }
  }

  /// What SQLite has to say for an item to come out as `type:value`, bytes and texts in hexadecimal.
  private func expression(_ item: (name: String, type: String, column: String), table: String) -> String {
    let column = item.column.hasPrefix("meta.") ? "(SELECT \(item.column.dropFirst(5)) FROM meta)" : item.column
    switch item.type {
    case "text" where item.column.isEmpty:
      return "'text:' || hex('\(item.name.filter { !"`\"".contains($0) })')"
    case "text": return "'text:' || hex(\(column))"
    case "integer", "integer or null": return "'integer:' || ifnull(\(column), 'null')"
    case "array of texts":
      return "'array:' || ifnull((SELECT group_concat(hex(value), ',') FROM json_each(\(column))), '')"
    default:
      return column.hasPrefix("of ") ? "'document:' || hex(\(column.dropFirst(3)))" : "'bytes:' || hex(\(column))"
    }
  }

  /// The least of RFC 8949 that seals need, written apart from Larder's own.
  private func cbor(_ item: String) throws -> [UInt8] {
    let colon = try #require(item.firstIndex(of: ":"))
    let value = String(item[item.index(after: colon)...])
    func head(_ major: UInt8, _ number: UInt64) -> [UInt8] {
      let bytes = withUnsafeBytes(of: number.bigEndian) { [UInt8]($0) }
      switch number {
      case ..<24: return [major << 5 | UInt8(number)]
      case ...0xFF: return [major << 5 | 24] + bytes.suffix(1)
      case ...0xFFFF: return [major << 5 | 25] + bytes.suffix(2)
      case ...0xFFFF_FFFF: return [major << 5 | 26] + bytes.suffix(4)
      default: return [major << 5 | 27] + bytes
      }
    }
    switch item[..<colon] {
    case "text": return try head(3, UInt64(value.utf8.count / 2)) + bytes(value)
    case "bytes": return try head(2, UInt64(value.utf8.count / 2)) + bytes(value)
    case "document": return head(2, 32) + SHA256.hash(try bytes(value)).bytes
    case "integer" where value == "null": return [0xF6]
    case "integer": return head(0, try #require(UInt64(value)))
    default:
      let elements = value.split(separator: ",").map { "text:\($0)" }
      return try head(4, UInt64(elements.count)) + elements.flatMap(cbor)
    }
  }

  private func bytes(_ hex: String) throws -> [UInt8] {
    let digits = Array(hex)
    return try stride(from: 0, to: digits.count, by: 2).map {
      try #require(UInt8(String(digits[$0...$0 + 1]), radix: 16))
    }
  }

  @Test(
    "whoever follows the tables of the page gets the seals that are stored",
    arguments: [("entries", "entry:"), ("blobs", "For a blob:")])
  func seals(_ table: String, _ sentence: String) throws {
    _ = try run(
      "seq 20000 | larder put --dir c --function f@2 --namespace ns --arg depth=7 --tag b --tag a --cost 90s --ttl 7d",
      "echo small | larder put --dir c --function g --encoding raw")
    let items = items(after: sentence)
    #expect(items.count == (table == "entries" ? 16 : 9))
    let columns = items.map { expression($0, table: table) }.joined(separator: ", ")
    let rows = try run("sqlite3 -separator ' ' c/index.sqlite \"SELECT hex(seal), \(columns) FROM \(table)\"")
    #expect(rows.count == 2)
    for row in rows {
      let fields = row.split(separator: " ").map(String.init)
      let canonical = try [0x80 | UInt8(items.count)] + fields.dropFirst().flatMap(cbor)
      #expect(SHA256.hash(canonical).hex == fields.first?.lowercased(), "\(row)")
    }
  }

  @Test("every counter that is written is on the page")
  func counters() throws {
    _ = try run(
      "larder init --dir c", "larder has --dir c --function f || true", "larder get --dir c --function f || true",
      "echo 1 | larder put --dir c --function f --cost 1s", "larder get --dir c --function f")
    let names = try run("sqlite3 c/index.sqlite 'SELECT DISTINCT name FROM statistics'")
    #expect(names.count > 3)
    let text = page.lines.joined(separator: "\n")
    for name in names {
      #expect(text.contains(name.hasPrefix("misses.") ? "`misses.`" : "`\(name)`"), "\(name)")
    }
  }

  @Test("the header of the index is what the page says")
  func header() throws {
    _ = try run("larder init --dir c")
    let header = try run("sqlite3 c/index.sqlite 'PRAGMA application_id; PRAGMA user_version; PRAGMA journal_mode'")
    #expect(header == [String(0x4c61_7264), "1", "wal"])
    let text = page.lines.joined(separator: "\n")
    #expect(text.contains("`application_id` 0x4c617264") && text.contains("`user_version` 1"))
  }
}
