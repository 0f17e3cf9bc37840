/// How the rows of a scan follow each other. A damaged tree can lead back to where it came from, so what does not follow
/// is damage, too, and no scan is endless.
enum ScanOrder {
  /// Each number once.
  case rows
  /// Each pair of numbers once.
  case pairs
  /// Some rows to each number.
  case groups
}

extension SQLiteConnection {
  /// More rows than any index has, for scans in groups: those cannot tell that they go in a circle.
  private static let groupedRows = 1_000_000
  /// A table of which more stretches are damaged is not worth the time.
  private static let stretches = 2000

  /// Reads a table in the order of its numbers and skips what cannot be read.
  ///
  /// - Parameters:
  ///   - statement: Gives the rows with a number above its first value, in order.
  ///   - number: The column of the number.
  ///   - order: How rows follow each other.
  ///   - body: Gets each row.
  /// - Returns: How many stretches were skipped; 0 when the table was read whole.
  /// - Throws: What `body` throws.
  func scan(
    _ statement: SQL, number: Int32 = 0, _ order: ScanOrder = .rows,
    _ body: (borrowing Query) throws(IndexError) -> Void
  ) throws(IndexError) -> Int {
    var last: Int64 = -1
    var skipped = 0
    while try !read(statement, number, order, after: &last, body) {
      skipped += 1
      guard skipped < Self.stretches, let next = nextReadable(statement, number, after: last) else { break }
      last = next
    }
    return skipped
  }

  /// Reads rows until the end, and says false where damage stops it.
  private func read(
    _ statement: SQL, _ number: Int32, _ order: ScanOrder, after last: inout Int64,
    _ body: (borrowing Query) throws(IndexError) -> Void
  ) throws(IndexError) -> Bool {
    guard var query = try? query(statement) else { return false }
    query.bind(last)
    var second: Int64?
    var count = 0
    while true {
      guard let found = try? query.step() else { return false }
      if !found { return true }
      let next = query.integer(number)
      count += 1
      switch order {
      case .rows: guard next > last else { return false }
      case .pairs:
        let partner = query.integer(number + 1)
        guard next > last || (next == last && second.map { partner > $0 } == true) else { return false }
        second = partner
      case .groups: guard next >= last, count < Self.groupedRows else { return false }
      }
      last = next
      try body(query)
    }
  }

  /// The lowest number after which rows can be read again; nil where there is none.
  private func nextReadable(_ statement: SQL, _ number: Int32, after last: Int64) -> Int64? {
    var unreadable = last
    var readable = last
    var stride: Int64 = 1
    repeat {
      let (sum, overflow) = last.addingReportingOverflow(stride)
      if overflow || stride > 1 << 61 { return nil }
      unreadable = readable
      readable = sum
      stride *= 2
    } while !isReadable(statement, number, after: readable)
    while readable - unreadable > 1 {
      let middle = unreadable + (readable - unreadable) / 2
      if isReadable(statement, number, after: middle) { readable = middle } else { unreadable = middle }
    }
    return readable
  }

  private func isReadable(_ statement: SQL, _ number: Int32, after last: Int64) -> Bool {
    guard var query = try? query(statement) else { return false }
    query.bind(last)
    guard let found = try? query.step() else { return false }
    return !found || query.integer(number) > last
  }
}
