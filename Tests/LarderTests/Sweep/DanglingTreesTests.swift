import LarderFormat
import LarderSystem
import LarderTesting
import Shared
import Testing

@testable import Larder

@Suite("Trees that have lost files") struct DanglingTreesTests {
  @Test("each is counted once and told with its first file, in memory that the report bounds", arguments: 0..<4)
  func bounded(seed: Int) {
    var random = SplitMix(seed: UInt64(seed))
    let limit = 10
    let trees = DanglingTrees(limit: limit)
    var first: [ArtifactKey: SweepReport.Problem] = [:]
    // Bare keys may differ in their last digits only.
    let keys = (0..<200).map { ArtifactKey(String(repeating: "0", count: 60) + hexadecimal($0)) }
    var most = 0
    for _ in 0..<2000 {
      guard let key = keys.randomElement(using: &random).flatMap({ $0 }) else { continue }
      let problem = SweepReport.Problem(
        .dangling, path: "blobs/\(UInt16.random(in: 0...9999, using: &random))", key: key, detail: "gone",
        action: .removed)
      trees.add(key, problem)
      if first[key].map({ problem.isListed(before: $0) }) ?? true { first[key] = problem }
      most = max(most, trees.kept)
    }
    #expect(most < 2 * limit)
    #expect(trees.found.count == first.count && first.count > 190)
    #expect(trees.found.first == Array(first.values.sorted { $0.isListed(before: $1) }.prefix(limit)))
  }

  private func hexadecimal(_ number: Int) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 4 - digits.count) + digits
  }

  @Test("those that are not listed are counted, with what becomes of them")
  func ledger() {
    let ledger = SweepLedger(clock: .system, repair: .quarantine, total: (0, 0), progress: nil)
    let problem = SweepReport.Problem(.dangling, path: "blobs/1", detail: "gone", action: .removed)
    ledger.add(problem)
    ledger.add(41, like: problem)
    let report = ledger.report()
    #expect(report.count(.dangling) == 42 && report.actions == [.dangling: [.removed: 42]] && report.remaining == 0)
    #expect(report.problems == [problem])
  }
}
