package import LarderSystem

/// How much of a cache was verified, and when.
package struct Verification: Hashable, Sendable {
  /// The portions that a sweep goes through: a shard of the tree each, and the index.
  package static let allPortions = 257

  /// How many of them were verified at least once.
  package let portions: Int
  /// When the one was that was verified longest ago; nil where none was.
  package let oldest: Timestamp?
  /// When the last one was.
  package let newest: Timestamp?

  /// - Parameter sweeps: When each portion was verified last, as the index has it.
  package init(_ sweeps: [Int: Timestamp]) {
    let times = sweeps.filter { (0..<Verification.allPortions).contains($0.key) }.values
    portions = times.count
    oldest = times.min()
    newest = times.max()
  }

  /// The verified part of the cache, from 0 to 1. Shards are by digest, so that each holds about as much as another.
  package var ratio: Double { Double(portions) / Double(Verification.allPortions) }
}
