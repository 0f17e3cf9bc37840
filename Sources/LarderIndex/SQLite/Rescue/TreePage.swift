/// A page of one of SQLite's trees; sqlite.org/fileformat2.html, section 1.6.
struct TreePage {
  /// The bytes of a page: every index of format 1 has this size.
  static let size = 4096

  enum Kind: UInt8 {
    case innerOfIndex = 2
    case innerOfTable = 5
    case leafOfIndex = 10
    case leafOfTable = 13

    var isInner: Bool { self == .innerOfIndex || self == .innerOfTable }
    var isOfTable: Bool { self == .innerOfTable || self == .leafOfTable }
  }

  /// Where a row is.
  struct Cell {
    /// The number of the row; 0 in an index.
    var row: Int64 = 0
    /// The bytes of the whole record.
    var size: Int
    /// What of it is on this page.
    var local: Range<Int>
    /// The page on which it goes on, if it does.
    var next: Int64?
  }

  let kind: Kind
  let bytes: UnsafeRawBufferPointer
  private let start: Int

  /// - Parameters:
  ///   - bytes: A page's.
  ///   - number: The page's: the first one begins with the header of the file.
  init?(_ bytes: UnsafeRawBufferPointer, _ number: Int64) {
    start = number == 1 ? 100 : 0
    guard bytes.count == Self.size, let kind = Kind(rawValue: bytes[start]) else { return nil }
    self.kind = kind
    self.bytes = bytes
  }

  /// A number of two or four bytes.
  private func number(at offset: Int, _ count: Int) -> Int64 {
    bytes[offset..<offset + count].reduce(0) { $0 << 8 | Int64($1) }
  }

  private var pointers: Int { start + (kind.isInner ? 12 : 8) }

  /// Where cells may begin. What lies before, or in a free block, was removed.
  private var content: Int {
    let offset = Int(number(at: start + 5, 2))
    return offset == 0 ? 65_536 : offset
  }

  /// Where cells begin, in the order of the page.
  private var offsets: [Int] {
    let count = min(Int(number(at: start + 3, 2)), (Self.size - pointers) / 2)
    return (0..<count).map { Int(number(at: pointers + 2 * $0, 2)) }
  }

  /// The pages below this one.
  var children: [Int64] {
    guard kind.isInner else { return [] }
    let found = offsets.map { $0 >= pointers && $0 + 4 <= Self.size ? number(at: $0, 4) : 0 }
    return found + [number(at: start + 8, 4)]
  }

  /// The rows on this page.
  ///
  /// - Returns: Those whose place makes sense, and whether some have one that does not.
  func cells() -> (found: [Cell], isWhole: Bool) {
    if kind == .innerOfTable { return ([], true) }
    let free = freeBlocks()
    let content = content
    var found: [Cell] = []
    var isWhole = true
    for offset in offsets {
      // A count of cells that is too high leads to what was removed.
      guard offset >= content, let cell = cell(at: offset),
        !free.contains(where: { $0.overlaps(offset..<cell.local.upperBound) })
      else {
        isWhole = false
        continue
      }
      found.append(cell)
    }
    return (found, isWhole)
  }

  private func cell(at offset: Int) -> Cell? {
    var position = offset + (kind.isInner ? 4 : 0)
    guard let size = varint(bytes, &position), (1..<1 << 30).contains(size) else { return nil }
    var row: Int64 = 0
    if kind.isOfTable {
      guard let number = varint(bytes, &position) else { return nil }
      row = number
    }
    let local = Self.local(of: Int(size), inTable: kind.isOfTable)
    let end = position + local
    if local == Int(size) {
      return end <= Self.size ? Cell(row: row, size: Int(size), local: position..<end) : nil
    }
    guard end + 4 <= Self.size else { return nil }
    return Cell(row: row, size: Int(size), local: position..<end, next: number(at: end, 4))
  }

  /// How much of a record is on the page of its cell: all up to the most, else at least the least.
  static func local(of size: Int, inTable: Bool) -> Int {
    let most = inTable ? Self.size - 35 : (Self.size - 12) * 64 / 255 - 23
    if size <= most { return size }
    let least = (Self.size - 12) * 32 / 255 - 23
    let count = least + (size - least) % (Self.size - 4)
    return count <= most ? count : least
  }

  /// What removed rows have left between the others, as far as its chain leads.
  private func freeBlocks() -> [Range<Int>] {
    var blocks: [Range<Int>] = []
    var offset = Int(number(at: start + 1, 2))
    while offset >= blocks.last?.upperBound ?? pointers, offset + 4 <= Self.size {
      let size = Int(number(at: offset + 2, 2))
      guard size >= 4, offset + size <= Self.size else { break }
      blocks.append(offset..<offset + size)
      offset = Int(number(at: offset, 2))
    }
    return blocks
  }
}
