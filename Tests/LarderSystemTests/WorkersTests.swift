import Foundation
import LarderSystem
import Testing

#if canImport(Glibc)
  import Glibc
#endif

@Suite("Threads for one piece of work", .timeLimit(.minutes(5))) struct WorkersTests {
  @Test("do everything once, and are done when the caller goes on", arguments: [0, 1, 2, 7, 64])
  func once(count: Int) {
    let done = Locked([Int](repeating: 0, count: count))
    Workers.perform(count) { number in done.withLock { $0[number] += 1 } }
    #expect(done.withLock { $0 } == [Int](repeating: 1, count: count))
  }

  @Test("work at the same time")
  func together() {
    let (first, second) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    let met = Locked(0)
    Workers.perform(2) { number in
      (number == 0 ? first : second).signal()
      if (number == 0 ? second : first).wait(timeout: .now() + 30) == .success { met.withLock { $0 += 1 } }
    }
    #expect(met.withLock { $0 } == 2)
  }

  @Test("need no descriptor, and files are counted as far as the limit goes")
  func limit() async {
    await #expect(processExitsWith: .success) {
      #expect(OpenFileLimit.left(upTo: 40) == 40)
      var limit = rlimit(rlim_cur: 60, rlim_max: 60)
      #if canImport(Glibc)
        let resource = __rlimit_resource_t(UInt32(RLIMIT_NOFILE.rawValue))
      #else
        let resource = RLIMIT_NOFILE
      #endif
      try #require(setrlimit(resource, &limit) == 0)
      var files: [Int32] = []
      // More than once: a thread of the system's own may have had a file open for a moment.
      for _ in 0..<5 {
        while case let file = dup(0), file >= 0 { files.append(file) }
        Clock.rest(nanoseconds: 5_000_000)
      }
      #expect(OpenFileLimit.left(upTo: 40) == 0)
      let sum = Locked(0)
      // Long enough for a pool to look after its threads.
      Workers.perform(4) { number in
        Clock.rest(nanoseconds: 10_000_000)
        sum.withLock { $0 += number }
      }
      #expect(sum.withLock { $0 } == 6)
      for file in files.suffix(5) { close(file) }
      #expect(OpenFileLimit.left(upTo: 40) == 5)
      #expect(OpenFileLimit.left(upTo: 3) == 3)
    }
  }
}
