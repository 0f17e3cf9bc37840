import LarderSystem
import Testing

@testable import Larder

@Suite("The order in which a cache is verified") struct SweepPlanTests {
  private func numbers(_ plan: SweepPlan) -> [Int] { plan.portions.map(\.number) }

  @Test("without a limit every portion is verified once, in order")
  func everything() {
    let plan = SweepPlan(verified: [3: Timestamp(nanoseconds: 1)], maximumDuration: nil, now: 0)
    #expect(numbers(plan) == Array(0..<257))
    #expect(plan.portion(at: 256, now: .max) == .rest)
    #expect(plan.portion(at: 257, now: 0) == nil)
  }

  @Test("with a limit what was never verified comes first, then what was verified longest ago")
  func longestAgo() {
    var verified: [Int: Timestamp] = [:]
    for number in 0..<255 { verified[number] = Timestamp(nanoseconds: Int64(1000 - number)) }
    let plan = SweepPlan(verified: verified, maximumDuration: .seconds(1), now: 0)
    #expect(numbers(plan).prefix(2) == [255, 256])
    #expect(numbers(plan).dropFirst(2).elementsEqual((0..<255).reversed()))
  }

  @Test("after the limit no portion is begun, but the first always is")
  func deadline() {
    let plan = SweepPlan(verified: [:], maximumDuration: .seconds(1), now: 5)
    #expect(plan.portion(at: 0, now: 2_000_000_000) == .shard(0))
    #expect(plan.portion(at: 1, now: 1_000_000_004) == .shard(1))
    #expect(plan.portion(at: 1, now: 1_000_000_005) == nil)
  }

  @Test("short sweeps together verify everything")
  func resumption() {
    var verified: [Int: Timestamp] = [:]
    var time: Int64 = 0
    for _ in 0..<129 {
      let plan = SweepPlan(verified: verified, maximumDuration: .zero, now: 10)
      for place in 0..<2 {
        // The second one begins within the limit on some days only.
        guard let portion = plan.portion(at: place, now: 9) else { break }
        time += 1
        verified[portion.number] = Timestamp(nanoseconds: time)
      }
    }
    #expect(verified.count == 257)
  }
}
