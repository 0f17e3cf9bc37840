/// What can happen next in a state.
struct Moves {
  private(set) var worlds: [World] = []
  /// What each move is, in words; only filled when a trace is told.
  private(set) var labels: [String] = []
  /// What is wrong with the moves that must not happen.
  private(set) var faults: [Int: String] = [:]
  let tellsLabels: Bool
  var actor = ""

  init(tellsLabels: Bool) { self.tellsLabels = tellsLabels }

  mutating func add(_ world: World, _ label: @autoclosure () -> String) {
    worlds.append(world)
    if tellsLabels { labels.append(actor.isEmpty ? label() : "\(actor): \(label())") }
  }

  /// Marks the move that was added last as one that must not happen.
  mutating func fault(_ what: String) { faults[worlds.count - 1] = what }

  mutating func removeAll() {
    worlds.removeAll(keepingCapacity: true)
    labels.removeAll(keepingCapacity: true)
    if !faults.isEmpty { faults.removeAll() }
  }
}
