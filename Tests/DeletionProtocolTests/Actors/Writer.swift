/// A thread that puts one thing after the other.
struct Writer: Actor {
  /// One put: of a value, or of a tree if its content is a manifest.
  struct Put: Sendable {
    var key: Int
    var content: Int
    /// Whether it is a computation: looked up first, committed only where nothing is there and nothing was removed.
    var isComputed = false
  }

  static let rounds = 3

  let name: String
  let store: Int?
  let puts: [Put]

  init(_ name: String, store: Int, _ puts: [Put]) {
    self.name = name
    self.store = store
    self.puts = puts
  }

  private typealias Step = WriterState.Step

  func addMoves(of world: World, seat: Int, _ scenario: Scenario, to moves: inout Moves) {
    guard let store else { return }
    var world = world
    var state = WriterState(word: world[seat: seat])
    switch state.step {
    case Step.begin: begin(world, state, seat, store, scenario, &moves)
    case Step.session: openSession(world, state, seat, store, scenario, &moves)
    case Step.look: look(world, state, seat, scenario, &moves)
    case Step.check:
      let source = state.source(state.blob)
      if world.file(scenario.file(of: source.found, in: world)) == File.sound {
        state.setSource(state.blob, Source(kind: Source.existing, found: source.found))
        goOn(&state, scenario)
        world[seat: seat] = state.word
        moves.add(world, "finds \(scenario.name(source.found, world)) sound")
      } else {
        state.step = Step.place
        world[seat: seat] = state.word
        moves.add(world, "finds \(scenario.name(source.found, world)) missing or damaged")
      }
    case Step.place: place(world, state, seat, store, scenario, &moves)
    case Step.commit, Step.write: addCommit(world, state, seat, scenario, &moves)
    case Step.unlink:
      let blob = state.surplus.first
      world.setFile(scenario.file(of: blob, in: world), File.absent)
      state.surplus.remove(blob)
      proceed(&state)
      world[seat: seat] = state.word
      moves.add(world, "unlinks \(scenario.name(blob, world)), which is of no use")
    case Step.finishUnlinking:
      let blob = state.condemned.first
      world.setFile(scenario.file(of: blob, in: world), File.absent)
      state.step = Step.finishForgetting
      world[seat: seat] = state.word
      moves.add(world, "unlinks \(scenario.name(blob, world)), which it condemned")
    case Step.finishForgetting:
      let blob = state.condemned.first
      if world.row(blob) == Row.condemned { world.setRow(blob, Row.none) }
      state.condemned.remove(blob)
      proceed(&state)
      world[seat: seat] = state.word
      moves.add(world, "forgets \(scenario.name(blob, world))")
    case Step.unknown: addRecovery(world, state, seat, store, scenario, &moves)
    case Step.readAgain: readAgain(world, state, seat, scenario, &moves)
    default: close(world, seat, store, scenario, &moves)
    }
  }

  // From step to step

  /// The contents of a put: a tree's files, then the manifest.
  func contents(_ state: WriterState, _ scenario: Scenario) -> [Int] {
    let content = puts[state.put].content
    return (scenario.trees[content] ?? []) + [content]
  }

  private func goOn(_ state: inout WriterState, _ scenario: Scenario) {
    let count = (scenario.trees[puts[state.put].content]?.count ?? 0) &+ 1
    state.blob &+= 1
    state.step = state.blob == count ? Step.commit : Step.look
  }

  /// What is left to do after an answer, and then the next round or the next put.
  func proceed(_ state: inout WriterState) {
    if !state.surplus.isEmpty {
      state.step = Step.unlink
    } else if !state.condemned.isEmpty {
      state.step = Step.finishUnlinking
    } else if state.triesAgain && state.round &+ 1 < Self.rounds {
      state.triesAgain = false
      state.round &+= 1
      state.blob = 0
      state.step = Step.session
    } else {
      let next = state.put &+ 1
      state = WriterState(word: 0)
      state.put = next
      state.step = next == puts.count ? Step.close : Step.begin
    }
  }

  /// Everything of its own that the put has placed in this round.
  func ownFiles(_ state: WriterState, _ scenario: Scenario) -> Numbers {
    var own = Numbers()
    for blob in 0..<3 {
      let source = state.source(blob)
      if blob < state.blob && source.kind > Source.existing { own.insert(source.own) }
    }
    return own
  }

  // Steps

