/// What somebody may have meant who wrote an unknown word.
package enum Suggestion {
  /// The known word that is nearest: one that begins with what was written, or differs by few letters.
  package static func nearest(to word: String, among known: [String]) -> String? {
    let letters = Array(word.lowercased().utf8)
    var best: (distance: Int, word: String)?
    for candidate in known {
      let wanted = Array(candidate.lowercased().utf8)
      let isBeginning = letters.count >= 3 && wanted.starts(with: letters)
      let distance = isBeginning ? 1 : editDistance(letters, wanted)
      // A third of the letters may be wrong; in two letters none, or everything would be near.
      let allowed = isBeginning ? 1 : min(3, max(letters.count, wanted.count) / 3)
      if distance <= allowed, distance < best?.distance ?? .max { best = (distance, candidate) }
    }
    return best?.word
  }

  /// ` Did you mean 'x'?`, or nothing.
  package static func sentence(for word: String, among known: [String]) -> String {
    nearest(to: word, among: known).map { " Did you mean '\($0)'?" } ?? ""
  }

  /// The least number of letters to insert, remove, change or swap with their neighbour (optimal string alignment).
  static func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    // Long words are never near a known one; this bounds the work.
    if abs(left.count - right.count) > 3 || left.count > 100 { return .max }
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for row in 0..<left.count {
      var current = [row + 1]
      for column in 0..<right.count {
        var least = min(last[column + 1] + 1, current[column] + 1)
        least = min(least, last[column] + (left[row] == right[column] ? 0 : 1))
        if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
          least = min(least, beforeLast[column - 1] + 1)
        }
        current.append(least)
      }
      beforeLast = last
      last = current
    }
    return last[right.count]
  }
}
