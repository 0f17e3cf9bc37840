/// Two of the files that are compared, by their places in the list; `left` is the smaller.
struct Pair: Hashable, Sendable, Comparable {
  let left: Int
  let right: Int

  static func < (a: Pair, b: Pair) -> Bool { (a.left, a.right) < (b.left, b.right) }
}

/// Finds the pairs that are worth comparing, without looking at every pair.
///
/// Locality-sensitive hashing (Indyk and Motwani 1998): each signature is cut into bands of `rows` values, and two
/// texts that agree in a whole band become a candidate. With similarity s and b bands that happens with probability
/// 1 − (1 − s^rows)^b: with 170 bands of 3 rows, 99 % at 0.3 and 16 % at 0.1.
struct Candidates {
  let rows: Int
  /// Pairs whose estimated similarity is below this are dropped.
  let leastEstimate: Double

  func pairs(among signatures: [Signature]) -> [Pair] {
    var found: Set<Pair> = []
    let bands = (signatures.map(\.minima.count).max() ?? 0) / rows
    for band in 0..<bands {
      var buckets: [ArraySlice<UInt32>: [Int]] = [:]
      for (index, signature) in signatures.enumerated() where signature.isComparable {
        buckets[signature.minima[band * rows..<(band + 1) * rows], default: []].append(index)
      }
      for members in buckets.values where members.count > 1 {
        for (offset, left) in members.enumerated() {
          for right in members[(offset + 1)...] { found.insert(Pair(left: left, right: right)) }
        }
      }
    }
    return found.filter {
      signatures[$0.left].estimatedSimilarity(to: signatures[$0.right]) >= leastEstimate
    }.sorted()
  }
}
