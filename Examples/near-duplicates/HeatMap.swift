/// The similarity of every member of a family with every other, as a square of colours.
struct HeatMap {
  let family: Family
  let matches: [Match]

  /// More members than this would be dust.
  private static let mostMembers = 24

  func html() -> HTML {
    let members = Array(family.members.prefix(HeatMap.mostMembers))
    guard members.count > 2 else { return "" }
    let places = Dictionary(uniqueKeysWithValues: members.enumerated().map { ($1, $0) })
    let cell = max(10, min(26, 260 / members.count))
    var squares: HTML = ""
    for index in members.indices { squares += square(index, index, cell, 1, "\(index + 1)") }
    for match in matches {
      guard let a = places[match.pair.left], let b = places[match.pair.right] else { continue }
      let title = "\(a + 1) and \(b + 1): \(Int((match.similarity.jaccard * 100).rounded())) %"
      squares +=
        square(a, b, cell, match.similarity.jaccard, title) + square(b, a, cell, match.similarity.jaccard, title)
    }
    let side = cell * members.count
    return """
      <svg class=heat width=\(side) height=\(side) viewBox="0 0 \(side) \(side)" role=img \
      aria-label="similarity of each member with each other">\
      <rect class=floor width=\(side) height=\(side) rx=4 />\(squares)</svg>
      """
  }

  private func square(_ column: Int, _ row: Int, _ cell: Int, _ part: Double, _ title: String) -> HTML {
    """
    <rect x=\(column * cell) y=\(row * cell) width=\(cell - 1) height=\(cell - 1) rx=2 \
    style="opacity:\(String(Double(Int(part * part * 100)) / 100))"><title>\(title)</title></rect>
    """
  }
}
