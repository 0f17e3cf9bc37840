internal import LarderCrypto
internal import LarderFormat
internal import LarderSystem

/// Trees that have lost files: an entry is told of once, however many of its files are gone and whichever thread finds out
/// first.
///
/// Of each tree some 16 bytes are kept, so that it is counted once, and what is told of the first ones in the order of the
/// report: nothing else of the others would ever be read.
final class DanglingTrees: Sendable {
  private struct State {
    /// Hash values of the keys. That two of them are alike in 64 bits nobody will live to see.
    var trees: Set<Int> = []
    var first: [ArtifactKey: SweepReport.Problem] = [:]
  }

  private let state = Locked(State())
  private let limit: Int

  init(limit: Int = SweepReport.listedProblems) { self.limit = limit }

  /// Notes a tree with one of the files that it lacks.
  func add(_ key: ArtifactKey, _ problem: SweepReport.Problem) {
    state.withLock { state in
      state.trees.insert(key.hashValue)
      if let other = state.first[key], !problem.isListed(before: other) { return }
      state.first[key] = problem
      guard state.first.count >= 2 * limit else { return }
      // A tree that is dropped here comes back with a file that is listed before the one it was dropped with.
      let kept = state.first.sorted { $0.value.isListed(before: $1.value) }.prefix(limit)
      state.first = Dictionary(uniqueKeysWithValues: kept.map { ($0.key, $0.value) })
    }
  }

  /// How many there are, and what is told of the first of them, in order.
  var found: (count: Int, first: [SweepReport.Problem]) {
    state.withLock { state in
      (state.trees.count, Array(state.first.values.sorted { $0.isListed(before: $1) }.prefix(limit)))
    }
  }

  /// Of how many trees more is kept than that there are some.
  var kept: Int { state.withLock { $0.first.count } }
}
