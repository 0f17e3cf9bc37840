/// A rule of the protocol left out, to show that the checker would notice and what the rule is for.
enum Mutation: Sendable {
  // Writers
  case namesWithoutNumbers
  case reuseWithoutCondition
  case childrenWithoutCondition
  case commitWithoutFence
  case commitInTwoSteps
  case absentSessionIsOpen
  case healWithoutCondemning
  case healWithoutRepointing
  case loserUnlinksWinner
  case removalsIgnored
  case removalsForgottenSilently
  case unlinkAfterUnknownOutcome
  case anyEntryTakenForOwn
  case sessionClosedUnsettled
  // Removals
  case unlinkBeforeCondemning
  case condemnWithoutEdges
  case forgetBeforeUnlinking
  // Readers
  case dropBySealAlone
  // Sweeps
  case lookBeforeFence
  case noFence
  case sessionsListedOnce
  case condemnUnchecked
  case youngDeathsForgotten
  case leftoversIgnored
}
