import Foundation
import LarderIndex
import LarderSystem
import LarderTesting
import Testing

#if os(Linux)
  /// SQLite makes some waits of its own, which know no deadline.
  @Suite("A wait for a lock of the log", .timeLimit(.minutes(5))) struct WaitTests {
    @Test("ends at the deadline and not long after")
    func locksOfTheLog() async throws {
      try await withScratch { path in
        let file = path + "/index.sqlite"
        let index = try SQLiteIndex.create(at: file, identity: .sample)
        try index.open(.sample)
        _ = try index.commit(.put("k", .inline("v")))
        index.close()
        // Here nobody has the index open any more, so that this descriptor does no harm. It holds what a reader needs,
        // and a share of the byte that says that the log is in use.
        let shared = try Descriptor(file + "-shm", .readWrite)
        for byte in Int64(123)...127 { #expect(try shared.tryLock(.exclusive, at: byte)) }
        #expect(try shared.tryLock(.shared, at: 128))
        await #expect(processExitsWith: .success) { [file = file as String] in
          let start = Clock.system.uptime()
          let error = #expect(throws: IndexError.self) {
            _ = try SQLiteIndex.open(at: file, deadline: .milliseconds(200)).entry(for: key("k"))
          }
          let waited = Clock.system.uptime() - start
          #expect(error?.code == .busy)
          #expect(waited >= 200_000_000 && waited < 3_000_000_000, "\(waited) ns")
        }
        try shared.unlock(at: 128)
        for byte in Int64(123)...127 { try shared.unlock(at: byte) }
        #expect(try SQLiteIndex.open(at: file).entry(for: key("k")) != nil)
      }
    }

    #if DEBUG
      enum Asker: String, CaseIterable, Codable, Sendable { case reader, writer }

      @Test("that this process itself failed to give back is in vain once, and not for ever", arguments: Asker.allCases)
      func ownLock(_ asker: Asker) async throws {
        try await withScratch { path in
          await #expect(processExitsWith: .success) {
            [file = path + "/index.sqlite" as String, asker = asker as Asker] in
            SQLiteSeam.install()
            try SQLiteIndex.create(at: file, identity: .sample).close()
            let index = try SQLiteIndex.open(at: file, deadline: .milliseconds(200))
            try index.open(.sample)
            // Whoever reads first after a commit takes a lock to say up to where, and gives it back.
            _ = try index.commit(.put("k", .inline("v")))
            let plan = Faults.Plan(reachingLibraries: true, reachingUnlocking: true) { call, _ in
              call == .unlock ? .error(EIO) : nil
            }
            let ask = {
              switch asker {
              case .reader: _ = try index.entry(for: key("k"))
              case .writer: _ = try index.commit(.put("l", .inline("w")))
              }
            }
            let start = Clock.system.uptime()
            let error = Faults.$plan.withValue(plan) { #expect(throws: IndexError.self) { try ask() } }
            #expect(error?.code == .busy)
            #expect(Clock.system.uptime() - start < 3_000_000_000)
            try ask()
            #expect(try index.entry(for: key("k")) != nil)
            index.close()
            #expect(try recounted(file) == nil)
          }
        }
      }
    #endif
  }
#endif
