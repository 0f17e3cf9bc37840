internal import LarderFormat
internal import LarderSystem

/// Trees that have lost files: an entry is told of once, however many of its files are gone and whichever thread finds out
/// first.
final class DanglingTrees: Sendable {
  private let found = Locked<[ArtifactKey: SweepReport.Problem]>([:])

  /// Notes a tree with one of the files that it lacks.
  func add(_ key: ArtifactKey, _ problem: SweepReport.Problem) {
    found.withLock { found in
      guard let other = found[key] else { return found[key] = problem }
      if (problem.path ?? "", problem.detail) < (other.path ?? "", other.detail) { found[key] = problem }
    }
  }

  var problems: [SweepReport.Problem] { found.withLock { Array($0.values) } }
}
