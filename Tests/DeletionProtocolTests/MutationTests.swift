import Testing

// Each rule of the protocol is left out once: the checker must notice, with a trace that is short enough to be read.
@Suite("Without one of its rules the deletion protocol") struct MutationTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var scenario: Scenario
    /// What goes wrong.
    var fault: String
    /// The shortest trace there is.
    var steps: Int

    init(
      _ description: String, _ mutation: Mutation, _ scenario: Scenario, _ fault: String, _ steps: Int,
      of properties: Scenario.Properties = .servable
    ) {
      testDescription = description
      self.scenario = scenario.with(mutation)
      self.scenario.properties = properties
      self.fault = fault
      self.steps = steps
    }
  }

  static let cases: [Case] = [
    Case(
      "one name for each content and session loses what is put again", .namesWithoutNumbers, .loop,
      "whose file is gone", 9),
    Case(
      "one name for each content and session is used twice", .namesWithoutNumbers, .loop, "used twice", 7, of: .names),
    Case(
      "a commit that reuses a blob without a condition refers to a condemned one", .reuseWithoutCondition, .replacing,
      "whose row is not live", 5),
    Case(
      "a tree that reuses a file without a condition refers to a condemned one", .childrenWithoutCondition, .sweptTrees,
      "whose row is not live", 9),
    Case(
      "a commit that is not fenced by its session refers to a swept file", .commitWithoutFence, .lostLeases,
      "whose file is gone", 10),
    Case(
      "a commit that checks in one transaction and writes in another refers to a condemned blob", .commitInTwoSteps,
      .lostLeases,
      "whose row is not live", 10),
    Case(
      "a session that is open because nothing is known of it refers to a swept file", .absentSessionIsOpen,
      .lostLeasesAfterwards, "whose file is gone", 15),
    Case(
      "healing without condemning leaves two rows of one content", .healWithoutCondemning, .healing,
      "two rows of one content", 6, of: .unique),
    Case(
      "healing without repointing leaves entries behind", .healWithoutRepointing, .healing, "whose row is not live", 6),
    Case(
      "a loser that unlinks the winner's file loses it", .loserUnlinksWinner, .threads, "whose file is gone", 8),
    Case(
      "a computation that ignores removals brings back what was removed", .removalsIgnored, .removals, "came back", 6,
      of: .removed),
    Case(
      "a log of removals that forgets silently brings back what was removed", .removalsForgottenSilently, .removals,
      "came back", 7, of: .removed),
    Case(
      "a writer that unlinks after an unknown outcome loses what was committed", .unlinkAfterUnknownOutcome,
      .lostAnswersAgain, "whose file is gone", 5),
    Case(
      "a writer that takes any entry for its own acknowledges what did not happen", .anyEntryTakenForOwn,
      .lostReplacements, "did not happen", 6, of: []),
    Case(
      "a session that closes with an unsettled placement leaves a file of nobody", .sessionClosedUnsettled,
      .lostAnswersAgain, "nobody can tell", 9, of: .accounted),
    Case(
      "unlinking before condemning leaves an entry without its file", .unlinkBeforeCondemning, .replacing, "gone", 1),
    Case(
      "condemning a manifest's files without looking at other trees bites them", .condemnWithoutEdges, .sharedFile,
      "whose row is not live", 1),
    Case(
      "forgetting a row before its file is unlinked leaves a file of nobody", .forgetBeforeUnlinking, .replacing,
      "nobody can tell", 2, of: .accounted),
    Case(
      "a reader that drops by the seal alone drops what was healed", .dropBySealAlone, .reading, "can be served", 11,
      of: []),
    Case(
      "a sweep that looks before it fences bites a commit in between", .lookBeforeFence, .lostLeases,
      "whose file is gone", 11),
    Case("a sweep that does not fence bites a commit in between", .noFence, .lostLeases, "whose file is gone", 10),
    Case(
      "a sweep that trusts the sessions it read before bites a writer that began since", .sessionsListedOnce, .sweeps,
      "whose file is gone", 10),
    Case(
      "a sweep that condemns without looking again bites a commit in between", .condemnUnchecked, .unreferenced,
      "whose row is not live", 8),
    Case(
      "a sweep that leaves condemned rows to their removers leaves those of the killed ones", .leftoversIgnored,
      .sweeps,
      "is left", 18, of: .clean),
    Case(
      "a sweep that forgets sessions that died during its walk leaves a file of nobody", .youngDeathsForgotten,
      .sweepsAtOnce, "nobody can tell", 9, of: .accounted),
  ]

  @Test("something is lost that the checker notices", arguments: cases)
  func goesWrong(_ mutant: Case) throws {
    let verdict = Checker.explore(mutant.scenario)
    let violation = try #require(verdict.violation, "\(verdict.states) states, and nothing noticed")
    #expect(violation.fault.contains(mutant.fault), "\(violation)")
    #expect(violation.trace.count == mutant.steps, "\(violation)")
  }
}
