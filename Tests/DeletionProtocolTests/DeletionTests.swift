import Testing

@Suite("The deletion protocol") struct DeletionTests {
  @Test("a writer that puts the same again after every eviction never loses it")
  func looping() { expectSafe(.looping) }
}

/// Expects that nothing goes wrong in any interleaving.
func expectSafe(_ scenario: Scenario, _ location: SourceLocation = #_sourceLocation) {
  let verdict = Checker.explore(scenario)
  print("STATES", verdict.states, location.line)
  if let violation = verdict.violation {
    Issue.record("\(violation)\n(\(verdict.states) states)", sourceLocation: location)
  }
}
