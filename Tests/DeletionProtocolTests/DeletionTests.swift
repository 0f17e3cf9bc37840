import Testing

// Every interleaving of a few actors is explored, so that a process can be paused at any place for any time.
// Transactions are atomic here, and a listing sees one state: that they are is up to the index and shown elsewhere, as is
// what a power cut does. Inline blobs have no files and no part in this.
@Suite("The deletion protocol") struct DeletionTests {
  @Test("a writer that puts the same again after every eviction never loses it")
  func loop() { expectSafe(.loop) }

  @Test("two threads that share a session lose nothing to each other or to an eviction")
  func threads() { expectSafe(.threads) }

  @Test("writers with sessions of their own lose nothing to each other or to an eviction")
  func writers() { expectSafe(.writers) }

  @Test("sweeps beside writers bite nothing, and leave nothing behind")
  func sweeps() { expectSafe(.sweeps) }

  @Test("sweeps at the same time bite nothing, even if they are killed")
  func sweepsAtOnce() { expectSafe(.sweepsAtOnce) }

  @Test("a sweep that takes a living session for dead bites nothing that is committed")
  func lostLeases() { expectSafe(.lostLeases) }

  @Test("two sweeps that take a living session for dead, twice, bite nothing that is committed")
  func lostLeasesTwice() { expectSafe(.lostLeasesTwice) }

  @Test("threads whose session is declared dead under them lose nothing")
  func lostSession() { expectSafe(.lostSession) }

  @Test("replacing an entry takes nothing from the others that have its content")
  func replacing() { expectSafe(.replacing) }

  @Test("a put heals the damage before it for every entry, whoever evicts and sweeps meanwhile")
  func healing() { expectSafe(.healing) }

  @Test("a reader drops only what it saw damaged")
  func reading() { expectSafe(.reading) }

  @Test("a put heals the files and the manifest of a tree")
  func healingTrees() { expectSafe(.healingTrees) }

  @Test("a file that is harmed is healed in every tree that has it")
  func healingFiles() { expectSafe(.healingFiles) }

  @Test("a tree never loses a file to the eviction of another one")
  func trees() { expectSafe(.trees) }

  @Test("a tree that is evicted and put again takes no file from a tree that shares it")
  func sharedFile() { expectSafe(.sharedFile) }

  @Test("a tree never loses a file to sweeps, even ones that take its writer for dead")
  func sweptTrees() { expectSafe(.sweptTrees) }

  @Test("a commit whose answer is lost leaves its blob whole, whether or not it happened")
  func lostAnswers() { expectSafe(.lostAnswers) }

  @Test("answers that are lost again and again leave nothing half done")
  func lostAnswersAgain() { expectSafe(.lostAnswersAgain) }

  @Test("a replacement whose answer is lost is made again unless it happened")
  func lostReplacements() { expectSafe(.lostReplacements) }

  @Test("a blob that nothing refers to is swept unless it is used meanwhile")
  func unreferenced() { expectSafe(.unreferenced) }

  @Test("a writer that is taken for dead until nothing is known of its session loses nothing")
  func lostLeasesAfterwards() { expectSafe(.lostLeasesAfterwards) }

  @Test("nothing that a user removed is brought back by what was computed before")
  func removals() { expectSafe(.removals) }
}

/// Expects that nothing goes wrong in any interleaving.
func expectSafe(_ scenario: Scenario, _ location: SourceLocation = #_sourceLocation) {
  let verdict = Checker.explore(scenario)
  if let violation = verdict.violation {
    Issue.record("\(violation)\n(\(verdict.states) states)", sourceLocation: location)
  }
}
