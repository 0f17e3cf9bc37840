/// Marks the words in which two lines differ.
struct WordDifference {
  let left: HTML
  let right: HTML

  /// Lines with more words than this are marked whole.
  private static let mostWords = 400

  init(_ left: String, _ right: String) {
    let (a, b) = (Array(left.utf8), Array(right.utf8))
    let (words, otherWords) = (Array(Tokens(a)), Array(Tokens(b)))
    var kept = [Bool](repeating: false, count: words.count)
    var otherKept = [Bool](repeating: false, count: otherWords.count)
    if words.count <= WordDifference.mostWords, otherWords.count <= WordDifference.mostWords {
      for change in WordDifference.common(words.map(\.hash), otherWords.map(\.hash)) {
        kept[change.0] = true
        otherKept[change.1] = true
      }
    }
    self.left = WordDifference.marked(a, words, kept: kept)
    self.right = WordDifference.marked(b, otherWords, kept: otherKept)
  }

  /// The longest common subsequence, as pairs of positions.
  private static func common(_ a: [UInt64], _ b: [UInt64]) -> [(Int, Int)] {
    var lengths = [[Int]](repeating: [Int](repeating: 0, count: b.count + 1), count: a.count + 1)
    for i in a.indices.reversed() {
      for j in b.indices.reversed() {
        lengths[i][j] = a[i] == b[j] ? lengths[i + 1][j + 1] + 1 : max(lengths[i + 1][j], lengths[i][j + 1])
      }
    }
    var pairs: [(Int, Int)] = []
    var (i, j) = (0, 0)
    while i < a.count, j < b.count {
      if a[i] == b[j] {
        pairs.append((i, j))
        (i, j) = (i + 1, j + 1)
      } else if lengths[i + 1][j] >= lengths[i][j + 1] {
        i += 1
      } else {
        j += 1
      }
    }
    return pairs
  }

  /// Neighbouring words that differ get one mark, with the blanks between them.
  private static func marked(_ bytes: [UInt8], _ words: [Tokens.Token], kept: [Bool]) -> HTML {
    var html: HTML = ""
    var position = 0
    var index = 0
    while index < words.count {
      guard !kept[index] else {
        index += 1
        continue
      }
      let start = words[index].range.lowerBound
      while index + 1 < words.count, !kept[index + 1] { index += 1 }
      let end = words[index].range.upperBound
      html += "\(text(bytes[position..<start]))<mark>\(text(bytes[start..<end]))</mark>"
      position = end
      index += 1
    }
    return html + "\(text(bytes[position...]))"
  }

  private static func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
}
