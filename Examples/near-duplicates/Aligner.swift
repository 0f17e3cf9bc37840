/// Finds the alignment of two texts in which the lines that lie beside each other have the most in common.
///
/// It is the global optimum of Needleman and Wunsch (1970), with the characters that two lines share as the gain of
/// putting them side by side, so a line that was edited lies beside what it was before. Unlike a diff, which knows
/// equal lines only, this compares every line of one text with every line of the other, character by character. Where
/// that would be more than `mostCells` comparisons, the lines that occur once in both texts cut the task into smaller
/// ones first (Bram Cohen's patience diff).
struct Aligner {
  let left: Lines
  let right: Lines
  let mostCells: Int
  private var likeness = Likeness()

  init(left: Lines, right: Lines, mostCells: Int) {
    self.left = left
    self.right = right
    self.mostCells = mostCells
  }

  mutating func alignment() -> Alignment {
    var alignment = Alignment()
    align(0..<left.count, 0..<right.count, into: &alignment)
    return alignment
  }

  private mutating func align(_ leftRange: Range<Int>, _ rightRange: Range<Int>, into alignment: inout Alignment) {
    var (leftRange, rightRange) = (leftRange, rightRange)
    var (head, tail) = (0, 0)
    while let l = leftRange.first, let r = rightRange.first, isSame(l, r) {
      (leftRange, rightRange) = (leftRange.dropFirst(), rightRange.dropFirst())
      head += 1
    }
    while let l = leftRange.last, let r = rightRange.last, isSame(l, r) {
      (leftRange, rightRange) = (leftRange.dropLast(), rightRange.dropLast())
      tail += 1
    }
    alignment.append(.same, head)
    if leftRange.isEmpty || rightRange.isEmpty {
      alignment.append(.removed, leftRange.count)
      alignment.append(.added, rightRange.count)
    } else if leftRange.count * rightRange.count <= mostCells {
      appendOptimum(leftRange, rightRange, into: &alignment)
    } else {
      appendBetweenAnchors(leftRange, rightRange, into: &alignment)
    }
    alignment.append(.same, tail)
  }

  private func isSame(_ leftLine: Int, _ rightLine: Int) -> Bool {
    left.identities[leftLine] == right.identities[rightLine]
  }

  /// What is gained by putting two lines side by side; 0 where they should not lie there.
  private mutating func gain(_ leftLine: Int, _ rightLine: Int) -> Int32 {
    let shorter = min(left.contents[leftLine].count, right.contents[rightLine].count)
    if isSame(leftLine, rightLine) { return 256 * weight(shorter) }
    let likeness = likeness.compare(left, leftLine, right, rightLine)
    // Less than an equal line of the same length earns, so that equal lines find each other first.
    return likeness >= Likeness.least ? likeness * weight(shorter) * 3 / 4 : 0
  }

  /// Lines that are empty, or one brace, are everywhere: they must not outweigh one that says something.
  private func weight(_ characters: Int) -> Int32 { Int32(min(characters, 60)) / 4 + 1 }

  private enum Step: UInt8 { case both, leftOnly, rightOnly }

  private mutating func appendOptimum(
    _ leftRange: Range<Int>, _ rightRange: Range<Int>, into alignment: inout Alignment
  ) {
    let width = rightRange.count
    var above = [Int32](repeating: 0, count: width + 1)
    var current = above
    var steps = [Step](repeating: .leftOnly, count: leftRange.count * width)
    for row in 0..<leftRange.count {
      for column in 0..<width {
        let gain = gain(leftRange.lowerBound + row, rightRange.lowerBound + column)
        let (beside, up, back) = (above[column] + gain, above[column + 1], current[column])
        if gain > 0, beside >= up, beside >= back {
          current[column + 1] = beside
          steps[row * width + column] = .both
        } else if up > back {
          current[column + 1] = up
        } else {
          current[column + 1] = back
          steps[row * width + column] = .rightOnly
        }
      }
      swap(&above, &current)
    }
    var path: [Step] = []
    var (row, column) = (leftRange.count, width)
    while row > 0 || column > 0 {
      let step: Step = row == 0 ? .rightOnly : column == 0 ? .leftOnly : steps[(row - 1) * width + column - 1]
      path.append(step)
      if step != .rightOnly { row -= 1 }
      if step != .leftOnly { column -= 1 }
    }
    var (l, r) = (leftRange.lowerBound, rightRange.lowerBound)
    for step in path.reversed() {
      switch step {
      case .both: alignment.append(isSame(l, r) ? .same : .changed, 1)
      case .leftOnly: alignment.append(.removed, 1)
      case .rightOnly: alignment.append(.added, 1)
      }
      if step != .rightOnly { l += 1 }
      if step != .leftOnly { r += 1 }
    }
  }

  private mutating func appendBetweenAnchors(
    _ leftRange: Range<Int>, _ rightRange: Range<Int>, into alignment: inout Alignment
  ) {
    let anchors = anchors(leftRange, rightRange)
    guard !anchors.isEmpty else {
      // Two huge texts without one unique line in common: nothing lies beside anything.
      alignment.append(.removed, leftRange.count)
      alignment.append(.added, rightRange.count)
      return
    }
    var (l, r) = (leftRange.lowerBound, rightRange.lowerBound)
    for anchor in anchors {
      align(l..<anchor.left, r..<anchor.right, into: &alignment)
      alignment.append(.same, 1)
      (l, r) = (anchor.left + 1, anchor.right + 1)
    }
    align(l..<leftRange.upperBound, r..<rightRange.upperBound, into: &alignment)
  }

  /// The longest ascending chain of lines that occur exactly once on both sides.
  private func anchors(_ leftRange: Range<Int>, _ rightRange: Range<Int>) -> [(left: Int, right: Int)] {
    var leftPlaces: [UInt64: [Int]] = [:]
    var rightPlaces: [UInt64: [Int]] = [:]
    for line in leftRange { leftPlaces[left.identities[line], default: []].append(line) }
    for line in rightRange { rightPlaces[right.identities[line], default: []].append(line) }
    let matches = leftRange.compactMap { line -> (left: Int, right: Int)? in
      let identity = left.identities[line]
      guard leftPlaces[identity]?.count == 1, let places = rightPlaces[identity], places.count == 1 else { return nil }
      return (line, places[0])
    }
    // Patience sorting: `tops[n]` ends the chain of length n + 1 that ends furthest to the left.
    var tops: [Int] = []
    var before = [Int?](repeating: nil, count: matches.count)
    for index in matches.indices {
      var (low, high) = (0, tops.count)
      while low < high {
        let middle = (low + high) / 2
        if matches[tops[middle]].right < matches[index].right { low = middle + 1 } else { high = middle }
      }
      before[index] = low > 0 ? tops[low - 1] : nil
      if low == tops.count { tops.append(index) } else { tops[low] = index }
    }
    var chain: [(left: Int, right: Int)] = []
    var next = tops.last
    while let index = next {
      chain.append(matches[index])
      next = before[index]
    }
    return chain.reversed()
  }
}
