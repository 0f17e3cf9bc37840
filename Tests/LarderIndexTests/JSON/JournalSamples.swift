import Foundation
import LarderFormat
import LarderIndex
import LarderSystem
import Testing

/// A new journal in a scratch directory, with one open session.
func withJournal(durable: Bool = false, _ body: (JSONIndex, String) async throws -> Void) async throws {
  try await withScratch { path in
    let file = path + "/index.jsonl"
    let index = try JSONIndex.create(at: file, identity: .sample, durable: durable)
    try index.open(.sample)
    try await body(index, file)
    index.close()
  }
}

func contents(_ path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(filePath: path))) }

/// Changes bytes of a file in place.
func overwrite(_ path: String, _ bytes: [UInt8]) throws {
  let file = try Descriptor(path, [.readWrite, .truncate])
  try file.writeAll(bytes)
}

/// Where the lines of a journal begin, and where the last one ends.
func lineStarts(_ bytes: [UInt8]) -> [Int] { [0] + bytes.indices.filter { bytes[$0] == 0x0A }.map { $0 + 1 } }

/// What a journal says altogether, row by row.
func rows(_ index: some CacheIndex) throws -> [String] {
  var texts: [String] = []
  for table in IndexTable.allCases {
    var last: IndexRow?
    while let row = try index.rows(of: table, after: last, limit: 1).first {
      texts.append(row.json)
      last = row
    }
  }
  return texts
}

/// What is wrong with the rows as a whole; nil for a sound index.
func unsound(_ index: some CacheIndex) throws -> String? {
  let (recorded, counted) = try index.countTotals()
  if recorded != counted { return "totals: \(recorded), counted \(counted)" }
  var blobs: [BlobID: BlobRow.State] = [:]
  var referred: Set<BlobID> = []
  for row in try index.rows(of: .blobs, after: nil, limit: .max) {
    if case .blob(let blob) = row { blobs[blob.id] = blob.state }
  }
  for row in try index.rows(of: .edges, after: nil, limit: .max) {
    guard case .edge(let parent, let child) = row else { continue }
    if blobs[parent] != .live || blobs[child] != .live { return "edge \(parent) \(child)" }
    referred.insert(child)
  }
  for row in try index.rows(of: .entries, after: nil, limit: .max) {
    guard case .entry(let entry) = row else { continue }
    if blobs[entry.row.blob] != .live { return "entry without blob: \(entry.row.record.key)" }
    referred.insert(entry.row.blob)
  }
  let faults = try index.check(quick: true)
  return faults.isEmpty ? nil : faults.joined(separator: ", ")
}
