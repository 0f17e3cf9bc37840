import Foundation
import LarderSystem
import Testing

@testable import Larder

/// Promise 6: one computation per key, across threads, tasks and processes.
@Suite("One computation per key", .timeLimit(.minutes(5))) struct OneComputationTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  @Test("many threads that ask for one key compute it once")
  func threads() async throws {
    let cache = try scratch.cache()
    let runs = Counter()
    let values = await withTaskGroup(of: Int?.self) { group in
      for _ in 0..<16 {
        group.addTask {
          await onThread {
            try? cache.value("slow") {
              runs.increment()
              Clock.rest(nanoseconds: 50_000_000)
              return 7
            }
          }
        }
      }
      return await group.reduce(into: [Int?]()) { $0.append($1) }
    }
    #expect(values == [Int?](repeating: 7, count: 16))
    #expect(runs.value == 1)
  }

  @Test("many tasks that ask for one key compute it once, without holding up threads")
  func tasks() async throws {
    let cache = try scratch.cache()
    let runs = Counter()
    let gate = Gate()
    let values = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<200 {
        group.addTask {
          try await cache.value("slow") {
            runs.increment()
            await gate.wait()
            return 7
          }
        }
      }
      // The waiters outnumber the threads: had they blocked, this task would not run and the gate stay shut.
      group.addTask {
        while runs.value == 0 { await Task.yield() }
        gate.open()
        return 7
      }
      return try await group.reduce(0, +)
    }
    #expect(values == 201 * 7)
    #expect(runs.value == 1)
  }

  @Test("two open caches of one process on one directory share the computation")
  func twoHandles() async throws {
    let first = try scratch.cache()
    let second = try scratch.cache()
    let runs = Counter()
    let started = Gate()
    let gate = Gate()
    async let a = first.value("slow") {
      runs.increment()
      started.open()
      await gate.wait()
      return 1
    }
    await started.wait()
    let asks = Gate()
    let task = Task {
      asks.open()
      return try await second.value("slow") {
        runs.increment()
        return 2
      }
    }
    await asks.wait()
    for _ in 0..<1000 { await Task.yield() }
    gate.open()
    #expect(try await a == 1)
    #expect(try await task.value == 1)
    #expect(runs.value == 1)
  }

  @Test("a synchronous caller does not wait for an asynchronous owner, which may need its thread: it computes itself")
  func synchronousBesideAsynchronous() async throws {
    let cache = try scratch.cache()
    let gate = Gate()
    let started = Gate()
    async let slow = cache.value("slow") {
      started.open()
      await gate.wait()
      return "asynchronous"
    }
    await started.wait()
    let fast = await onThread { try? cache.value("slow") { "synchronous" } }
    #expect(fast == "synchronous")
    gate.open()
    // The first to be stored is everybody's.
    #expect(try await slow == "synchronous")
  }

  @Test("a computation that asks for its own key throws instead of waiting for itself")
  func recursion() async throws {
    let cache = try scratch.cache()
    #expect {
      try cache.value("loop", ["n": 1]) { try cache.value("loop", ["n": 1]) { 1 } }
    } throws: { error in
      (error as? LarderError)?.code == .recursion
        && "\(error)".hasPrefix("The computation of 'loop' asks for its own value")
    }
    await #expect {
      try await cache.value("loop", ["n": 2]) { () async throws -> Int in
        await Task.yield()
        return try await cache.value("loop", ["n": 2]) { () async throws -> Int in 1 }
      }
    } throws: { ($0 as? LarderError)?.code == .recursion }
    // Another key is no recursion, and neither is the same key afterwards.
    #expect(try await cache.value("loop", ["n": 1]) { try await cache.value("loop", ["n": 3]) { 5 } } == 5)
  }

  @Test("when a computation fails, the next in line computes")
  func failure() async throws {
    struct Broken: Error {}
    let cache = try scratch.cache()
    let runs = Counter()
    let results = await withTaskGroup(of: Int?.self) { group in
      for _ in 0..<8 {
        group.addTask {
          try? await cache.value("flaky") {
            let run = runs.increment()
            await Task.yield()
            if run < 3 { throw Broken() }
            return run
          }
        }
      }
      return await group.reduce(into: [Int?]()) { $0.append($1) }
    }
    #expect(runs.value == 3)
    #expect(results.filter { $0 == nil }.count == 2)
    #expect(results.filter { $0 == 3 }.count == 6)
  }

  @Test("a waiting task that is cancelled stops waiting")
  func cancellation() async throws {
    let cache = try scratch.cache()
    let gate = Gate()
    let started = Gate()
    let owner = Task {
      try await cache.value("slow") {
        started.open()
        await gate.wait()
        return 1
      }
    }
    await started.wait()
    let waiter = Task { try await cache.value("slow") { () async throws -> Int in 2 } }
    waiter.cancel()
    await #expect(throws: CancellationError.self) { try await waiter.value }
    gate.open()
    #expect(try await owner.value == 1)
  }

  @Test("eight processes that ask for the same keys compute each once")
  func processes() async throws {
    let directory = scratch.path
    let processes = 8
    await withTaskGroup(of: Void.self) { group in
      for process in 0..<processes {
        group.addTask {
          await #expect(processExitsWith: .success) {
            [directory = directory as String, process = process as Int] in
            let cache = try ArtifactCache(at: directory + "/results.larder", options: childOptions(directory))
            for step in 0..<20 {
              let value = try cache.value("step", ["n": step]) {
                try appendLine("\(step)", to: directory + "/runs-\(process)")
                Clock.rest(nanoseconds: 2_000_000)
                return step * step
              }
              guard value == step * step else { exit(1) }
            }
          }
        }
      }
    }
    var runs: [String] = []
    for process in 0..<processes {
      runs += ((try? scratch.read("runs-\(process)")) ?? "").split(separator: "\n").map(String.init)
    }
    #expect(runs.count == 20)
    #expect(Set(runs).count == 20)
  }

  @Test("when the process that computes is killed, a waiting one takes over")
  func killedOwner() async throws {
    let directory = scratch.path
    async let killed: Void = {
      await #expect(processExitsWith: .signal(SIGKILL)) { [directory = directory as String] in
        let cache = try ArtifactCache(at: directory + "/results.larder", options: childOptions(directory))
        _ = try cache.value("slow") {
          try appendLine("computing", to: directory + "/started")
          Clock.rest(nanoseconds: 300_000_000)
          kill(getpid(), SIGKILL)
          return 1
        }
      }
    }()
    let end = Date.now.addingTimeInterval(60)
    while !FileManager.default.fileExists(atPath: directory + "/started"), Date.now < end { await Task.yield() }
    let cache = try scratch.cache()
    #expect(try await cache.value("slow") { () async throws -> Int in 2 } == 2)
    await killed
  }
}

/// Runs blocking work on a thread of its own, so that it does not use up those of the tasks.
func onThread<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
  await withCheckedContinuation { continuation in
    Thread.detachNewThread { continuation.resume(returning: body()) }
  }
}

/// Holds tasks up until it is opened.
final class Gate: Sendable {
  private let state = Locked<(isOpen: Bool, waiting: [CheckedContinuation<Void, Never>])>((false, []))

  func wait() async {
    await withCheckedContinuation { continuation in
      let passes = state.withLock { state in
        if state.isOpen { return true }
        state.waiting.append(continuation)
        return false
      }
      if passes { continuation.resume() }
    }
  }

  func open() {
    let waiting = state.withLock { state in
      defer { state = (true, []) }
      return state.waiting
    }
    for continuation in waiting { continuation.resume() }
  }
}

/// The options of a child process of a test that was given this directory.
func childOptions(_ directory: String) -> CacheOptions {
  var options = CacheOptions()
  options.environment = ["LARDER_MEMO": directory + "/memo.sqlite"]
  options.failures = .strict
  return options
}

func appendLine(_ line: String, to path: String) throws {
  let file = try Descriptor(path, [.writeOnly, .create, .append])
  try file.writeAll(Array((line + "\n").utf8))
}
