/// Reads an entry whose file is missing or damaged, twice, and then drops it.
struct Reader: Actor {
  let name: String
  let key: Int

  init(_ name: String, key: Int) {
    self.name = name
    self.key = key
  }

  private enum Step {
    static let begin = 0
    static let open = 1
    static let readAgain = 2
    static let openAgain = 3
    static let drop = 4
  }

  func addMoves(of world: World, seat: Int, _ scenario: Scenario, to moves: inout Moves) {
    var next = world
    var word = world[seat: seat]
    let key = scenario.keyName(self.key)
    switch word.field(0, 5) {
    case Step.begin, Step.readAgain:
      guard let blob = world.entry(self.key) else {
        next[seat: seat] = World.ended
        return moves.add(next, "misses \(key)")
      }
      word.setField(0, 5, word.field(0, 5) + 1)
      word.setField(5, 4, blob)
      word.setField(9, 3, world.seal(self.key))
      next[seat: seat] = word
      moves.add(next, "reads \(key) → \(scenario.name(blob, world))")
    case Step.open, Step.openAgain:
      let blob = word.field(5, 4)
      if world.file(scenario.file(of: blob, in: world)) == File.sound {
        next[seat: seat] = World.ended
        return moves.add(next, "gets \(key)")
      }
      word.setField(0, 5, word.field(0, 5) + 1)
      next[seat: seat] = word
      moves.add(next, "finds \(scenario.name(blob, world)) missing or damaged")
    default:
      next[seat: seat] = World.ended
      let isSame =
        world.entry(self.key) != nil && world.seal(self.key) == word.field(9, 3)
        && (scenario.mutation == .dropBySealAlone || world.entry(self.key) == word.field(5, 4))
      guard isSame else { return moves.add(next, "drops nothing: \(key) is another entry now") }
      var condemned = Numbers()
      next.remove(self.key, scenario.mutation, &condemned)
      moves.add(next, "drops \(key), condemns \(scenario.names(condemned, world))")
      if scenario.isServable(self.key, world) { moves.fault("a read removed what can be served") }
    }
  }
}
