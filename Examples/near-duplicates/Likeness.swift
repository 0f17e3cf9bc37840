/// How much two lines have in common, from 0 to 256.
///
/// The characters of the one are aligned with those of the other (Wagner and Fischer 1974), so that the runs which
/// both share in the same order are as long as can be. A run of n characters counts n − 1, because single letters
/// agree by chance in any two lines. What is gained is compared with what the two lines would gain by themselves.
struct Likeness {
  /// Below this two lines are strangers: less than half of each is in the other.
  static let least: Int32 = 128
  /// Of longer lines only the beginnings are compared, or one line of a packed file would cost more than the rest.
  static let longest = 512

  /// For each prefix of the right line the best gain, and the best of those whose last characters agree (or −1).
  private var best = [Int16](repeating: 0, count: Likeness.longest + 1)
  private var running = [Int16](repeating: 0, count: Likeness.longest + 1)

  mutating func compare(_ left: Lines, _ leftLine: Int, _ right: Lines, _ rightLine: Int) -> Int32 {
    let a = left.contents[leftLine].prefix(Likeness.longest)
    let b = right.contents[rightLine].prefix(Likeness.longest)
    let all = a.count + b.count
    // Nothing is gained beyond the shorter line, which rules many pairs out at once.
    guard min(a.count, b.count) > 1, 4 * min(a.count, b.count) >= all else { return 0 }
    return Int32(512 * gain(left.bytes, a, right.bytes, b) / (all - 2))
  }

  private mutating func gain(_ left: [UInt8], _ a: Range<Int>, _ right: [UInt8], _ b: Range<Int>) -> Int {
    for index in 0...b.count {
      best[index] = 0
      running[index] = -1
    }
    for i in a {
      let character = left[i]
      var (bestBefore, runningBefore): (Int16, Int16) = (0, -1)
      var beside: Int16 = 0
      var column = 1
      for j in b {
        let (above, runningAbove) = (best[column], running[column])
        let run = right[j] == character ? max(runningBefore + 1, bestBefore) : -1
        beside = max(run, above, beside)
        best[column] = beside
        running[column] = run
        (bestBefore, runningBefore) = (above, runningAbove)
        column += 1
      }
    }
    return Int(best[b.count])
  }
}
