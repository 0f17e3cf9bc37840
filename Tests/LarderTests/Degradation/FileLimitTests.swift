import Foundation
import LarderFormat
import LarderSystem
import Testing

@testable import Larder

#if os(Linux)
  import Glibc

  /// The system's limit on the size of files, met for real.
  @Suite("A process whose files may not grow", .timeLimit(.minutes(3))) struct FileLimitTests {
    let scratch: Scratch
    init() throws { scratch = try Scratch() }

    @Test("gets its values computed with one warning when the index would grow, and evicts nothing for it")
    func index() async throws {
      let directory = scratch.path
      await #expect(processExitsWith: .success) { [directory = directory as String] in
        try reporting(directory) {
          let warnings = NeverFailsTheJobTests.Warnings()
          var options = childOptions(directory)
          options.failures = .degrade
          options.report = warnings.report
          let cache = try ArtifactCache(at: directory + "/results.larder", options: options)
          signal(SIGXFSZ, SIG_IGN)
          var limit = rlimit(rlim_cur: 600_000, rlim_max: 600_000)
          setrlimit(__rlimit_resource_t(UInt32(RLIMIT_FSIZE.rawValue)), &limit)

          var stored: [Int] = []
          for number in 0..<400 {
            // Each lies in the index.
            let value = String(repeating: "\(number) ", count: 700)
            try demand(try cache.value("f", ["n": number]) { value } == value, "computed")
            if try cache.contains(cache.key("f", ["n": number])) { stored.append(number) }
          }
          try demand(stored.count > 10 && stored.count < 400, "\(stored.count) stored")
          for number in stored {
            try demand(try cache.contains(cache.key("f", ["n": number])), "\(number) was evicted")
          }
          try demand(warnings.all.map(\.code) == [.io], "\(warnings.all)")
          let message = warnings.all.first?.message ?? ""
          try demand(message.contains("a limit on the size of files is reached"), message)
        }
      }
      #expect(scratch.reports() == "")
      #expect(try scratchStore(scratch.cache()).sweep(SweepOptions()).isClean)
    }

    @Test("is told of the limit when it makes a cache, and not of the disk", arguments: [20_000, 500_000])
    func making(_ limit: Int) async throws {
      let directory = scratch.path
      await #expect(processExitsWith: .success) { [directory = directory as String, limit = limit as Int] in
        try reporting(directory) {
          signal(SIGXFSZ, SIG_IGN)
          var limits = rlimit(rlim_cur: UInt(limit), rlim_max: UInt(limit))
          setrlimit(__rlimit_resource_t(UInt32(RLIMIT_FSIZE.rawValue)), &limits)
          do {
            _ = try ArtifactCache(at: directory + "/results.larder", options: childOptions(directory))
            throw Violation(what: "a cache was made")
          } catch let error as LarderError {
            try demand(error.code == .cannotCreate, "\(error.code)")
            try demand(error.message.contains("(ulimit -f)"), error.message)
            try demand(!error.message.contains("another disk"), error.message)
          }
        }
      }
      #expect(scratch.reports() == "")
    }
  }
#endif
