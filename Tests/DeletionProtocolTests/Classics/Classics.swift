import Testing

// What other caches do, on the same checker. A blob has one file, named for its content (placement 0), and the index
// has entries alone.
@Suite("Unsafe ways to delete") struct ClassicTests {
  /// A writer finds or places the file, then commits an entry; a sweep reads the entries, then unlinks the file.
  private static func scenario(_ actors: [any Actor], _ faults: Scenario.Faults = []) -> Scenario {
    Scenario(actors: actors, faults: faults, properties: .servable, given: [3: 0], abandoned: [3])
  }

  @Test("listing, comparing and unlinking loses a file that is used meanwhile")
  func difference() {
    expectLoss(Self.scenario([PlainWriter(key: 0), PlainSweep()]), steps: 4)
  }

  @Test("touching what is used and looking at its age again loses a file that is used in between")
  func touching() {
    expectLoss(Self.scenario([PlainWriter(key: 0, means: .touch), PlainSweep(means: .touch)]), steps: 5)
  }

  @Test("a lock is safe while it cannot be lost")
  func lock() {
    let scenario = Self.scenario([
      PlainWriter(key: 0, means: .lease), PlainWriter(key: 1, means: .lease), PlainSweep(means: .lease),
    ])
    expectSafe(scenario)
  }

  @Test("a lease that can expire loses a file of a writer that was paused")
  func lease() {
    let scenario = Self.scenario([PlainWriter(key: 0, means: .lease), PlainSweep(means: .lease)], .lostLeases)
    expectLoss(scenario, steps: 7)
  }

  private func expectLoss(_ scenario: Scenario, steps: Int) {
    let violation = Checker.explore(scenario).violation
    #expect(violation?.fault.contains("whose file is gone") == true)
    #expect(violation?.trace.count == steps, "\(violation?.description ?? "nothing noticed")")
  }
}
