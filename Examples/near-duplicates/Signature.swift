/// A sketch of a text from which its similarity to any other is estimated without reading either again.
///
/// MinHash (Broder 1997): for each of many hash functions the smallest hash of all shingles is kept. Two texts agree
/// in one of them with a probability that equals their Jaccard similarity, so the part that agrees estimates it with
/// a standard error of at most 1 / (2 √count).
struct Signature: Codable, Sendable, Equatable {
  let minima: [UInt32]
  let byteCount: Int
  let lineCount: Int
  let shingleCount: Int

  /// Whether there are enough shingles for a similarity to mean something. Binary files have none.
  var isComparable: Bool { shingleCount >= 32 }

  /// The signature of a text; that of bytes which are no text (they hold a zero) has no shingles.
  init(of bytes: [UInt8], shingleLength: Int, permutations: Int) {
    byteCount = bytes.count
    let isText = !bytes.prefix(8192).contains(0)
    let shingles = Shingles(of: isText ? bytes : [], length: shingleLength)
    lineCount = isText ? Lines.count(in: bytes) : 0
    shingleCount = shingles.hashes.count
    minima = Signature.minima(of: shingles.hashes, permutations: permutations)
  }

  func estimatedSimilarity(to other: Signature) -> Double {
    guard !minima.isEmpty, minima.count == other.minima.count, shingleCount > 0, other.shingleCount > 0 else {
      return 0
    }
    var equal = 0
    for index in minima.indices where minima[index] == other.minima[index] { equal += 1 }
    return Double(equal) / Double(minima.count)
  }

  /// The smallest value that each hash function of the family takes on the set.
  ///
  /// The family is multiply-add-shift (Dietzfelbinger 1996) with fixed constants: a signature that was kept must be
  /// comparable with one made years later.
  static func minima(of hashes: [UInt64], permutations: Int) -> [UInt32] {
    let factors = (0..<permutations).map { StableHash.mix(UInt64($0) &* 2) | 1 }
    let terms = (0..<permutations).map { StableHash.mix(UInt64($0) &* 2 &+ 1) }
    var minima = [UInt32](repeating: .max, count: permutations)
    for hash in hashes {
      for index in 0..<permutations {
        let value = UInt32(truncatingIfNeeded: (hash &* factors[index] &+ terms[index]) >> 32)
        if value < minima[index] { minima[index] = value }
      }
    }
    return minima
  }
}
