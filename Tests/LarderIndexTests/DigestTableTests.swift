import Foundation
import LarderCrypto
import LarderIndex
import LarderSystem
import LarderTesting
import Testing

@Suite("The memo of digests") struct DigestTableTests {
  @Test("a digest is remembered for a file as it was, also by another process's table, and for no other status")
  func remembers() async throws {
    try await withScratch { path in
      try Data("content".utf8).write(to: URL(filePath: path + "/input"))
      let before = try FileStatus(of: path + "/input")
      let table = try DigestTable.open(at: path + "/private/digests.sqlite", deadline: .seconds(5))
      #expect(try table.digest(of: before) == nil)
      try table.remember(before, digest("content"))
      let second = try DigestTable.open(at: path + "/private/digests.sqlite", deadline: .seconds(5))
      #expect(try second.digest(of: before) == digest("content"))

      try Data("content!".utf8).write(to: URL(filePath: path + "/input"))
      let after = try FileStatus(of: path + "/input")
      #expect(try table.digest(of: after) == nil)
      try second.remember(after, digest("content!"))
      #expect(try table.digest(of: after) == digest("content!"))
    }
  }

  @Test("the memo is for its user alone: one that others may read, or a link, is not used")
  func isPrivate() async throws {
    try await withScratch { path in
      let file = path + "/digests.sqlite"
      _ = try DigestTable.open(at: file, deadline: .seconds(5))
      #expect(try FileStatus(of: file).permissions == 0o600)
      try FileManager.default.createSymbolicLink(atPath: path + "/link", withDestinationPath: file)
      #expect(throws: IndexError.self) { _ = try DigestTable.open(at: path + "/link", deadline: .seconds(5)) }
      try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: file)
      #expect(throws: IndexError.self) { _ = try DigestTable.open(at: file, deadline: .seconds(5)) }
    }
  }

  @Test("an index, or somebody's database, is not taken for a memo")
  func foreign() async throws {
    try await withScratch { path in
      let file = path + "/index.sqlite"
      try SQLiteIndex.create(at: file, identity: .sample).close()
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
      let error = #expect(throws: IndexError.self) { _ = try DigestTable.open(at: file, deadline: .seconds(5)) }
      #expect(error?.code == .foreign)
    }
  }
}
