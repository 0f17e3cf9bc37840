import Foundation
import Larder
import LarderTesting
import Shared
import Testing

@testable import near_duplicates

/// A directory that is gone when the test is over.
private final class Scratch {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("pipeline-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path + "/tree", withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ text: String, to name: String) throws {
    try text.write(toFile: path + "/tree/" + name, atomically: true, encoding: .utf8)
  }

  func run() async throws -> Pipeline.Outcome {
    let pipeline = Pipeline(
      cache: try ArtifactCache(at: path + "/cache.larder"), tree: try FileTree(root: path + "/tree"),
      workers: Workers(count: 2))
    return try await pipeline.run(report: path + "/report.html")
  }

  var report: String { get throws { try String(contentsOfFile: path + "/report.html", encoding: .utf8) } }
}

@Suite struct PipelineTests {
  /// Two families of three texts each; within one the texts differ in a line, across they have nothing in common.
  private func makeTree() throws -> Scratch {
    let scratch = try Scratch()
    for (family, seed) in [("a", 31), ("b", 32)] as [(String, UInt64)] {
      var generator = SplitMix(seed: seed)
      let lines = (0..<40).map { _ in String(generator.next(), radix: 36) + " " + String(generator.next(), radix: 36) }
      for member in 1...3 {
        var text = lines
        text[member * 10] += " changed in \(member)"
        try scratch.write(text.joined(separator: "\n"), to: "\(family)\(member).h")
      }
    }
    return scratch
  }

  private func computed(_ outcome: Pipeline.Outcome) -> [Int] { outcome.steps.map(\.computed) }
  private func calls(_ outcome: Pipeline.Outcome) -> [Int] { outcome.steps.map(\.calls) }

  @Test func `the first pass computes every step, and finds the families`() async throws {
    let scratch = try makeTree()
    let outcome = try await scratch.run()
    #expect(outcome.steps.map(\.name) == ["signatures", "similarity", "alignment", "report"])
    #expect(calls(outcome) == [6, 6, 6, 1])
    #expect(computed(outcome) == [6, 6, 6, 1])
    let pairs = [(0, 1), (0, 2), (1, 2), (3, 4), (3, 5), (4, 5)].map { Pair(left: $0.0, right: $0.1) }
    #expect(outcome.findings.matches.map(\.pair).sorted() == pairs)
    #expect(outcome.findings.matches.allSatisfy { $0.alignment.lines(.same) == 38 })
  }

  @Test func `the second pass computes nothing, and finds the same`() async throws {
    let scratch = try makeTree()
    let first = try await scratch.run()
    let report = try scratch.report
    try FileManager.default.removeItem(atPath: scratch.path + "/report.html")
    let second = try await scratch.run()
    #expect(computed(second) == [0, 0, 0, 0])
    #expect(calls(second) == calls(first))
    #expect(second.findings.matches.map(\.alignment) == first.findings.matches.map(\.alignment))
    #expect(try scratch.report == report)
  }

  @Test func `a changed file has only its own steps run again`() async throws {
    let scratch = try makeTree()
    _ = try await scratch.run()
    let text = try String(contentsOfFile: scratch.path + "/tree/a2.h", encoding: .utf8)
    try scratch.write(text + "\none more line", to: "a2.h")
    // Its signature; its pairs with a1 and a3, twice; the report.
    #expect(computed(try await scratch.run()) == [1, 2, 2, 1])
  }

  @Test func `a copy of a file costs no computation but the report's`() async throws {
    let scratch = try makeTree()
    _ = try await scratch.run()
    try FileManager.default.copyItem(atPath: scratch.path + "/tree/a1.h", toPath: scratch.path + "/tree/z.h")
    let outcome = try await scratch.run()
    #expect(computed(outcome) == [0, 0, 0, 1])
    #expect(outcome.findings.duplicates.map(\.paths) == [["a1.h", "z.h"]])
    #expect(outcome.findings.fileCount == 7)
  }

  @Test func `an empty directory gives a report that says so`() async throws {
    let scratch = try Scratch()
    let outcome = try await scratch.run()
    #expect(calls(outcome) == [0, 0, 0, 1])
    #expect(try scratch.report.contains("No two files are close."))
  }

  @Test func `what a program reads of a pass is one name and one value a line`() async throws {
    let outcome = try await makeTree().run()
    let summary = Summary(outcome: outcome, duration: .milliseconds(1234), report: "r.html")
    #expect(
      summary.record.hasPrefix("files 6\nduplicate-groups 0\nnear-duplicate-pairs 6\nseconds 1.234\ncomputed 19\n"))
    #expect(summary.text.contains("19 results computed, 0 from the cache, 1.234 s"))
  }
}
