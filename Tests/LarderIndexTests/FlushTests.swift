import Foundation
import LarderFormat
import LarderIndex
import LarderSystem
import LarderTesting
import Testing

#if DEBUG && os(Linux)
  /// Nothing durable is committed behind a log whose flush failed: what the kernel then dropped would take it along.
  @Suite("A flush of the log that fails", .timeLimit(.minutes(5))) struct FlushTests {
    enum Flush: String, CaseIterable, Codable, Sendable { case commit, copying }

    /// Makes the calls fail of which `struck` says so, and counts them all.
    private static func striking<Result>(
      _ struck: @escaping @Sendable (SystemCall) -> Bool, _ body: () throws -> Result
    ) rethrows -> (Result, [SystemCall: Int]) {
      let counts = Locked<[SystemCall: Int]>([:])
      let plan = Faults.Plan(reachingLibraries: true) { call, _ in
        counts.withLock { $0[call, default: 0] += 1 }
        return struck(call) ? .error(EIO) : nil
      }
      let result = try Faults.$plan.withValue(plan) { try body() }
      return (result, counts.withLock { $0 })
    }

    private static func outcome(_ body: () throws -> CommitOutcome) -> String {
      do { return try body().word } catch let error as IndexError {
        return error.isOutcomeUnknown ? "unknown" : "\(error.code)"
      } catch { return "\(error)" }
    }

    @Test("has the log written again before anything durable is committed behind it", arguments: Flush.allCases)
    func renewed(_ flush: Flush) async throws {
      try await withScratch { path in
        await #expect(processExitsWith: .success) { [file = path + "/index.sqlite" as String, flush = flush as Flush] in
          SQLiteSeam.install()
          let index = try SQLiteIndex.create(at: file, identity: .sample, durable: true)
          try index.open(.sample)
          _ = try index.commit(.put("before", .inline("v")))

          switch flush {
          case .commit:
            let (word, _) = Self.striking({ $0 == .fsync }) {
              Self.outcome { try index.commit(.put("lost", .inline("v"))) }
            }
            #expect(word == "unknown")
          case .copying:
            _ = Self.striking({ $0 == .fsync }) { index.shortenLog() }
          }

          // As long as it cannot be written again, nothing is called durable; what need not be goes on.
          for call in [SystemCall.write, .fsync] {
            let (word, _) = Self.striking({ $0 == call }) { Self.outcome { try index.commit(.put("a", .inline("v"))) } }
            #expect(word == "failed", "\(call)")
            #expect(try index.entry(for: key("a")) == nil)
          }
          let (_, fast) = try Self.striking({ $0 == .fsync }) {
            try index.forget([CondemnedBlob(id: BlobID(rawValue: 9), name: nil)])
          }
          #expect(fast[.fsync] == nil)

          let size = try FileStatus(of: file + "-wal").size
          let (word, calls) = Self.striking({ _ in false }) {
            Self.outcome { try index.commit(.put("b", .inline("v"))) }
          }
          #expect(word == "committed, 0 surplus, 0 condemned")
          #expect(calls[.write, default: 0] >= Int((size + (1 << 18) - 1) >> 18), "the log, in pieces")
          #expect(calls[.fsync] == 2, "the log as it was, and then the commit")

          // Once, and not for ever.
          let (_, later) = Self.striking({ _ in false }) { Self.outcome { try index.commit(.put("c", .inline("v"))) } }
          #expect(later[.write] == nil && later[.fsync] == 1)
          for name in ["before", "b", "c"] { #expect(try index.entry(for: key(name)) != nil) }
          #expect(try index.check(quick: false) == [])
          index.close()
          #expect(try recounted(file) == nil)
        }
      }
    }

    @Test("is met by writers of other processes at any moment without harm to what they write")
    func besideOthers() async throws {
      try await withScratch { path in
        let file = path + "/index.sqlite"
        let other = try SQLiteIndex.create(at: file, identity: .sample)
        try other.open(.sample)
        try other.open(.other)
        async let child = #expect(processExitsWith: .success) { [file = file as String] in
          SQLiteSeam.install()
          let index = try SQLiteIndex.open(at: file, durable: true)
          for number in 0..<30 {
            _ = Self.striking({ $0 == .fsync }) {
              Self.outcome { try index.commit(.put("u\(number)", .inline("v"), session: .other)) }
            }
            _ = try index.commit(.put("k\(number)", .inline("v"), session: .other))
          }
        }
        for number in 0..<500 { _ = try other.commit(.put("o\(number)", .inline("w\(number)"))) }
        _ = await child
        for number in 0..<500 { #expect(try other.entry(for: key("o\(number)")) != nil) }
        for number in 0..<30 { #expect(try other.entry(for: key("k\(number)")) != nil) }
        other.close()
        #expect(try recounted(file) == nil)
      }
    }
  }
#endif
