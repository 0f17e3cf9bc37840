import Foundation
import LarderIndex
import LarderSystem
import LarderTesting
import Testing

/// A directory that is removed after the test.
func withScratch(_ body: (String) async throws -> Void) async throws {
  let path = FileManager.default.temporaryDirectory.appending(path: "larder-\(UUID().uuidString)").path
  try makeDirectories(path)
  defer { try? FileManager.default.removeItem(atPath: path) }
  try await body(path)
}

/// A new index in a scratch directory, with one open session.
func withIndex(_ body: (SQLiteIndex) throws -> Void) async throws {
  try await withScratch { path in
    let index = try SQLiteIndex.create(at: path + "/index.sqlite", identity: .sample)
    try index.open(.sample)
    try body(index)
    index.close()
    #expect(try recounted(path + "/index.sqlite") == nil)
  }
}
