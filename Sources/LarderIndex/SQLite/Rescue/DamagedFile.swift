internal import LarderSystem

/// The pages of a damaged index, read one by one and without SQLite, which gives up a whole table for one bit of its root.
struct DamagedFile: ~Copyable {
  private let file: Descriptor
  let pageCount: Int64

  init(_ path: String) throws(SystemError) {
    let file = try Descriptor(path, [.read, .noFollow, .nonBlocking])
    let status = try file.status()
    // Of what is no file there is nothing to read, and a pipe would never come to its end.
    pageCount = status.kind == .file ? status.size / Int64(TreePage.size) : 0
    self.file = file
  }

  /// Lends a page; nil where it cannot be read.
  func withPage<Result, Failure: Error>(
    _ number: Int64, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result? {
    guard number > 0, number <= pageCount else { return nil }
    let page = UnsafeMutableRawBufferPointer.allocate(byteCount: TreePage.size, alignment: 8)
    defer { page.deallocate() }
    guard file.readWhole(into: page, at: (number - 1) * Int64(TreePage.size)) else { return nil }
    return try body(UnsafeRawBufferPointer(page))
  }

  /// Calls `body` with a row, wherever the rest of it is, if its header is that of a row wanted.
  ///
  /// - Returns: False where the row is not whole.
  func withRecord(
    of cell: TreePage.Cell, on page: TreePage, where isWanted: (Record) -> Bool,
    _ body: (Record) throws(IndexError) -> Void
  ) throws(IndexError) -> Bool {
    let local = UnsafeRawBufferPointer(rebasing: page.bytes[cell.local])
    // The header says how long the row is, too: what is damaged is not followed through the file.
    guard let beginning = Record(local), beginning.size == cell.size else { return false }
    if !isWanted(beginning) { return true }
    guard var next = cell.next else {
      try body(beginning)
      return true
    }
    // No row is longer than the file: its pages would lead round in a circle.
    guard Int64(cell.size) <= pageCount * Int64(TreePage.size) else { return false }
    var bytes = Array(local)
    while bytes.count < cell.size {
      let piece = withPage(next) { page -> Int64 in
        let wanted = min(cell.size - bytes.count, TreePage.size - 4)
        bytes.append(contentsOf: page[4..<4 + wanted])
        return page[0..<4].reduce(Int64(0)) { $0 << 8 | Int64($1) }
      }
      guard let piece else { return false }
      next = piece
    }
    return try bytes.withUnsafeBufferPointer { (bytes) throws(IndexError) in
      guard let record = Record(UnsafeRawBufferPointer(bytes)) else { return false }
      try body(record)
      return true
    }
  }

  // What is free

  /// The pages that no table uses, and the last one that any may use; nil where the file does not say so beyond doubt.
  ///
  /// Between two transactions every other page of a file is in use; so what is on it counts, also where damage has cut it
  /// off from its tree.
  func freePages() -> (free: Set<Int64>, last: Int64)? {
    let header = withPage(1) { page -> (first: Int64, count: Int64, last: Int64)? in
      guard page.starts(with: FileHeader.magic) else { return nil }
      // The count of pages holds for the version of the file that it was written with.
      let isCounted = Self.number(page, 6) == Self.number(page, 23)
      return (Self.number(page, 8), Self.number(page, 9), isCounted ? Self.number(page, 7) : pageCount)
    }
    guard case (var trunk, let count, let last)?? = header, count < pageCount else { return nil }
    var free: Set<Int64> = []
    while trunk != 0 {
      guard trunk > 1, free.insert(trunk).inserted, free.count <= count else { return nil }
      let next = withPage(trunk) { page -> Int64? in
        let leaves = Self.number(page, 1)
        guard leaves <= TreePage.size / 4 - 2 else { return nil }
        for place in 0..<Int(leaves) {
          let leaf = Self.number(page, 2 + place)
          guard leaf > 1, leaf <= pageCount, free.insert(leaf).inserted else { return nil }
        }
        return Self.number(page, 0)
      }
      guard case let following?? = next else { return nil }
      trunk = following
    }
    return Int64(free.count) == count ? (free, min(last, pageCount)) : nil
  }

  /// One of the numbers of four bytes that a page begins with.
  private static func number(_ page: UnsafeRawBufferPointer, _ place: Int) -> Int64 {
    page[4 * place..<4 * place + 4].reduce(0) { $0 << 8 | Int64($1) }
  }
}
