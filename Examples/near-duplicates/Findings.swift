/// One distinct content, and every file that has it.
struct Document: Sendable {
  /// Relative to the root, ascending; the first stands for all.
  let paths: [String]
  let signature: Signature

  var path: String { paths[0] }
  var redundantBytes: Int { (paths.count - 1) * signature.byteCount }
}

/// Two documents that are alike, and how.
struct Match: Sendable {
  let pair: Pair
  let similarity: Similarity
  let alignment: Alignment
}

/// What one pass found out.
struct Findings: Sendable {
  let root: String
  let documents: [Document]
  /// Most similar first.
  let matches: [Match]

  var fileCount: Int { documents.reduce(0) { $0 + $1.paths.count } }
  var byteCount: Int { documents.reduce(0) { $0 + $1.paths.count * $1.signature.byteCount } }
  var duplicates: [Document] {
    documents.filter { $0.paths.count > 1 }.sorted { ($1.redundantBytes, $0.path) < ($0.redundantBytes, $1.path) }
  }
}

/// Documents that hang together by matches of at least some similarity.
struct Family: Sendable {
  let members: [Int]
  /// Most similar first.
  let matches: [Match]

  var meanSimilarity: Double { matches.reduce(0) { $0 + $1.similarity.jaccard } / Double(max(1, matches.count)) }

  /// Most similar first.
  static func families(of matches: [Match], leastSimilarity: Double) -> [Family] {
    var parents: [Int: Int] = [:]
    func root(_ member: Int) -> Int {
      var member = member
      while let parent = parents[member], parent != member { member = parent }
      return member
    }
    let close = matches.filter { $0.similarity.jaccard >= leastSimilarity }
    for match in close {
      let (a, b) = (root(match.pair.left), root(match.pair.right))
      parents[max(a, b)] = min(a, b)
      parents[min(a, b)] = min(a, b)
    }
    return Dictionary(grouping: close) { root($0.pair.left) }.values.map { matches in
      Family(members: Set(matches.flatMap { [$0.pair.left, $0.pair.right] }).sorted(), matches: matches)
    }.sorted { ($1.meanSimilarity, $0.members[0]) < ($0.meanSimilarity, $1.members[0]) }
  }
}