  private func begin(
    _ world: World, _ state: WriterState, _ seat: Int, _ store: Int, _ scenario: Scenario, _ moves: inout Moves
  ) {
    var (world, state) = (world, state)
    let put = puts[state.put]
    if put.isComputed && scenario.isServable(put.key, world) {
      proceed(&state)
      world[seat: seat] = state.word
      return moves.add(world, "finds \(scenario.keyName(put.key)), and needs to compute nothing")
    }
    state.isAfterDamage = scenario.damage > 0 && world.damageLeft == 0
    if put.isComputed {
      state.removalsSeen = world.removals
      state.mode = world.entry(put.key) == nil ? Commit.ifAbsent : Commit.ifSeal
      state.sealSeen = world.seal(put.key)
    }
    state.step = Step.session
    // Nobody can tell when a put begins that looks nothing up.
    if !put.isComputed { return openSession(world, state, seat, store, scenario, &moves) }
    world[seat: seat] = state.word
    moves.add(world, "misses \(scenario.keyName(put.key)), and computes")
  }

  private func openSession(
    _ world: World, _ state: WriterState, _ seat: Int, _ store: Int, _ scenario: Scenario, _ moves: inout Moves
  ) {
    var (world, state) = (world, state)
    state.step = Step.look
    state.blob = 0
    state.clearSources()
    if let session = world.currentSession(store) {
      state.session = session
      return look(world, state, seat, scenario, &moves)
    }
    let opened = world.opened(store)
    guard opened < scenario.stores[store].sessions else { return giveUp(world, state, seat, scenario, &moves) }
    let session = scenario.firstSession(store) + opened
    world.setOpened(store, opened + 1)
    world.setCurrentSession(store, session)
    world.setSessionRow(session, SessionRow.open)
    world.setLocked(session, true)
    state.session = session
    world[seat: seat] = state.word
    moves.add(world, "opens session \(session + 1)")
  }

  private func look(_ world: World, _ state: WriterState, _ seat: Int, _ scenario: Scenario, _ moves: inout Moves) {
    var (world, state) = (world, state)
    let content = contents(state, scenario)[state.blob]
    if let found = world.liveRow(content) {
      state.setSource(state.blob, Source(kind: Source.healed, found: found))
      state.step = Step.check
      world[seat: seat] = state.word
      moves.add(world, "reads that \(scenario.name(found, world)) is live")
    } else {
      state.setSource(state.blob, Source(kind: Source.placed))
      state.step = Step.place
      world[seat: seat] = state.word
      moves.add(world, "finds no live row of \(["A", "B", "C", "D"][content])")
    }
  }

  private func place(
    _ world: World, _ state: WriterState, _ seat: Int, _ store: Int, _ scenario: Scenario, _ moves: inout Moves
  ) {
    var (world, state) = (world, state)
    let number = world.placed(store)
    guard number < scenario.stores[store].placements else { return giveUp(world, state, seat, scenario, &moves) }
    let placement = scenario.firstPlacement(store) + number
    world.setPlaced(store, number + 1)
    world.setName(placement, content: contents(state, scenario)[state.blob], session: state.session)
    let file = scenario.file(of: placement, in: world)
    world.setFile(file, File.sound)
    var source = state.source(state.blob)
    source.own = placement
    state.setSource(state.blob, source)
    goOn(&state, scenario)
    world[seat: seat] = state.word
    moves.add(world, "places \(scenario.name(placement, world))")
    if file != placement && scenario.properties.contains(.names) { moves.fault("a name is used twice") }
  }

  /// Where the bounds of the model end: the put fails, as it would on a full disk.
  private func giveUp(_ world: World, _ state: WriterState, _ seat: Int, _ scenario: Scenario, _ moves: inout Moves) {
    var (world, state) = (world, state)
    let own = ownFiles(state, scenario)
    state.clearSources()
    state.surplus = own
    state.triesAgain = false
    proceed(&state)
    world[seat: seat] = state.word
    moves.add(world, "gives up")
  }

  /// The last thread of a process closes its session.
  private func close(_ world: World, _ seat: Int, _ store: Int, _ scenario: Scenario, _ moves: inout Moves) {
    var world = world
    world[seat: seat] = World.ended
    let isLast = scenario.actors.indices.allSatisfy { scenario.actors[$0].store != store || world.hasEnded($0) }
    guard isLast else { return moves.add(world, "ends") }
    if let session = world.currentSession(store), world.sessionRow(session) == SessionRow.open {
      world.setSessionRow(session, SessionRow.absent)
    }
    scenario.end(store, in: &world)
    moves.add(world, "closes its session and ends")
  }
}
