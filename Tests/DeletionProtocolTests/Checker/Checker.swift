/// Explores every interleaving of a scenario's actors, breadth first: the first violation found has the shortest trace.
struct Checker {
  let scenario: Scenario
  /// A model that has grown beyond this has to be cut, not waited for.
  static let limit = 1_000_000

  static func explore(_ scenario: Scenario) -> Verdict {
    var labels: Set<String>?
    return Checker(scenario: scenario).explore(&labels)
  }

  /// What can happen in a scenario, in words.
  static func labels(of scenario: Scenario) -> Set<String> {
    var labels: Set<String>? = []
    _ = Checker(scenario: scenario).explore(&labels)
    return labels ?? []
  }

  private func explore(_ labels: inout Set<String>?) -> Verdict {
    var table = StateTable()
    var parents: [UInt32] = [0]
    _ = table.insert(scenario.start)
    var moves = Moves(tellsLabels: labels != nil)
    var next = 0
    while next < table.count {
      let world = table[next]
      moves.removeAll()
      addMoves(of: world, to: &moves)
      labels?.formUnion(moves.labels)
      if moves.worlds.isEmpty, let end = faultAtEnd(world) {
        let trace = trace(to: next, parents, table) + end.trace
        return Verdict(states: table.count, violation: Violation(end.fault, trace, end.world, scenario))
      }
      for move in 0..<moves.worlds.count {
        let world = moves.worlds[move]
        let fault = moves.faults.isEmpty ? nil : moves.faults[move]
        guard table.insert(world) || fault != nil else { continue }
        if fault == nil { parents.append(UInt32(next)) }
        if let fault = fault ?? scenario.fault(world) {
          var trace = trace(to: next, parents, table)
          trace.append(label(from: table[next], move: move))
          return Verdict(states: table.count, violation: Violation(fault, trace, world, scenario))
        }
      }
      next += 1
      if table.count > Self.limit {
        return Verdict(states: table.count, violation: Violation("too many states", [], world, scenario))
      }
    }
    return Verdict(states: table.count, violation: nil)
  }

  private func addMoves(of world: World, to moves: inout Moves) {
    for seat in 0..<scenario.actors.count where !world.hasEnded(seat) {
      let actor = scenario.actors[seat]
      if moves.tellsLabels { moves.actor = actor.name }
      actor.addMoves(of: world, seat: seat, scenario, to: &moves)
      if scenario.faults.contains(.crashes) && actor.canCrash && world[seat: seat].field(0, 5) != 0 {
        moves.add(scenario.crash(seat, in: world), actor.store == nil ? "is killed" : "is killed, with its process")
      }
    }
  }

  /// What is wrong when everybody has ended and one sweep more has run, which nobody disturbs.
  private func faultAtEnd(_ world: World) -> (fault: String, trace: [String], world: World)? {
    guard scenario.properties.contains(.clean) else { return nil }
    let seat = scenario.actors.count
    var world = world
    world[seat: seat] = 0
    var moves = Moves(tellsLabels: true)
    var trace: [String] = []
    while !world.hasEnded(seat) {
      moves.removeAll()
      moves.actor = Sweeper.last.name
      Sweeper.last.addMoves(of: world, seat: seat, scenario, to: &moves)
      guard let next = moves.worlds.first else { return ("the last sweep is stuck", trace, world) }
      world = next
      trace.append(moves.labels[0])
      if let fault = moves.faults[0] ?? scenario.fault(world) { return (fault, trace, world) }
    }
    return scenario.faultAtEnd(world).map { ($0, trace, world) }
  }

  private func trace(to index: Int, _ parents: [UInt32], _ table: borrowing StateTable) -> [String] {
    var trace: [String] = []
    var index = index
    while index != 0 {
      let parent = Int(parents[index])
      var moves = Moves(tellsLabels: true)
      addMoves(of: table[parent], to: &moves)
      let target = table[index]
      if let move = moves.worlds.firstIndex(of: target) { trace.append(moves.labels[move]) }
      index = parent
    }
    return trace.reversed()
  }

  private func label(from world: World, move: Int) -> String {
    var moves = Moves(tellsLabels: true)
    addMoves(of: world, to: &moves)
    return moves.labels[move]
  }
}

/// What an exploration found.
struct Verdict {
  var states: Int
  var violation: Violation?
}

/// A property that does not hold, and the shortest way there.
struct Violation: CustomStringConvertible {
  var fault: String
  var trace: [String]
  var world: String

  init(_ fault: String, _ trace: [String], _ world: World, _ scenario: Scenario) {
    self.fault = fault
    self.trace = trace
    self.world = scenario.describe(world)
  }

  var description: String {
    var text = "\(fault), after \(trace.count) steps:\n"
    for (number, step) in trace.enumerated() { text += "  \(number + 1). \(step)\n" }
    return text + world
  }
}
