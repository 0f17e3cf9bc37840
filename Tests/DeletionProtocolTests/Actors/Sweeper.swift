/// A sweep: walks over the files and the rows, and removes what nobody can use.
struct Sweeper: Actor {
  let name: String
  var walks = 1
  /// Killed sweeps leave nothing else than killed evictions and killed writers do, so that few scenarios kill them.
  var canCrash = false

  init(_ name: String, walks: Int = 1, canCrash: Bool = false) {
    self.name = name
    self.walks = walks
    self.canCrash = canCrash
  }

  /// The sweep after everything.
  static let last = Sweeper("the last sweep")

  private typealias Step = SweeperState.Step

  func addMoves(of world: World, seat: Int, _ scenario: Scenario, to moves: inout Moves) {
    let state = SweeperState(word: world[seat: seat])
    switch state.step {
    case Step.begin, Step.list, Step.readRows: look(world, state, seat, scenario, &moves)
    case Step.decide, Step.fence, Step.lookAgain, Step.unlink: judge(world, state, seat, scenario, &moves)
    case Step.end: end(world, state, seat, scenario, &moves)
    default: repair(world, state, seat, scenario, &moves)
    }
  }

  // Looking

  private func look(_ world: World, _ state: SweeperState, _ seat: Int, _ scenario: Scenario, _ moves: inout Moves) {
    var (world, state) = (world, state)
    var label = ""
    switch state.step {
    case Step.begin:
      if let session = world.sessions(SessionRow.open).all.first(where: { !world.isLocked($0) }) {
        world.fence(session)
        label = "marks session \(session + 1) dead, whose lock is free"
      } else {
        state.dead = world.sessions(SessionRow.dead)
        if scenario.mutation == .sessionsListedOnce { state.dead.formUnion(world.sessions(SessionRow.open)) }
        state.step = Step.list
        label = "reads the sessions"
      }
    case Step.list:
      state.files = world.files()
      state.step = Step.readRows
      label = "lists \(scenario.names(state.files, world))"
    default:
      readRows(world, &state, scenario)
      label = "reads the rows: without one \(scenario.names(state.files, world))"
      state.proceed()
    }
    world[seat: seat] = state.word
    moves.add(world, label)
  }

  private func readRows(_ world: World, _ state: inout SweeperState, _ scenario: Scenario) {
    let live = world.rows(Row.live)
    let condemned = world.rows(Row.condemned)
    if scenario.mutation != .leftoversIgnored { state.condemned = condemned }
    for blob in live.all {
      if !world.isReferred(blob) {
        state.unreferenced.insert(blob)
      } else if !state.files.contains(scenario.file(of: blob, in: world)) || world.file(blob) == File.damaged {
        state.broken.insert(blob)
      }
    }
    var orphans = state.files
    for blob in live.all + condemned.all { orphans.remove(scenario.file(of: blob, in: world)) }
    state.files = orphans
  }

  // Files without a row

  private func judge(_ world: World, _ state: SweeperState, _ seat: Int, _ scenario: Scenario, _ moves: inout Moves) {
    var (world, state) = (world, state)
    let file = state.files.first
    let session = world.session(of: file)
    var label = ""
    switch state.step {
    case Step.decide:
      let known = scenario.mutation != .sessionsListedOnce || state.dead.contains(session)
      let isOpen = known && world.sessionRow(session) == SessionRow.open
      if isOpen && world.isLocked(session) {
        var next = state
        next.files.remove(file)
        next.proceed()
        var other = world
        other[seat: seat] = next.word
        moves.add(other, "takes \(scenario.name(file, world)) for in flight")
        guard scenario.faults.contains(.lostLeases) else { return }
      }
      state.step = Step.lookAgain
      let isFenced =
        switch scenario.mutation {
        case .lookBeforeFence, .noFence: false
        case .sessionsListedOnce: known
        default: true
        }
      if isFenced && session != World.bygone { world.fence(session) }
      label = isFenced ? "marks session \(session + 1) dead" : "takes session \(session + 1) for dead"
    case Step.fence:
      if session != World.bygone { world.fence(session) }
      state.step = Step.unlink
      label = "marks session \(session + 1) dead"
    case Step.lookAgain:
      var row = world.row(file)
      if scenario.mutation == .namesWithoutNumbers {
        for other in 0..<World.placements where scenario.file(of: other, in: world) == file {
          row = max(row, world.row(other))
        }
      }
      label = "looks at the rows again: \(row == Row.none ? "none" : "one") of \(scenario.name(file, world))"
      if row != Row.none {
        state.files.remove(file)
        state.proceed()
      } else {
        state.step = scenario.mutation == .lookBeforeFence ? Step.fence : Step.unlink
      }
    default:
      world.setFile(file, File.absent)
      state.files.remove(file)
      state.proceed()
      label = "unlinks the orphan \(scenario.name(file, world))"
    }
    world[seat: seat] = state.word
    moves.add(world, label)
  }

  // Rows

  private func repair(_ world: World, _ state: SweeperState, _ seat: Int, _ scenario: Scenario, _ moves: inout Moves) {
    var (world, state) = (world, state)
    var label = ""
    var fault: String?
    switch state.step {
    case Step.finish:
      let blob = state.condemned.first
      world.setFile(scenario.file(of: blob, in: world), File.absent)
      state.step = Step.forget
      label = "unlinks \(scenario.name(blob, world))"
    case Step.forget:
      let blob = state.condemned.first
      if world.row(blob) == Row.condemned { world.setRow(blob, Row.none) }
      state.condemned.remove(blob)
      state.proceed()
      label = "forgets \(scenario.name(blob, world))"
    case Step.condemn:
      let condemned = world.condemnUnreferenced(state.unreferenced, scenario.mutation)
      state.unreferenced = Numbers()
      state.condemned.formUnion(condemned)
      state.proceed()
      label = "condemns what nothing refers to: \(scenario.names(condemned, world))"
    case Step.check:
      let blob = state.broken.first
      let isSound = world.file(scenario.file(of: blob, in: world)) == File.sound
      label = "finds \(scenario.name(blob, world)) \(isSound ? "sound" : "missing or damaged")"
      if isSound {
        state.broken.remove(blob)
        state.proceed()
      } else {
        state.step = Step.withdraw
      }
    default:
      let blob = state.broken.first
      let before = world
      let (condemned, keys) = world.withdraw(blob, scenario.mutation)
      state.broken.remove(blob)
      state.condemned.formUnion(condemned)
      state.proceed()
      label = "withdraws \(scenario.name(blob, world))"
      if keys.all.contains(where: { scenario.isServable($0, before) }) { fault = "a sweep removed what can be served" }
    }
    world[seat: seat] = state.word
    moves.add(world, label)
    if let fault { moves.fault(fault) }
  }

  /// A dead session's row goes when a walk that began after its death has left no file of it without a row.
  private func end(_ world: World, _ state: SweeperState, _ seat: Int, _ scenario: Scenario, _ moves: inout Moves) {
    var (world, state) = (world, state)
    let candidates = scenario.mutation == .youngDeathsForgotten ? world.sessions(SessionRow.dead) : state.dead
    var forgotten: [Int] = []
    for session in candidates.all where world.sessionRow(session) == SessionRow.dead {
      world.setSessionRow(session, SessionRow.absent)
      forgotten.append(session + 1)
    }
    let walk = state.walk + 1
    state = SweeperState(word: 0)
    state.walk = walk
    if walk == walks { state.word = World.ended }
    world[seat: seat] = state.word
    moves.add(world, "ends its walk" + (forgotten.isEmpty ? "" : ", forgets sessions \(forgotten)"))
  }
}
