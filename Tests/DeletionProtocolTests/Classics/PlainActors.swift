/// By what a writer and a sweep of another cache keep out of each other's way.
enum Means: Sendable {
  case nothing
  /// The writer touches what it uses; the sweep unlinks what is not referred to and was not touched.
  case touch
  /// The writer holds a shared lease and the sweep an exclusive one, which others can take for expired.
  case lease
}

// Where things are kept: the touch in the seal of key 2, the leases of writers in the locks of the sessions 0 and 1, and
// that of the sweep in the lock of session 2.
private enum Place {
  static let touched = 2
  static let sweepLease = 2
}

/// Finds or places the file, then commits an entry.
struct PlainWriter: Actor {
  let key: Int
  var means = Means.nothing
  var name: String { "writer \(key + 1)" }
  var canCrash: Bool { false }

  func addMoves(of world: World, seat: Int, _ scenario: Scenario, to moves: inout Moves) {
    var next = world
    let step = world[seat: seat].field(0, 5)
    if scenario.faults.contains(.lostLeases) && world.isLocked(key) {
      var lost = world
      lost.setLocked(key, false)
      moves.add(lost, "is paused, and its lease expires")
    }
    next[seat: seat] = UInt64(step + 1)
    switch means == .lease ? step : step + 1 {
    case 0:
      if world.isLocked(Place.sweepLease) { return }
      next.setLocked(key, true)
      moves.add(next, "takes a lease")
    case 1:
      let isThere = world.file(0) == File.sound
      next.setFile(0, File.sound)
      if means == .touch && world.seal(Place.touched) == 0 { next.changeSeal(Place.touched) }
      moves.add(next, isThere ? "finds the file" + (means == .touch ? ", and touches it" : "") : "places the file")
    case 2:
      next.setEntry(key, 0)
      if means != .lease { next[seat: seat] = World.ended }
      moves.add(next, "commits \(scenario.keyName(key))")
    default:
      next.setLocked(key, false)
      next[seat: seat] = World.ended
      moves.add(next, "gives its lease back")
    }
  }
}

/// Reads the entries, then unlinks the file if there was none of it.
struct PlainSweep: Actor {
  var means = Means.nothing
  var name: String { "sweep" }
  var canCrash: Bool { false }

  func addMoves(of world: World, seat: Int, _ scenario: Scenario, to moves: inout Moves) {
    var next = world
    let step = world[seat: seat].field(0, 5)
    next[seat: seat] = UInt64(step + 1)
    switch step {
    case 0:
      guard means == .lease else {
        next[seat: seat] = 1
        return addMoves(of: next, seat: seat, scenario, to: &moves)
      }
      if world.isLocked(0) || world.isLocked(1) { return }
      next.setLocked(Place.sweepLease, true)
      moves.add(next, "takes the lease for itself")
    case 1:
      if world.isReferred(0) { next[seat: seat] = World.ended }
      moves.add(next, world.isReferred(0) ? "finds an entry of the file" : "finds no entry of the file")
      if means == .lease && world.isReferred(0) { next.setLocked(Place.sweepLease, false) }
    case 2 where means == .touch:
      if world.seal(Place.touched) > 0 { next[seat: seat] = World.ended }
      moves.add(next, "looks at the age of the file: \(world.seal(Place.touched) > 0 ? "young" : "old")")
    default:
      next.setFile(0, File.absent)
      next.setLocked(Place.sweepLease, false)
      next[seat: seat] = World.ended
      moves.add(next, "unlinks the file")
    }
  }
}
