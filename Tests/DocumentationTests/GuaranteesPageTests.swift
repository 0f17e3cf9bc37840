internal import Foundation
internal import Testing

@Suite("The page of the guarantees")
struct GuaranteesPageTests {
  @Test("every test that the page names is there")
  func testsAreThere() throws {
    let page = try Documents.page(Documents.catalogue + "/Guarantees.md")
    let named = page.lines.filter { $0.hasPrefix("- Test: ") }.map { String($0.dropFirst("- Test: ".count)) }
    #expect(named.count > 20)
    let tests = Documents.root.appendingPathComponent("Tests").path
    let files = (FileManager.default.subpaths(atPath: tests) ?? []).filter { $0.hasSuffix(".swift") }
    let sources = try files.map { try String(contentsOfFile: tests + "/" + $0, encoding: .utf8) }
    for name in named {
      #expect(name.hasPrefix("\"") && name.hasSuffix("\""))
      #expect(sources.contains { $0.contains("@Test(\(name)") || $0.contains("@Test(\n    \(name)") }, "\(name)")
    }
  }
}
