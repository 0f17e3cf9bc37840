// The commit of a put, and what its answer means.
extension Writer {
  private typealias Step = WriterState.Step

  func addCommit(_ world: World, _ state: WriterState, _ seat: Int, _ scenario: Scenario, _ moves: inout Moves) {
    var (next, after) = (world, state)
    if scenario.mutation == .commitInTwoSteps && state.step == Step.commit {
      var scenario = scenario
      scenario.mutation = nil
      if case .committed = apply(state, seat, scenario, &next).0 {
        next = world
        after.step = Step.write
        next[seat: seat] = after.word
        return moves.add(next, "reads that its commit may happen")
      }
    }
    next = world
    let (outcome, label, fault) = apply(state, seat, scenario, &next)
    settle(outcome, &after, scenario, &next)
    next[seat: seat] = after.word
    moves.add(next, label)
    if let fault { moves.fault(fault) }

    guard world.lostAnswersLeft > 0 else { return }
    var lost = world
    lost.setLostAnswersLeft(world.lostAnswersLeft - 1)
    after = state
    after.step = Step.unknown
    var committed = lost
    if case .committed = apply(state, seat, scenario, &committed).0 { after.hasHappened = true }
    committed[seat: seat] = after.word
    moves.add(committed, label + ", and the answer is lost")
    after.hasHappened = false
    after.isInFlight = true
    lost[seat: seat] = after.word
    moves.add(lost, "sends its commit, and loses the connection")
  }

  /// Runs the transaction in the index.
  func apply(_ state: WriterState, _ seat: Int, _ scenario: Scenario, _ world: inout World) -> (
    CommitOutcome, String, String?
  ) {
    let put = puts[state.put]
    let count = contents(state, scenario).count
    let commit = Commit(
      key: put.key, mode: put.isComputed ? state.mode : Commit.replace, seal: state.sealSeen, session: state.session,
      removalsSeen: put.isComputed ? state.removalsSeen : nil, blob: state.source(count - 1),
      children: (0..<(count - 1)).map { state.source($0) })
    let outcome = world.commit(commit, scenario.mutation)
    let key = scenario.keyName(put.key)
    switch outcome {
    case .committed(let blobs, _, let condemned):
      if scenario.tracksSeals { world.changeSeal(put.key) }
      var fault: String?
      if state.isOvertaken && scenario.properties.contains(.removed) {
        fault = "what a user removed came back"
      } else if state.isAfterDamage && scenario.properties.contains(.healed)
        && !blobs.all.allSatisfy({ world.file(scenario.file(of: $0, in: world)) == File.sound })
      {
        fault = "a put did not heal the damage before it"
      }
      return (
        outcome,
        "commits \(key) → \(world.entry(put.key).map { scenario.name($0, world) } ?? "")"
          + (condemned.isEmpty ? "" : ", condemns \(scenario.names(condemned, world))"), fault
      )
    case .present: return (outcome, "is told that \(key) is there", nil)
    case .invalidated: return (outcome, "is refused: \(key) was removed meanwhile", nil)
    case .blobGone: return (outcome, "is refused: a blob is gone", nil)
    case .sessionClosed: return (outcome, "is refused: session \(state.session + 1) is not open", nil)
    }
  }

  private func settle(_ outcome: CommitOutcome, _ state: inout WriterState, _ scenario: Scenario, _ world: inout World)
  {
    let own = ownFiles(state, scenario)
    state.clearSources()
    switch outcome {
    case .committed(let blobs, var surplus, let condemned):
      if scenario.mutation == .namesWithoutNumbers {
        // The same name is the same file, and in use.
        for blob in surplus.all
        where blobs.all.contains(where: { scenario.file(of: $0, in: world) == scenario.file(of: blob, in: world) }) {
          surplus.remove(blob)
        }
      }
      state.surplus = surplus
      state.condemned = condemned
    case .present, .invalidated: state.surplus = own
    case .blobGone:
      state.surplus = own
      state.triesAgain = true
    case .sessionClosed:
      // Whoever closed it may be removing its files: they are left to a sweep.
      if let store { world.abandon(state.session, of: store) }
      state.triesAgain = true
    }
    proceed(&state)
  }

  // The answer was lost

  func addRecovery(
    _ world: World, _ state: WriterState, _ seat: Int, _ store: Int, _ scenario: Scenario, _ moves: inout Moves
  ) {
    if state.isInFlight {
      var next = world
      let (outcome, label, fault) = apply(state, seat, scenario, &next)
      var after = state
      after.isInFlight = false
      if case .committed = outcome { after.hasHappened = true }
      next[seat: seat] = after.word
      moves.add(next, "in the index now \(label)")
      if let fault { moves.fault(fault) }
    }
    var (next, after) = (world, state)
    switch scenario.mutation {
    case .unlinkAfterUnknownOutcome:
      let files = ownFiles(state, scenario).all.map { scenario.file(of: $0, in: world) }
      if files.contains(where: { world.file($0) != File.absent }) {
        for file in files { next.setFile(file, File.absent) }
        moves.add(next, "takes its commit for refused, and unlinks its file")
      } else if !state.isInFlight {
        after.step = Step.readAgain
        next[seat: seat] = after.word
        moves.add(next, "goes on")
      }
    case .sessionClosedUnsettled:
      after.isInFlight = false
      after.clearSources()
      proceed(&after)
      next[seat: seat] = after.word
      moves.add(next, "gives the put up")
    default:
      // From here on the index refuses the commit if it has not happened yet.
      let isFirst = next.abandon(state.session, of: store)
      after.isInFlight = false
      after.step = Step.readAgain
      next[seat: seat] = after.word
      moves.add(
        next, isFirst ? "marks its session \(state.session + 1) dead" : "finds that its session was given up")
    }
  }

  func readAgain(_ world: World, _ state: WriterState, _ seat: Int, _ scenario: Scenario, _ moves: inout Moves) {
    var (world, state) = (world, state)
    let put = puts[state.put]
    // Not any entry under the key: a put that replaces finds the old one if its commit did not happen.
    let isOwn = world.entry(put.key).map { world.content($0) == put.content } ?? false
    let isThere = put.isComputed || scenario.mutation == .anyEntryTakenForOwn
    let counts = isOwn || isThere && world.entry(put.key) != nil
    let isUntrue = counts && !isOwn && !put.isComputed && !state.hasHappened
    state.clearSources()
    state.hasHappened = false
    state.triesAgain = !counts
    proceed(&state)
    world[seat: seat] = state.word
    moves.add(world, "reads that \(scenario.keyName(put.key)) is \(counts ? "" : "not ")there")
    if isUntrue { moves.fault("a put was acknowledged that did not happen") }
  }
}
