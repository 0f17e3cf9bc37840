import Larder
import Testing

enum VerifyingSnippets {
  static func run() async throws {
    let cache = try ArtifactCache(at: "results.larder")
    try cache.put("a value", for: Call("f"))

    // snippet
    let report = try await cache.verify()
    print(report.isClean ? "sound" : "\(report.problemCount) problems")
    // end snippet
    #expect(report.isClean && report.entries == 1)
  }
}
