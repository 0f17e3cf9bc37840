import Foundation

/// The report: one web page that needs nothing but itself, light or dark as the reader's system is.
struct Report {
  let findings: Findings
  let settings: Pipeline.Settings

  private static let familySimilarity = 0.5
  private static let mostFamilies = 60
  private static let pairsPerFamily = 3
  private static let mostPairs = 250
  private static let mostDuplicates = 100

  /// - Throws: `PipelineError` where a file cannot be read, and what `FileManager` throws where the page cannot be
  ///   written.
  func write(to path: String) throws {
    try page().markup.write(toFile: path, atomically: false, encoding: .utf8)
  }

  func page() throws -> HTML {
    let families = Family.families(of: findings.matches, leastSimilarity: Report.familySimilarity)
    return """
      <!doctype html>
      <html lang=en><head><meta charset=utf-8><meta name=viewport content="width=device-width,initial-scale=1">
      <title>Near-duplicates in \(findings.root)</title><style>\(HTML(stringLiteral: Report.style))</style></head><body>
      <header><p class=eyebrow>Near-duplicates</p><h1>\(headline(families))</h1><p class=root>\(findings.root)</p></header>
      <main>\(tiles(families))\(SimilarityChart(similarities: findings.matches.map(\.similarity.jaccard)).html())
      \(try section(families))\(pairs())\(duplicates())</main>
      <footer><p>Similarity is the part of all \(settings.shingleLength)-character shingles that two files share, counted \
      exactly for every pair that \(settings.permutations) MinHash values in bands of \(settings.bandRows) found worth it. \
      Pairs below \(percent(settings.leastSimilarity)) are left out. Lines lie beside each other as a global alignment \
      puts them that compares every line with every other, character by character.</p></footer>
      </body></html>

      """
  }

  private func headline(_ families: [Family]) -> HTML {
    "\(grouped(findings.fileCount)) files hold \(grouped(findings.documents.count)) different texts, "
      + "and \(grouped(Set(families.flatMap(\.members)).count)) of these are close relatives"
  }

  private func tiles(_ families: [Family]) -> HTML {
    let redundant = findings.documents.reduce(0) { $0 + $1.redundantBytes }
    let tiles: [(String, String)] = [
      (grouped(findings.fileCount), "files, \(size(findings.byteCount))"),
      (grouped(findings.duplicates.count), "groups of exact duplicates"),
      (size(redundant), "stored more than once"),
      (grouped(findings.matches.count), "pairs at least \(percent(settings.leastSimilarity)) alike"),
      (grouped(families.count), "families at least \(percent(Report.familySimilarity)) alike"),
    ]
    let html = tiles.map { "<div class=tile><b>\($0.0)</b><span>\($0.1)</span></div>" as HTML }.joined()
    return "<section class=tiles>\(html)</section>"
  }

  private func section(_ families: [Family]) throws -> HTML {
    guard !families.isEmpty else {
      return "<section><h2>Families</h2><p class=note>No two files are close.</p></section>"
    }
    var html: HTML = "<section><h2>Families</h2><p class=note>Files that hang together, the closest families first.</p>"
    for (rank, family) in families.prefix(Report.mostFamilies).enumerated() { html += try card(family, rank: rank) }
    if families.count > Report.mostFamilies {
      html += "<p class=note>\(families.count - Report.mostFamilies) more families are not shown.</p>"
    }
    return html + "</section>"
  }

  private func card(_ family: Family, rank: Int) throws -> HTML {
    let members = family.members.map { findings.documents[$0] }
    let directory = commonDirectory(members.map(\.path))
    let list = members.prefix(24).enumerated().map { index, member -> HTML in
      let copies: HTML = member.paths.count > 1 ? " <i>×\(member.paths.count)</i>" : ""
      return """
        <li><span class=i>\(index + 1)</span><span class=p title="\(member.path)">\
        \(String(member.path.dropFirst(directory.count)))</span>\(copies)\
        <span class=s>\(grouped(member.signature.lineCount)) lines</span></li>
        """
    }.joined()
    let more: HTML = members.count > 24 ? "<li class=s>and \(members.count - 24) more</li>" : ""
    let shown = try family.matches.prefix(Report.pairsPerFamily).enumerated().map { index, match in
      try details(match, isOpen: rank < 2 && index == 0)
    }.joined()
    return """
      <article><div class=family><div><h3><b>\(percent(family.meanSimilarity))</b> \(members.count) files \
      <span class=root>\(directory.isEmpty ? "./" : directory)</span></h3><ol>\(list)\(more)</ol></div>\
      \(HeatMap(family: family, matches: findings.matches).html())</div>\(shown)</article>

      """
  }

