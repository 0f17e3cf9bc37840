/// Removes entries and finishes what that condemned; or finishes what others have condemned.
struct Remover: Actor {
  enum Kind: Sendable {
    /// A user removes a key, whether or not it has an entry.
    case user(key: Int)
    /// Whatever is there is evicted.
    case evictor
    /// Picks up what others have condemned.
    case finisher
  }

  let name: String
  let kind: Kind
  var times = 1

  init(_ name: String, _ kind: Kind, times: Int = 1) {
    self.name = name
    self.kind = kind
    self.times = times
  }

  private typealias Step = RemoverState.Step

  func addMoves(of world: World, seat: Int, _ scenario: Scenario, to moves: inout Moves) {
    let state = RemoverState(word: world[seat: seat])
    switch state.step {
    case Step.begin: begin(world, state, seat, scenario, &moves)
    case Step.unlink, Step.forget: finish(world, state, seat, scenario, &moves)
    default: remove(state.key, world, state, seat, scenario, &moves)
    }
  }

  private func begin(_ world: World, _ state: RemoverState, _ seat: Int, _ scenario: Scenario, _ moves: inout Moves) {
    switch kind {
    case .user(let key): remove(key, world, state, seat, scenario, &moves)
    case .evictor:
      for key in 0..<World.keys {
        guard let blob = world.entry(key) else { continue }
        guard scenario.mutation == .unlinkBeforeCondemning else {
          remove(key, world, state, seat, scenario, &moves)
          continue
        }
        var (next, after) = (world, state)
        next.setFile(scenario.file(of: blob, in: world), File.absent)
        after.key = key
        after.step = Step.condemn
        next[seat: seat] = after.word
        moves.add(next, "unlinks \(scenario.name(blob, world))")
      }
    case .finisher:
      let condemned = world.rows(Row.condemned)
      if !condemned.isEmpty {
        var (next, after) = (world, state)
        after.condemned = condemned
        after.step = firstStep(scenario)
        next[seat: seat] = after.word
        moves.add(next, "reads that \(scenario.names(condemned, world)) is condemned")
      }
    }
    var ended = world
    ended[seat: seat] = World.ended
    moves.add(ended, "ends")
  }

  private func remove(
    _ key: Int, _ world: World, _ state: RemoverState, _ seat: Int, _ scenario: Scenario, _ moves: inout Moves
  ) {
    var (world, state) = (world, state)
    var condemned = Numbers()
    world.remove(key, scenario.mutation, &condemned)
    if case .user = kind {
      world.logRemoval(key)
      for other in scenario.actors.indices {
        (scenario.actors[other] as? Writer)?.overtake(key, &world, seat: other)
      }
    }
    state.condemned = condemned
    state.step = firstStep(scenario)
    next(&world, &state, seat)
    moves.add(
      world,
      "removes \(scenario.keyName(key))" + (condemned.isEmpty ? "" : ", condemns \(scenario.names(condemned, world))"))
  }

  private func firstStep(_ scenario: Scenario) -> Int {
    scenario.mutation == .forgetBeforeUnlinking ? Step.forget : Step.unlink
  }

  private func finish(_ world: World, _ state: RemoverState, _ seat: Int, _ scenario: Scenario, _ moves: inout Moves) {
    var (world, state) = (world, state)
    let blob = state.condemned.first
    let isUnlinking = state.step == Step.unlink
    if isUnlinking {
      world.setFile(scenario.file(of: blob, in: world), File.absent)
      state.step = Step.forget
    } else {
      if world.row(blob) == Row.condemned { world.setRow(blob, Row.none) }
      state.step = Step.unlink
    }
    if isUnlinking == (scenario.mutation == .forgetBeforeUnlinking) {
      state.condemned.remove(blob)
      state.step = firstStep(scenario)
    }
    next(&world, &state, seat)
    moves.add(world, isUnlinking ? "unlinks \(scenario.name(blob, world))" : "forgets \(scenario.name(blob, world))")
  }

  private func next(_ world: inout World, _ state: inout RemoverState, _ seat: Int) {
    if state.condemned.isEmpty {
      let time = state.time + 1
      state = RemoverState(word: 0)
      state.time = time
      if time == times { state.word = World.ended }
    }
    world[seat: seat] = state.word
  }
}

extension Writer {
  /// Notes that a user removed a key while this writer computes its value.
  fileprivate func overtake(_ key: Int, _ world: inout World, seat: Int) {
    guard !world.hasEnded(seat) else { return }
    var state = WriterState(word: world[seat: seat])
    guard state.step != WriterState.Step.begin, state.put < puts.count, puts[state.put].isComputed,
      puts[state.put].key == key
    else { return }
    state.isOvertaken = true
    world[seat: seat] = state.word
  }
}
