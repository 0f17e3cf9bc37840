import Foundation
import LarderTesting
import Shared
import Testing

@testable import near_duplicates

@Suite struct ReportTests {
  static let escapes: [(text: String, markup: String)] = [
    ("plain", "plain"),
    ("<script>alert('x') & \"y\"</script>", "&lt;script&gt;alert(&#39;x&#39;) &amp; &quot;y&quot;&lt;/script&gt;"),
    ("&amp;", "&amp;amp;"),
    ("tab\tstays", "tab\tstays"),
    ("bell\u{7} and escape\u{1b}", "bell␇ and escape␛"),
    ("right\u{202e}to left", "right\u{fffd}to left"),
    ("größe 漢字 🧀", "größe 漢字 🧀"),
  ]

  @Test("no text of a file can become markup", arguments: escapes)
  func escape(text: String, markup: String) {
    #expect(HTML(escaping: text).markup == markup)
    #expect(("<b>\(text)</b>" as HTML).markup == "<b>\(markup)</b>")
  }

  @Test func `what is markup already is not escaped again`() {
    let inner: HTML = "<i>\("a<b")</i>"
    #expect(("<p>\(inner) \(7)</p>" as HTML).markup == "<p><i>a&lt;b</i> 7</p>")
  }

  static let differences: [(left: String, right: String, markedLeft: String, markedRight: String)] = [
    ("int a = 1;", "int a = 2;", "int a = <mark>1</mark>;", "int a = <mark>2</mark>;"),
    ("f(a)", "f(a, b)", "f(a)", "f(a<mark>, b</mark>)"),
    ("x < y", "x > y", "x <mark>&lt;</mark> y", "x <mark>&gt;</mark> y"),
    ("  same", "same", "  same", "same"),
    ("all new", "", "<mark>all new</mark>", ""),
  ]

  @Test("the words in which two lines differ are marked", arguments: differences)
  func marks(left: String, right: String, markedLeft: String, markedRight: String) {
    let difference = WordDifference(left, right)
    #expect(difference.left.markup == markedLeft)
    #expect(difference.right.markup == markedRight)
  }

  private func sideBySide(_ left: String, _ right: String) -> SideBySide {
    let (left, right) = (Lines(Array(left.utf8)), Lines(Array(right.utf8)))
    var aligner = Aligner(left: left, right: right, mostCells: 1_000_000)
    return SideBySide(left: left, right: right, alignment: aligner.alignment())
  }

  @Test func `equal lines far from any difference are left out, and counted`() {
    let text = (1...40).map { "line number \($0)" }
    var changed = text
    changed[19] = "line number 20, changed"
    let rows = sideBySide(text.joined(separator: "\n"), changed.joined(separator: "\n")).rows()
    #expect(rows.map(\.omitted).filter { $0 > 0 } == [16, 17])
    #expect(rows.compactMap(\.left) == [16, 17, 18, 19, 20, 21, 22])
    #expect(rows.first { $0.kind == .changed } == SideBySide.Row(kind: .changed, left: 19, right: 19))
  }

  @Test(arguments: Array(0..<20) as [UInt64])
  func `the rows hold every line that differs, once and in order`(seed: UInt64) {
    var generator = SplitMix(seed: seed)
    let table = sideBySide(generator.text(lines: 50), generator.text(lines: 50))
    let rows = table.rows()
    #expect(rows.compactMap(\.left) == rows.compactMap(\.left).sorted(), "seed \(seed)")
    for kind in [Alignment.Kind.changed, .removed, .added] {
      #expect(rows.count { $0.kind == kind } == table.alignment.lines(kind), "seed \(seed)")
    }
    let equal = rows.reduce(0) { $0 + ($1.kind == .same ? max(1, $1.omitted) : 0) }
    #expect(equal == table.alignment.lines(.same), "seed \(seed)")
  }

  private func match(_ left: Int, _ right: Int, _ shared: Int) -> Match {
    Match(
      pair: Pair(left: left, right: right), similarity: Similarity(shared: shared, left: 100, right: 100),
      alignment: Alignment())
  }

  @Test func `families hang together by close pairs only, the closest first`() {
    let matches = [match(2, 3, 98), match(0, 1, 90), match(1, 4, 80), match(3, 4, 40)]
    let families = Family.families(of: matches, leastSimilarity: 0.5)
    #expect(families.map(\.members) == [[2, 3], [0, 1, 4]])
    #expect(families[1].matches.count == 2)
  }

  @Test func `a page shows hostile names and contents as text`() throws {
    let root = FileManager.default.temporaryDirectory.appendingPathComponent("near-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: root) }
    let names = ["<img src=x onerror=alert(1)>.h", "b&c.h"]
    for (name, value) in zip(names, ["1", "2"]) {
      try "int value = \(value); // </td><script>alert(1)</script>\n".write(
        toFile: root + "/" + name, atomically: true, encoding: .utf8)
    }
    let documents = try names.map { name in
      Document(
        paths: [name],
        signature: Signature(of: try FileTree.bytes(of: root + "/" + name), shingleLength: 9, permutations: 8))
    }
    var alignment = Alignment()
    alignment.append(.changed, 1)
    let match = Match(
      pair: Pair(left: 0, right: 1), similarity: Similarity(shared: 9, left: 10, right: 10), alignment: alignment)
    let page = try Report(
      findings: Findings(root: root, documents: documents, matches: [match]), settings: Pipeline.Settings()
    ).page().markup
    #expect(page.hasPrefix("<!doctype html>"))
    #expect(page.contains("&lt;img src=x onerror=alert(1)&gt;.h"))
    #expect(page.contains("<mark>1</mark>; // &lt;/td&gt;&lt;script&gt;"))
    #expect(!page.contains("<script>") && !page.contains("<img"))
    #expect(!page.contains("http"), "the page needs nothing from elsewhere")
  }
}
