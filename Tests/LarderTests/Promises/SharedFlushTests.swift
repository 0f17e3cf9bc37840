import Foundation
import LarderFormat
import LarderIndex
import LarderSystem
import Testing

@testable import Larder

/// Durable puts of several threads share one flush and one transaction, and fail apart.
@Suite("Durable puts at the same time", .timeLimit(.minutes(5))) struct SharedFlushTests {
  let scratch: Scratch
  let cache: ArtifactCache

  init() throws {
    scratch = try Scratch()
    cache = try scratch.cache { $0.durability = .durable }
    try cache.put(contents(100), for: Call("warm"))
  }

  /// Puts contents 0 up to `count` from as many threads, so that the first one flushes alone, and only when the others
  /// wait for it; says which puts failed.
  private func putTogether(
    _ count: Int, _ fault: @escaping @Sendable (SystemCall) -> Faults.Fault? = { _ in nil }
  ) throws -> (failed: Set<Int>, calls: [SystemCall]) {
    let group = try scratchStore(cache).commitGroup
    let log = Locked<[SystemCall]>([])
    let leader = Locked(false)
    let isLed = DispatchSemaphore(value: 0)
    let plan = Faults.Plan { call, _ in
      guard [.fsync, .syncfs, .committed].contains(call) else { return fault(call) }
      let leads = leader.withLock { led in
        defer { led = true }
        return !led
      }
      // Each of the others comes to wait, whatever the scheduler does.
      if leads {
        isLed.signal()
        while group.waitingCount < count - 1 { sched_yield() }
      }
      log.withLock { $0.append(call) }
      return fault(call)
    }
    let failed = Locked<Set<Int>>([])
    let done = DispatchGroup()
    for number in 0..<count {
      done.enter()
      let thread = Thread {
        Faults.$plan.withValue(plan) {
          do { try cache.put(contents(UInt64(number)), for: Call("f", ["n": number])) } catch {
            _ = failed.withLock { $0.insert(number) }
          }
        }
        done.leave()
      }
      thread.start()
      // The others come when the first one has begun without them.
      if number == 0 { isLed.wait() }
    }
    done.wait()
    return (failed.withLock { $0 }, log.withLock { $0 })
  }

  private func isDurable(_ number: Int) throws -> Bool {
    let key = try cache.key("f", ["n": number])
    guard try cache.lookup(key, as: Data.self).value == contents(UInt64(number)) else { return false }
    return try scratchStore(cache).index.entry(for: key)?.blob?.record.durable == true
  }

  @Test("those that come while one is flushed are flushed by one call and committed by one transaction")
  func shared() throws {
    let (failed, calls) = try putTogether(12)
    #expect(failed.isEmpty)
    #expect(calls.filter { $0 == .syncfs }.count == 1)
    #expect(calls.filter { $0 == .committed }.count == 2)
    for number in 0..<12 { #expect(try isDurable(number)) }
    #expect(scratch.blobFiles().count == 13)
  }

  @Test("a flush that fails is made good with new files, each under a new name")
  func lostOnce() throws {
    let count = Counter()
    let (failed, _) = try putTogether(8) { $0 == .syncfs && count.increment() == 1 ? .error(5) : nil }
    #expect(failed.isEmpty)
    for number in 0..<8 { #expect(try isDurable(number)) }
    #expect(scratch.blobFiles().count == 9, "the files that were not flushed are gone")
  }

  @Test("a disk that keeps failing is an error for everybody, and nothing is acknowledged or left")
  func lostAgain() throws {
    let (failed, _) = try putTogether(8) { $0 == .syncfs || $0 == .fsync ? .error(5) : nil }
    #expect(failed.count == 8)
    for number in 0..<8 { #expect(try cache.lookup(cache.key("f", ["n": number]), as: Data.self).value == nil) }
    #expect(scratch.blobFiles().count == 1)
  }

  @Test("where no call flushes a whole file system each file is flushed")
  func withoutSyncfs() throws {
    let (failed, calls) = try putTogether(8) { $0 == .syncfs ? .error(38) : nil }
    #expect(failed.isEmpty)
    #expect(calls.filter { $0 == .fsync }.count >= 8)
    for number in 0..<8 { #expect(try isDurable(number)) }
  }

  @Test("an answer that is lost for all is found out by each")
  func lostAnswer() throws {
    for call in [SystemCall.commit, .committed] {
      let scratch = try SharedFlushTests()
      let count = Counter()
      // The first transaction is the leader's, the second that of all others.
      let (failed, _) = try scratch.putTogether(8) { $0 == call && count.increment() == 2 ? .error(5) : nil }
      #expect(failed.isEmpty)
      for number in 0..<8 { #expect(try scratch.isDurable(number)) }
    }
  }

  @Test("a lone put whose file cannot be flushed writes it anew, once", arguments: [1, 2])
  func alone(failures: Int) throws {
    let count = Counter()
    let plan = Faults.Plan { call, _ in call == .fsync && count.increment() <= failures ? .error(5) : nil }
    let before = scratch.blobFiles()
    let key = try cache.key("f", ["n": 0])
    if failures == 1 {
      try Faults.$plan.withValue(plan) { try cache.put(contents(0), for: key) }
      #expect(try isDurable(0))
      let new = scratch.blobFiles().filter { !before.contains($0) }
      #expect(new.count == 1 && new[0].contains(".2.") == false)
    } else {
      #expect { try Faults.$plan.withValue(plan) { try cache.put(contents(0), for: key) } } throws: {
        ($0 as? LarderError)?.code == .io
      }
      #expect(scratch.blobFiles() == before)
      #expect(try cache.lookup(key, as: Data.self).value == nil)
    }
  }

  @Test("many threads with few contents and keys lose nothing")
  func fewContents() throws {
    let done = DispatchGroup()
    let failures = Locked<[String]>([])
    for thread in 0..<16 {
      done.enter()
      Thread {
        for step in 0..<20 {
          let content = (thread + step) % 6
          do {
            try cache.put(contents(UInt64(content)), for: Call("f", ["n": content]))
            try cache.put(mixed(thread * 100 + step), for: Call("own", ["n": thread * 100 + step]))
            if step.isMultiple(of: 7) { try cache.remove(cache.key("f", ["n": (content + 1) % 6])) }
          } catch {
            failures.withLock { $0.append("\(error)") }
          }
        }
        done.leave()
      }.start()
    }
    done.wait()
    #expect(failures.withLock { $0 } == [])
    for thread in 0..<16 {
      for step in 0..<20 {
        let n = thread * 100 + step
        #expect(try cache.lookup(cache.key("own", ["n": n]), as: Data.self).value == mixed(n))
      }
    }
    cache.flush()
    let report = try scratchStore(cache).sweep(SweepOptions())
    #expect(report.problems.isEmpty, "\(report)")
  }
}
