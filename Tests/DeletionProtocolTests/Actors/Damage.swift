/// What is done to files from outside.
struct Damage: Actor {
  let name = "the environment"
  var canCrash: Bool { false }

  func addMoves(of world: World, seat: Int, _ scenario: Scenario, to moves: inout Moves) {
    var ended = world
    ended.setDamageLeft(0)
    ended[seat: seat] = World.ended
    moves.add(ended, "harms nothing more")
    guard world.damageLeft > 0 else { return }
    for blob in world.rows(Row.live).all where world.file(blob) == File.sound {
      for state in [File.damaged, File.absent] {
        var next = world
        next.setFile(blob, state)
        next.harm(blob)
        next.setDamageLeft(world.damageLeft - 1)
        if next.damageLeft == 0 { next[seat: seat] = World.ended }
        moves.add(next, "\(state == File.damaged ? "damages" : "removes") the file \(scenario.name(blob, world))")
      }
    }
  }
}
