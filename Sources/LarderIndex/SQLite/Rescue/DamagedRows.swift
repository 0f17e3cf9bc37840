internal import LarderSystem

/// The rows of a damaged index, in the order of its pages: which row lies where is not to be relied on.
struct DamagedRows: ~Copyable {
  private let file: DamagedFile
  private let pages: PageMap
  private let target: SQLiteConnection

  /// - Parameters:
  ///   - file: The damaged index.
  ///   - target: An index with the tables of format 1.
  /// - Throws: ``IndexError`` where that cannot be read.
  init(_ file: consuming DamagedFile, like target: SQLiteConnection) throws(IndexError) {
    var roots: [String: Int64] = [:]
    try target.forEachRow("SELECT name, rootpage FROM sqlite_schema") { row throws(IndexError) in
      roots[row.text(0)] = row.integer(1)
      return true
    }
    pages = PageMap(file, roots: roots)
    self.file = file
    self.target = target
  }

  /// How many places could not be read that a tree leads to.
  var unreadable: Int { pages.unreadable }

  /// Whether a tree was found, and without a gap.
  func isWhole(_ index: PageMap.Index) -> Bool { pages.isWhole(index) }

  /// Gives the rows of a table as a statement does that takes their columns for parameters.
  ///
  /// - Returns: How many places could not be read.
  func forEach(_ statement: SQL, _ body: (borrowing Query) throws(IndexError) -> Void) throws(IndexError) -> Int {
    let (numbers, columns) = rows(of: statement)
    return try forEachRecord(on: numbers, columns) { (row, record) throws(IndexError) in
      var query = try target.query(statement)
      for column in 0..<columns {
        guard let value = record.value(column) else { return }
        // The number of a row is not in its record.
        if case .null = value, column == 0 { query.bind(row) } else { query.bind(value) }
      }
      if try query.step() { try body(query) }
    }
  }

  /// Gives the pairs of numbers that a tree of edges is made of.
  ///
  /// - Returns: How many places could not be read.
  func forEach(_ index: PageMap.Index, _ body: ([Int64]) throws(IndexError) -> Void) throws(IndexError) -> Int {
    try forEachRecord(on: pages.pages(of: index), 2) { (_, record) throws(IndexError) in
      guard case .integer(let first)? = record.value(0), case .integer(let second)? = record.value(1) else { return }
      try body([first, second])
    }
  }

  private func rows(of statement: SQL) -> (pages: [Int64], columns: Int) {
    let table: PageMap.Table
    switch statement {
    case .damagedMeta: table = .meta
    case .damagedBlob: table = .blobs
    case .damagedEntry: table = .entries
    case .damagedTombstone: table = .tombstones
    case .damagedRemoval: table = .removals
    default: return (pages.pages(of: .statistics), 5)
    }
    return (pages.pages(of: table), Int(table.rawValue))
  }

  private func forEachRecord(
    on numbers: [Int64], _ columns: Int, _ body: (Int64, Record) throws(IndexError) -> Void
  ) throws(IndexError) -> Int {
    var unreadable = 0
    for number in numbers {
      let count = try file.withPage(number) { (bytes) throws(IndexError) -> Int in
        guard let page = TreePage(bytes, number) else { return 1 }
        let (cells, isWhole) = page.cells()
        var unreadable = isWhole ? 0 : 1
        for cell in cells {
          let isWhole = try file.withRecord(of: cell, on: page) {
            $0.types.count == columns && (!page.kind.isOfTable || $0.types[0] == 0)
          } _: { (record) throws(IndexError) in
            try body(cell.row, record)
          }
          if !isWhole { unreadable += 1 }
        }
        return unreadable
      }
      unreadable += count ?? 1
    }
    return unreadable
  }
}

extension Query {
  fileprivate mutating func bind(_ value: Record.Value) {
    switch value {
    case .null: bindNull()
    case .integer(let number): bind(number)
    case .real(let number): bind(number)
    case .text(let text): bind(String(decoding: text, as: UTF8.self))
    case .bytes(let bytes): bind(bytes)
    }
  }
}
