/// What the two trees of the table `edges` say of each tree of files. Edges have no seal: what both say is believed.
struct EdgeTally {
  /// The children of a manifest, in a form in which their order does not matter.
  private struct Sum: Equatable {
    var count = 0
    var sum: UInt64 = 0

    mutating func add(_ child: Int64) {
      count += 1
      // SplitMix64: different sets of small numbers have different sums.
      var z = UInt64(bitPattern: child) &+ 0x9E37_79B9_7F4A_7C15
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      sum &+= z ^ (z >> 31)
    }
  }

  private var byParent: [Int64: Sum] = [:]
  private var byChild: [Int64: Sum] = [:]
  /// Whether each tree was read without a gap.
  var isByParentWhole = true
  var isByChildWhole = true
  /// Manifests with a file that is lost.
  private(set) var broken: Set<Int64> = []

  mutating func noteByParent(_ parent: Int64, _ child: Int64) { byParent[parent, default: Sum()].add(child) }
  mutating func noteByChild(_ parent: Int64, _ child: Int64) { byChild[parent, default: Sum()].add(child) }
  mutating func noteLost(childOf parent: Int64) { broken.insert(parent) }

  /// Where the edges are to be taken from: the tree that was read whole.
  var isByParentBetter: Bool { isByParentWhole || !isByChildWhole }

  /// Whether all files of a tree are known and saved.
  func isWhole(_ parent: Int64) -> Bool {
    if broken.contains(parent) { return false }
    let (first, second) = (byParent[parent] ?? Sum(), byChild[parent] ?? Sum())
    switch (isByParentWhole, isByChildWhole) {
    case (true, true): return first == second
    case (true, false): return second.count <= first.count
    case (false, true): return first.count <= second.count
    // Nothing can mean that both are in a gap.
    case (false, false): return first == second && first.count > 0
    }
  }
}
