extension Schema {
  /// A table or tree of format 1.
  fileprivate struct Part {
    let name: String
    /// The table that a tree belongs to; nil for a table.
    let table: String?
    let shape: [UInt8]

    init(_ statement: String) {
      // CREATE TABLE name (…, CREATE INDEX name ON table (…
      let words = statement.split(separator: " ", maxSplits: 6).filter { $0 != "UNIQUE" }
      name = String(words[2])
      table = words[1] == "INDEX" ? String(words[4]) : nil
      shape = Schema.shape(of: statement)
    }
  }

  fileprivate static let parts = statements.map(Part.init)

  /// A statement without its comments, and with one space where it has some: what is said to people may change within a
  /// format.
  fileprivate static func shape(of statement: String) -> [UInt8] {
    var shape: [UInt8] = []
    var isComment = false
    for byte in statement.utf8 {
      if byte == UInt8(ascii: "\n") { isComment = false }
      if isComment { continue }
      if byte == UInt8(ascii: "-"), shape.last == UInt8(ascii: "-") {
        isComment = true
        shape.removeLast()
      } else if byte > 0x20 {
        shape.append(byte)
      } else if shape.last != 0x20 {
        shape.append(0x20)
      }
    }
    return shape
  }
}

extension SQLiteConnection {
  /// Why a statement does not fit the tables; nil where they are as they should be.
  func schemaFault() -> String? {
    // Reading the schema itself needs none of them.
    do throws(IndexError) { return try schemaFaults().first } catch { return nil }
  }

  /// More tables and trees than any index has.
  private static let mostParts = 1000

  /// Which of the tables and trees of format 1 are not there, or are others; further ones do not matter.
  ///
  /// SQLite takes no offence at a table or tree that somebody dropped; what needs it fails much later, or never.
  ///
  /// - Returns: One line for each fault.
  /// - Throws: ``IndexError`` when the schema cannot be read.
  func schemaFaults() throws(IndexError) -> [String] {
    var found: [String: [UInt8]] = [:]
    try forEachRow("SELECT name, sql FROM sqlite_schema") { row throws(IndexError) in
      found[row.text(0)] = Schema.shape(of: row.text(1))
      return found.count < Self.mostParts
    }
    var faults: [String] = []
    for part in Schema.parts {
      // The trees of a table go with it.
      if let table = part.table, found[table] == nil { continue }
      let kind = part.table == nil ? "table" : "tree"
      guard let shape = found[part.name] else {
        faults.append("its \(kind) '\(part.name)' is missing")
        continue
      }
      if shape != part.shape { faults.append("its \(kind) '\(part.name)' is not that of format \(Schema.format)") }
    }
    return faults
  }
}
