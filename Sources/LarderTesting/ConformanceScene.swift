import Foundation
internal import LarderIndex
internal import LarderSystem

/// Where a check takes place: a store, and a directory that is gone afterwards.
package struct ConformanceScene: Sendable {
  package let store: any IndexStore
  package let directory: String

  static func with(_ store: any IndexStore, _ body: (ConformanceScene) throws -> Void) throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "larder-\(UUID().uuidString)").path
    try makeDirectories(directory)
    defer { try? FileManager.default.removeItem(atPath: directory) }
    try body(ConformanceScene(store: store, directory: directory))
  }

  /// Lends a directory for one index.
  func withPlace(_ body: (String) throws -> Void) throws {
    let place = directory + "/" + UUID().uuidString
    try makeDirectories(place)
    defer { store.remove(for: place) }
    try body(place)
  }

  /// Lends a new index with one open session. Afterwards it has to be sound, and its totals those of its rows.
  func withIndex(file: String = #fileID, line: Int = #line, _ body: (any CacheIndex) throws -> Void) throws {
    try withPlace { place in
      let index = try store.create(in: place, identity: .sample)
      try index.open(.sample)
      try body(index)
      try index.verify(file: file, line: line)
      index.close()
    }
  }

  /// Lends the index of a place as another process would open it.
  func withIndex(in place: String, readOnly: Bool = false, _ body: (any CacheIndex) throws -> Void) throws {
    let index = try store.open(in: place, readOnly: readOnly)
    try body(index)
    index.close()
  }
}

extension CacheIndex {
  /// Makes sure that the index finds no fault in itself.
  func verify(file: String = #fileID, line: Int = #line) throws {
    let faults = try check(quick: false)
    try expect(faults.isEmpty, faults.joined(separator: "; "), file: file, line: line)
    let (recorded, counted) = try countTotals()
    try expect(recorded == counted, "totals \(recorded), but rows of \(counted)", file: file, line: line)
  }

  /// All rows of a table, read in pages.
  func all(_ table: IndexTable, page: Int = 100) throws(IndexError) -> [IndexRow] {
    var rows: [IndexRow] = []
    while true {
      let more = try self.rows(of: table, after: rows.last, limit: page)
      if more.isEmpty { return rows }
      rows += more
    }
  }

  var blobs: [BlobRow] {
    get throws(IndexError) { try all(.blobs).compactMap { row in if case .blob(let blob) = row { blob } else { nil } } }
  }

  var meta: IndexMeta {
    get throws {
      guard case .meta(let meta) = try all(.meta).first else { throw ConformanceFailure("no row meta") }
      return meta
    }
  }

  /// Writes rows as somebody else has left them.
  func alter(_ rows: [IndexRow]) throws {
    try set(.upgrading)
    try load(rows)
    try set(.open)
  }
}
