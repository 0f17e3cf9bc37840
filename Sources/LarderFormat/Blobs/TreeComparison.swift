/// What differs between two trees, path by path.
package struct TreeComparison: Hashable, Sendable {
  package struct Difference: Hashable, Sendable {
    /// The path within the trees.
    package let path: [UInt8]
    /// Nil where only the new tree has it.
    package let old: TreeManifest.Item.Kind?
    /// Nil where only the old tree has it.
    package let new: TreeManifest.Item.Kind?
  }

  /// In the order of the paths.
  package let differences: [Difference]

  package init(_ old: TreeManifest, _ new: TreeManifest) {
    // Both are in the order of their paths: one pass side by side.
    var differences: [Difference] = []
    var (left, right) = (old.items[...], new.items[...])
    while let first = left.first ?? right.first {
      var path = first.path
      if let other = right.first, other.path.lexicographicallyPrecedes(path) { path = other.path }
      let before = left.first?.path == path ? left.popFirst()?.kind : nil
      let after = right.first?.path == path ? right.popFirst()?.kind : nil
      if before != after { differences.append(Difference(path: path, old: before, new: after)) }
    }
    self.differences = differences
  }
}
