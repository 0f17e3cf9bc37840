import Foundation
import LarderFormat
import LarderSystem
import Testing

@testable import Larder

#if canImport(Glibc)
  import Glibc
#endif

/// The system's limit on open files, met for real.
@Suite("A process without a descriptor left", .timeLimit(.minutes(3))) struct OpenFilesTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  @Test("gets its values computed with one warning, whether it opens the cache or has it open; strict throws")
  func limit() async throws {
    let directory = scratch.path
    await #expect(processExitsWith: .success) { [directory = directory as String] in
      try reporting(directory) {
        let warnings = NeverFailsTheJobTests.Warnings()
        var options = childOptions(directory)
        options.failures = .degrade
        options.report = warnings.report
        let cache = try ArtifactCache(at: directory + "/results.larder", options: options)
        let key = try cache.put(contents(1), for: Call("f"))
        try demand(warnings.all.isEmpty, "\(warnings.all)")

        // All but none are taken.
        var files: [Int32] = []
        while case let file = dup(0), file >= 0 { files.append(file) }
        for number in 0..<3 {
          try demand(try cache.value("g", ["n": number]) { contents(9) } == contents(9), "computed")
        }
        try demand(try cache.lookup(key, as: Data.self).reason == .error, "a refusal is no proof of damage")
        try demand(!warnings.all.isEmpty && warnings.all.count <= 2, "\(warnings.all)")
        try demand(Set(warnings.all.map(\.code)).count == warnings.all.count, "one warning of a kind")

        let second = NeverFailsTheJobTests.Warnings()
        options.report = second.report
        let other = try ArtifactCache(at: directory + "/results.larder", options: options)
        try demand(try other.value("f") { contents(2) } == contents(2), "computed")
        try demand(second.all.count == 1, "\(second.all)")
        options.failures = .strict
        do {
          _ = try ArtifactCache(at: directory + "/results.larder", options: options)
          throw Violation(what: "strict throws")
        } catch is LarderError {}

        for file in files { close(file) }
        try demand(try cache.lookup(key, as: Data.self).value == contents(1), "nothing was lost")
        try demand(try cache.value("g", ["n": 0]) { contents(9) } == contents(9), "stored")
        try demand(try cache.contains(cache.key("g", ["n": 0])), "stored")
      }
    }
    #expect(scratch.reports() == "")
  }
}
