import Testing

// A model in which nothing happens has no faults either.
@Suite("In the model of the deletion protocol") struct ReachabilityTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var scenario: Scenario
    /// What must occur, as parts of labels.
    var words: [String]
  }

  static let cases: [Case] = [
    Case(
      testDescription: "threads", scenario: .threads,
      words: ["a blob is gone", "of no use", "closes its session", "is killed", "sound"]),
    Case(
      testDescription: "a lost session", scenario: .lostSession,
      words: ["is not open", "opens session 2", "in flight", "unlinks the orphan", "one of A", "forgets sessions"]),
    Case(
      testDescription: "sweeps", scenario: .sweeps,
      words: [
        "whose lock is free", "in flight", "unlinks the orphan A.1.1", "sweep: forgets A", "sweep: finds A.1.1 sound",
      ]),
    Case(
      testDescription: "an unreferenced blob", scenario: .unreferenced,
      words: ["refers to: A.0.0", "sweep 2: unlinks A.0.0", "commits k → A.0.0", "a blob is gone", "→ A.1.1"]),
    Case(
      testDescription: "a harmed file", scenario: .reading,
      words: [
        "removes the file", "missing or damaged", "drops k", "drops nothing", "commits l → A.2.1, condemns A.0.0",
        "misses k, and computes",
      ]),
    Case(
      testDescription: "trees", scenario: .sweptTrees,
      words: ["condemns A.0.0 D.0.1", "a blob is gone", "is not open", "commits k → C.1.2", "unlinks the orphan B"]),
    Case(
      testDescription: "lost answers", scenario: .lostAnswersAgain,
      words: [
        "loses the connection", "the answer is lost", "in the index now commits", "in the index now is refused",
        "marks its session 1 dead", "is there", "is not there",
      ]),
    Case(
      testDescription: "removals", scenario: .removals,
      words: ["is refused: k was removed meanwhile", "is told that k is there", "needs to compute nothing"]),
  ]

  @Test("everything that the protocol provides for occurs", arguments: cases)
  func occurs(_ reached: Case) {
    let labels = Checker.labels(of: reached.scenario)
    for words in reached.words {
      #expect(labels.contains { $0.contains(words) }, "never: \(words)")
    }
  }
}
