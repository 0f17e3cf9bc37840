import Foundation
import LarderFormat
import LarderIndex
import LarderSystem
import Shared
import Testing

@testable import Larder

@Suite("A sweep while another process holds the index", .timeLimit(.minutes(3))) struct SweepBesideHolderTests {
  @Test(
    "looks at everything without waiting for it, and says that this could not be recorded",
    arguments: [nil, Duration.seconds(60)])
  func held(_ limit: Duration?) throws {
    let scene = try SweepScene()
    let holder = try Holder(ofCache: scene.scratch.cachePath)

    let start = Clock.system.uptime()
    let report = try scene.sweep { $0.maximumDuration = limit }
    // The index would wait for 30 s.
    #expect(Clock.system.uptime() - start < 20_000_000_000)
    #expect(report.isClean && report.isComplete)
    #expect(report.unrecorded?.contains("was held by another process") == true, "\(report.unrecorded ?? "")")
    #expect(try scene.store.index.sweeps().isEmpty)
    try holder.letGo()

    #expect(try scene.sweep { $0.maximumDuration = limit }.unrecorded == nil)
    #expect(try scene.store.index.sweeps().count == 257)
  }
}
