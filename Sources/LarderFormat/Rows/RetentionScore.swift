/// The retention score of GreedyDual-Size-Frequency with measured cost: the lowest is evicted first.
///
/// `floor + uses × cost ÷ bytes`, where `floor` is the highest score evicted so far: what is not used any more is
/// overtaken by what is new. After L. Cherkasova, "Improving WWW Proxies Performance with Greedy-Dual-Size-Frequency
/// Caching Policy", HP Laboratories 1998.
///
/// - Parameters:
///   - floor: The score of the last entry that was evicted.
///   - uses: How often the entry was used.
///   - cost: Nanoseconds of computation that a use saves.
///   - bytes: The stored size.
/// - Returns: The score.
package func retentionScore(floor: Double, uses: Int64, cost: Int64, bytes: Int64) -> Double {
  // An entry whose cost nobody measured still counts its uses: as if computing it took a millisecond.
  floor + Double(uses) * Double(max(cost, 1_000_000)) / Double(max(bytes, 1))
}
