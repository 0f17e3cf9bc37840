/// The set of all runs of `length` consecutive characters of a text, each as its hash.
///
/// Two texts are as similar as their sets of shingles overlap (Broder, "On the resemblance and containment of
/// documents", 1997). Shingles of characters, not of words, also find the text in which a name was changed throughout.
/// Any amount of white space counts as one blank.
struct Shingles {
  /// Ascending, without repetition.
  let hashes: [UInt64]

  init(of bytes: [UInt8], length: Int) {
    precondition(length > 0, "a shingle has at least one character")
    var all: [UInt64] = []
    all.reserveCapacity(bytes.count)
    var window = [UInt64](repeating: 0, count: length)
    var count = 0
    var isAfterSpace = true
    for byte in bytes {
      let isSpace = Tokens.isSpace(byte)
      if isSpace && isAfterSpace { continue }
      isAfterSpace = isSpace
      window[count % length] = isSpace ? 0x20 : UInt64(byte)
      count += 1
      guard count >= length else { continue }
      var combined: UInt64 = 0
      for offset in 0..<length {
        combined = combined &* 0x9e37_79b9_7f4a_7c15 &+ window[(count + offset) % length]
      }
      all.append(StableHash.mix(combined))
    }
    all.sort()
    var unique: [UInt64] = []
    unique.reserveCapacity(all.count)
    for hash in all where hash != unique.last { unique.append(hash) }
    hashes = unique
  }

  func similarity(to other: Shingles) -> Similarity {
    var (left, right, shared) = (0, 0, 0)
    while left < hashes.count, right < other.hashes.count {
      let (a, b) = (hashes[left], other.hashes[right])
      if a == b { shared += 1 }
      if a <= b { left += 1 }
      if b <= a { right += 1 }
    }
    return Similarity(shared: shared, left: hashes.count, right: other.hashes.count)
  }
}

/// How much two sets of shingles have in common.
struct Similarity: Codable, Sendable, Equatable {
  /// How many shingles are in both sets, in the left one, and in the right one.
  let shared: Int
  let left: Int
  let right: Int

  /// Shared shingles as a part of all: 0 for strangers, 1 for texts that differ in white space only.
  var jaccard: Double {
    let union = left + right - shared
    return union == 0 ? 0 : Double(shared) / Double(union)
  }

  /// Shared shingles as a part of the smaller set: 1 where one text holds the other.
  var containment: Double {
    let smaller = min(left, right)
    return smaller == 0 ? 0 : Double(shared) / Double(smaller)
  }
}
