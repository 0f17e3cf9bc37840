import Foundation
import LarderIndex
import LarderSystem
import LarderTesting
import Testing

/// The index in SQLite, as the conformance checks use it.
struct SQLiteStore: IndexStore {
  let name = "SQLite"
  let files = ["index.sqlite", "index.sqlite-wal", "index.sqlite-shm"]

  func create(in directory: String, identity: IndexIdentity, durable: Bool) throws(IndexError) -> any CacheIndex {
    try SQLiteIndex.create(at: directory + "/index.sqlite", identity: identity, durable: durable)
  }

  func open(in directory: String, durable: Bool, readOnly: Bool, deadline: Duration) throws(IndexError)
    -> any CacheIndex
  {
    try SQLiteIndex.open(
      at: directory + "/index.sqlite", durable: durable, readOnly: readOnly, deadline: deadline)
  }
}

/// The index in a journal of JSON.
struct JSONStore: IndexStore {
  let name = "JSON"
  let files = ["index.jsonl"]

  func create(in directory: String, identity: IndexIdentity, durable: Bool) throws(IndexError) -> any CacheIndex {
    try JSONIndex.create(at: directory + "/index.jsonl", identity: identity, durable: durable)
  }

  func open(in directory: String, durable: Bool, readOnly: Bool, deadline: Duration) throws(IndexError)
    -> any CacheIndex
  {
    try JSONIndex.open(at: directory + "/index.jsonl", durable: durable, readOnly: readOnly, deadline: deadline)
  }
}

/// The index in memory: nobody else sees it, and it ends with the process.
struct MemoryStore: IndexStore {
  let name = "memory"
  let files: [String] = []
  let isShared = false

  func create(in directory: String, identity: IndexIdentity, durable: Bool) throws(IndexError) -> any CacheIndex {
    MemoryIndex(identity: identity)
  }

  func open(in directory: String, durable: Bool, readOnly: Bool, deadline: Duration) throws(IndexError)
    -> any CacheIndex
  {
    throw IndexError(.missing, "An index in memory cannot be opened again.")
  }
}

@Suite("The contract of the index", .serialized, .timeLimit(.minutes(10))) struct ConformanceTests {
  @Test("is kept by SQLite", arguments: IndexConformance.checks)
  func sqlite(_ check: IndexConformance.Check) throws { try check(SQLiteStore()) }

  @Test("is kept by JSON", arguments: IndexConformance.checks)
  func json(_ check: IndexConformance.Check) throws { try check(JSONStore()) }

  @Test("is kept in memory", arguments: IndexConformance.checks)
  func memory(_ check: IndexConformance.Check) throws { try check(MemoryStore()) }

  #if DEBUG && os(Linux)
    @Test("is kept by SQLite also where its own calls fail, or are the last ones")
    func faultsBelow() async {
      let result = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
        SQLiteSeam.install()
        for check in IndexConformance.faults {
          do { try check(SQLiteStore()) } catch {
            return FileHandle.standardError.write(Data("violated: \(check): \(error)".utf8))
          }
        }
      }
      let said = result.map { String(decoding: $0.standardErrorContent, as: UTF8.self) } ?? "it did not end"
      #expect(!said.contains("violated"), "\(said)")
    }
  #endif
}
