/// A process or a thread. Each of its moves is a system call or a transaction, or what the world sees as one.
protocol Actor: Sendable {
  var name: String { get }
  /// The store whose thread it is; nil for what needs no session.
  var store: Int? { get }
  var canCrash: Bool { get }

  /// The moves that the actor can make.
  func addMoves(of world: World, seat: Int, _ scenario: Scenario, to moves: inout Moves)
}

extension Actor {
  var store: Int? { nil }
  var canCrash: Bool { true }
}
