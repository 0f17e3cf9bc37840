internal import Larder
internal import LarderCommands
internal import LarderIndex
internal import LarderSystem
internal import Testing

/// 2026-11-21 03:12:00 UTC
private let now = Timestamp(nanoseconds: 1_795_230_720_000_000_000)

@Suite("How much of a cache was verified when")
struct VerificationTests {
  /// So many portions, the first one verified so many seconds ago and the others a second ago.
  private func verification(_ portions: Int, oldest seconds: Int64) -> Verification {
    var sweeps: [Int: Timestamp] = [:]
    for portion in 0..<portions { sweeps[portion] = now.adding(nanoseconds: -1_000_000_000) }
    if portions > 0 { sweeps[0] = now.adding(nanoseconds: -seconds * 1_000_000_000) }
    return Verification(sweeps)
  }

  @Test(
    "the part, the time in which it was verified, and the moment of the oldest part",
    arguments: [
      (257, 259_200, "100 % of the cache in the last 3 days, oldest 2026-11-18 03:12"),
      (257, 259_201, "100 % of the cache in the last 4 days, oldest 2026-11-18 03:11"),
      (257, 86_400, "100 % of the cache in the last 24 hours, oldest 2026-11-20 03:12"),
      (257, 5400, "100 % of the cache in the last 2 hours, oldest 2026-11-21 01:42"),
      (257, 90, "100 % of the cache in the last 2 minutes, oldest 2026-11-21 03:10"),
      (257, 3, "100 % of the cache in the last minute, oldest 2026-11-21 03:11"),
      (256, 60, "99 % of the cache in the last minute, oldest 2026-11-21 03:11, rest never"),
      (96, 100_000, "37 % of the cache in the last 2 days, oldest 2026-11-19 23:25, rest never"),
      (1, 60, "0 % of the cache in the last minute, oldest 2026-11-21 03:11, rest never"),
      (0, 0, "never: larder verify does it"),
    ] as [(Int, Int64, String)])
  func sentence(_ portions: Int, _ oldest: Int64, _ text: String) {
    #expect(verification(portions, oldest: oldest).sentence(now: now) == text)
  }

  @Test("a clock that was set back makes nothing older than it is")
  func clock() {
    #expect(
      verification(257, oldest: -100).sentence(now: now)
        == "100 % of the cache in the last minute, oldest 2026-11-21 03:11")
  }

  @Test("portions that there are not do not count")
  func strangers() {
    let verification = Verification([256: now, 257: now, -1: .init(nanoseconds: 0)])
    #expect(verification.portions == 1 && verification.oldest == now && verification.newest == now)
    #expect(verification.ratio == 1.0 / 257)
  }

  @Test("status says it, from what the index has recorded")
  func status() throws {
    let kitchen = try Kitchen()
    _ = kitchen.run("init")
    var options = CacheOptions()
    options.environment = kitchen.environment
    let store = try ArtifactStore(at: kitchen.cache, options: options)
    for portion in 0..<257 {
      try store.index.recordSweep(
        [portion], at: kitchen.now.adding(nanoseconds: -Int64(portion) * 60_000_000_000), within: nil)
    }
    let line = "  verified  100 % of the cache in the last 5 hours, oldest 2026-11-17 22:56\n"
    #expect(kitchen.run("status").output.contains(line))
    #expect(
      kitchen.run("status --json").output.contains(
        #""verified_ratio":1,"verified_oldest":"2026-11-17T22:56:45.000000000Z","#
          + #""verified_newest":"2026-11-18T03:12:45.000000000Z","#))
  }
}
