import Foundation
import LarderBlobs
import LarderFormat
import LarderIndex
import LarderSystem
import LarderTesting
import Shared
import Testing

@testable import Larder

@Suite("A sweep beside writers", .timeLimit(.minutes(5))) struct SweepBesideWritersTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  /// A blob in flight: placed by the session of a store, and not committed yet.
  private func place(_ store: ArtifactStore, _ number: UInt64) throws -> BlobInFlight {
    let session = try store.openSession()
    let bytes = Array(contents(number))
    var blob = PendingBlob(staged: try stage(bytes, store))
    let record = try blob.place(encoding: .raw, durable: false, store: store, session: session)
    return BlobInFlight(session: session, record: record, size: Int64(bytes.count))
  }

  private func stage(_ bytes: [UInt8], _ store: ArtifactStore) throws -> StagedBlob {
    var writer = try store.writer(encoding: .raw, expectedSize: nil)
    try writer.write(bytes)
    return try writer.finish()
  }

  private struct BlobInFlight {
    let session: SessionID
    let record: BlobRecord
    let size: Int64

    func commit(_ store: ArtifactStore) throws -> CommitOutcome {
      let draft = EntryDraft(key: ArtifactKey(record.form.contentDigest), representation: "bytes")
      let entry = store.record(draft, record.form.contentDigest, size: size)
      return try store.index.commit(
        EntryCommit(
          session: session, entry: entry, seal: store.sealer.seal(entry),
          blob: .placed(record, store.sealer.seal(record))))
    }
  }

  private func sweep(_ store: ArtifactStore, _ repair: SweepOptions.Repair = .delete) throws -> SweepReport {
    var options = SweepOptions()
    options.repair = repair
    return try store.sweep(options)
  }

  @Test("a blob in flight is counted and left alone, for as long as its writer lives, and is committed afterwards")
  func inFlight() throws {
    let (writer, sweeper) = (try scratch.cache(), try scratch.cache())
    let blob = try place(scratchStore(writer), 1)
    for store in [try scratchStore(sweeper), try scratchStore(writer)] {
      let report = try sweep(store)
      #expect(report.inFlight == 1 && report.isClean, "\(report.problems)")
    }
    guard case .committed = try blob.commit(scratchStore(writer)) else {
      Issue.record("refused")
      return
    }
    #expect(try sweep(scratchStore(sweeper)).isClean)
  }

  @Test("the files of a writer that was declared dead are orphans, and what it commits afterwards is refused")
  func fenced() throws {
    let (writer, sweeper) = (try scratch.cache(), try scratch.cache())
    let store = try scratchStore(writer)
    let blob = try place(store, 2)
    // As if its process had ended: the kernel gives the lock back.
    try store.directory.locks?.unlock(at: LockByte.session(blob.session))
    let report = try sweep(scratchStore(sweeper))
    #expect(report.count(.orphan) == 1 && report.remaining == 0 && report.inFlight == 0)
    #expect(scratch.blobFiles() == [])
    guard case .refused(.sessionClosed) = try blob.commit(store) else {
      Issue.record("not refused")
      return
    }
    // A put does not notice: it opens another session.
    let key = try writer.put(contents(3), for: Call("next"))
    #expect(try sweeper.lookup(key, as: Data.self).value == contents(3))
    let last = try sweep(scratchStore(sweeper))
    #expect(last.isClean, "\(last.problems)")
  }

  @Test("a sweep that only reads declares nobody dead")
  func readOnlySweep() throws {
    let (writer, sweeper) = (try scratch.cache(), try scratch.cache())
    let store = try scratchStore(writer)
    let blob = try place(store, 4)
    try store.directory.locks?.unlock(at: LockByte.session(blob.session))
    let report = try sweep(scratchStore(sweeper), .none)
    #expect(report.count(.orphan) == 1 && report.remaining == 1)
    #expect(try store.index.sessions().map(\.state) == [.open])
    guard case .committed = try blob.commit(store) else {
      Issue.record("refused")
      return
    }
  }

  @Test("sessions of ended processes are forgotten when a whole sweep has dealt with their files")
  func sessions() throws {
    let (writer, sweeper) = (try scratch.cache(), try scratch.cache())
    let store = try scratchStore(writer)
    let blob = try place(store, 5)
    try store.directory.locks?.unlock(at: LockByte.session(blob.session))
    var options = SweepOptions()
    options.repair = .quarantine
    options.maximumDuration = .zero
    _ = try scratchStore(sweeper).sweep(options)
    #expect(try store.index.sessions().map(\.state) == [.dead])
    _ = try sweep(scratchStore(sweeper))
    #expect(try store.index.sessions().isEmpty)
  }

  @Test("short sweeps go on where the last one stopped, and together they find everything")
  func resumption() throws {
    let cache = try scratch.cache()
    let keys = try (0..<40).map { try cache.put(contents(UInt64($0)), for: Call("n", ["n": $0])) }
    cache.flush()
    for path in scratch.blobFiles() { try FileManager.default.removeItem(atPath: path) }
    let store = try scratchStore(cache)
    var options = SweepOptions()
    options.maximumDuration = .zero
    options.jobs = 1
    var found: Int64 = 0
    for run in 1...257 {
      let report = try store.sweep(options)
      #expect(report.portions == 1 && !report.isComplete)
      #expect(try store.index.sweeps().count == run)
      found += report.count(.dangling)
    }
    #expect(found == Int64(keys.count))
  }

  @Test("threads that put, remove and read while a deleting sweep runs in a loop lose nothing")
  func storm() async throws {
    let caches = try (0..<3).map { _ in try scratch.cache { $0.inlineLimit = 0 } }
    let done = Locked(0)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for worker in 0..<2 {
        group.addTask {
          defer { done.withLock { $0 += 1 } }
          var generator = SplitMix(seed: UInt64(worker))
          for _ in 0..<400 {
            let (call, content) = (
              Int.random(in: 0..<20, using: &generator), UInt64.random(in: 0..<3, using: &generator)
            )
            let key = try caches[worker].put(contents(content), for: Call("w\(worker)", ["n": call]))
            #expect(try caches[worker].lookup(key, as: Data.self).value == contents(content))
            if call < 8 { #expect(try caches[worker].remove(key)) }
          }
        }
      }
      group.addTask {
        let store = try scratchStore(caches[2])
        while done.withLock({ $0 < 2 }) {
          var options = SweepOptions()
          options.repair = .delete
          let report = try store.sweep(options)
          #expect(report.isClean, "\(report.problems)")
        }
      }
      try await group.waitForAll()
    }
    #expect(try sweep(scratchStore(caches[2])).isClean)
  }
}