  private func details(_ match: Match, isOpen: Bool) throws -> HTML {
    let (left, right) = (findings.documents[match.pair.left].path, findings.documents[match.pair.right].path)
    let table = SideBySide(
      left: Lines(try FileTree.bytes(of: findings.root + "/" + left)),
      right: Lines(try FileTree.bytes(of: findings.root + "/" + right)), alignment: match.alignment)
    return """
      <details\(isOpen ? " open" : "" as HTML)><summary>\(meter(match.similarity.jaccard))<span class=p>\(name(left))</span>\
      <span class=s>and</span><span class=p>\(name(right))</span>\(counts(match.alignment))</summary>\
      <div class=scroll>\(table.html())</div></details>

      """
  }

  private func counts(_ alignment: Alignment) -> HTML {
    """
    <span class=counts><span class=c>\(grouped(alignment.lines(.changed))) changed</span> \
    <span class=r>−\(grouped(alignment.lines(.removed)))</span> <span class=a>+\(grouped(alignment.lines(.added)))</span></span>
    """
  }

  private func pairs() -> HTML {
    guard !findings.matches.isEmpty else { return "" }
    let rows = findings.matches.prefix(Report.mostPairs).map { match -> HTML in
      """
      <tr><td>\(meter(match.similarity.jaccard))</td><td class=p>\(findings.documents[match.pair.left].path)</td>\
      <td class=p>\(findings.documents[match.pair.right].path)</td><td>\(counts(match.alignment))</td></tr>

      """
    }.joined()
    let shown = min(Report.mostPairs, findings.matches.count)
    return """
      <section><h2>Closest pairs</h2><details class=list><summary>\(shown) of \(grouped(findings.matches.count)) pairs\
      </summary><div class=scroll><table class=plain>\(rows)</table></div></details></section>
      """
  }

  private func duplicates() -> HTML {
    let duplicates = findings.duplicates
    guard !duplicates.isEmpty else { return "" }
    let rows = duplicates.prefix(Report.mostDuplicates).map { document -> HTML in
      let paths = document.paths.map { "<div>\($0)</div>" as HTML }.joined()
      return "<tr><td class=number>\(size(document.signature.byteCount))</td><td class=p>\(paths)</td></tr>\n"
    }.joined()
    let shown = min(Report.mostDuplicates, duplicates.count)
    return """
      <section><h2>Exact duplicates</h2><details class=list><summary>\(shown) of \(grouped(duplicates.count)) groups, \
      the largest first</summary><div class=scroll><table class=plain>\(rows)</table></div></details></section>
      """
  }

  private func meter(_ part: Double) -> HTML {
    "<span class=meter><i style=\"width:\(Int((part * 100).rounded()))%\"></i><b>\(percent(part))</b></span>"
  }

  private func name(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }

  private func commonDirectory(_ paths: [String]) -> String {
    guard let first = paths.first else { return "" }
    var parts = first.split(separator: "/").dropLast()
    for path in paths {
      let others = path.split(separator: "/").dropLast()
      parts = parts.prefix(zip(parts, others).prefix { $0 == $1 }.count)
    }
    return parts.isEmpty ? "" : parts.joined(separator: "/") + "/"
  }

  private func percent(_ part: Double) -> String {
    // Never 100 % for what is not quite the same.
    "\(part < 1 ? min(99, Int((part * 100).rounded())) : 100) %"
  }

  /// With a thin space between every three digits.
  private func grouped(_ number: Int) -> String {
    let digits = Array(String(number))
    return digits.indices.map { index in
      index > 0 && (digits.count - index).isMultiple(of: 3) ? "\u{202f}\(digits[index])" : String(digits[index])
    }.joined()
  }

  private func size(_ bytes: Int) -> String {
    if bytes < 1024 { return "\(bytes) B" }
    if bytes < 1 << 20 { return "\((bytes + 512) / 1024) KiB" }
    let tenths = (bytes * 10 + (1 << 19)) >> 20
    return "\(tenths / 10).\(tenths % 10) MiB"
  }
}
