/// How many pairs there are at each similarity.
struct SimilarityChart {
  let similarities: [Double]

  func html() -> HTML {
    guard !similarities.isEmpty else { return "" }
    var counts = [Int](repeating: 0, count: 20)
    for similarity in similarities { counts[min(19, Int(similarity * 20))] += 1 }
    let first = counts.firstIndex { $0 > 0 } ?? 0
    let last = counts.lastIndex { $0 > 0 } ?? 19
    let most = counts.max() ?? 1
    let (width, height, floor) = (52, 96, 112)
    var bars: HTML = ""
    for (index, count) in counts.enumerated().prefix(last + 1).dropFirst(first) {
      let x = (index - first) * width
      let bar = count == 0 ? 0 : max(2, count * height / most)
      bars += """
        <g><title>\(count) pairs from \(index * 5) % to \(index * 5 + 5) %</title>\
        <rect x=\(x + 3) y=\(floor - bar) width=\(width - 6) height=\(bar) rx=3 />\
        <text class=v x=\(x + width / 2) y=\(floor - bar - 5)>\(count == 0 ? "" : "\(count)")</text>\
        <text x=\(x + width / 2) y=\(floor + 15)>\(index * 5) %</text></g>
        """
    }
    let side = (last + 1 - first) * width
    return """
      <section class=chart><h2>Pairs by similarity</h2><svg viewBox="0 -6 \(side) 136" role=img \
      aria-label="number of pairs by similarity">\(bars)</svg></section>
      """
  }
}
