import LarderFormat
import LarderIndex
import LarderSystem
import Testing

@testable import Larder

@Suite("Repairs that are not carried out yet") struct RepairPlanTests {
  private func repair(_ number: Int64) -> PlannedRepair {
    PlannedRepair(
      repair: .removeUnreferenced(BlobID(rawValue: number)), kind: .orphan, path: "\(number)", bytes: number,
      action: .deleted)
  }

  @Test("wait for the end, unless there are more than memory should hold")
  func capacity() {
    let plan = RepairPlan(capacity: 3)
    #expect(plan.isEmpty)
    for number in 1...2 { #expect(plan.add(repair(Int64(number))).isEmpty) }
    #expect(!plan.isEmpty)
    #expect(plan.add(repair(3)).map(\.path) == ["1", "2", "3"])
    #expect(plan.isEmpty)
    #expect(plan.add(repair(4)).isEmpty)
    #expect(plan.takeAll().map(\.path) == ["4"])
    #expect(plan.takeAll().isEmpty)
  }

  @Test("are taken back from the counts when they are refused")
  func refused() {
    let ledger = SweepLedger(clock: .system, repair: .quarantine, total: (0, 0), progress: nil)
    for number in 1...2 {
      ledger.add(
        .init(.orphan, path: "\(number)", detail: "never committed", bytes: Int64(number), action: .quarantined))
    }
    ledger.takeBack([
      PlannedRepair(
        repair: .removeUnreferenced(BlobID(rawValue: 2)), kind: .orphan, path: "2", bytes: 2, action: .quarantined)
    ])
    let report = ledger.report()
    #expect(report.problems.map(\.action) == [.quarantined, .none])
    #expect(report.count(.orphan) == 2 && report.mended == [.orphan: 1] && report.remaining == 1)
    #expect(report.quarantinedBytes == 1)
  }
}
