import Foundation
import LarderSystem
import Testing

@testable import LarderIndex

@Suite("Rows that go on on other pages") struct OverflowTests {
  /// A row of 4 bytes of header and a blob, of which a part is on page 2; page 3 leads to itself.
  private func withCircle(blob size: Int, _ body: (borrowing DamagedFile, TreePage.Cell) throws -> Void) async throws {
    try await withScratch { path in
      var bytes = [UInt8](repeating: 1, count: 3 * TreePage.size)
      bytes[TreePage.size] = TreePage.Kind.leafOfTable.rawValue
      let type = 12 + 2 * size
      let header = [4, UInt8(type >> 14) | 0x80, UInt8(type >> 7 & 0x7F) | 0x80, UInt8(type & 0x7F)]
      bytes.replaceSubrange(TreePage.size + 100..<TreePage.size + 104, with: header)
      bytes.replaceSubrange(2 * TreePage.size..<2 * TreePage.size + 4, with: [0, 0, 0, 3])
      try Descriptor(path + "/file", [.readWrite, .create]).writeAll(bytes)
      let local = TreePage.local(of: 4 + size, inTable: true)
      try body(DamagedFile(path + "/file"), TreePage.Cell(row: 1, size: 4 + size, local: 100..<100 + local, next: 3))
    }
  }

  private func found(_ file: borrowing DamagedFile, _ cell: TreePage.Cell) throws -> (isWhole: Bool, size: Int?) {
    var size: Int?
    let isWhole = try file.withPage(2) { (bytes) throws(IndexError) -> Bool in
      guard let page = TreePage(bytes, 2) else { return false }
      return try file.withRecord(of: cell, on: page, where: { _ in true }) { size = $0.size }
    }
    return (isWhole == true, size)
  }

  @Test("are followed as far as the file has pages, and no further round in a circle")
  func circle() async throws {
    try await withCircle(blob: 8000) { file, cell in
      let (isWhole, size) = try found(file, cell)
      #expect(isWhole && size == 8004)
    }
    try await withCircle(blob: 1_000_000) { file, cell in
      let (isWhole, size) = try found(file, cell)
      #expect(!isWhole && size == nil)
    }
  }
}
