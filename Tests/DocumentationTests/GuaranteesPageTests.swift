internal import Foundation
internal import Testing

@Suite("The page of the guarantees")
struct GuaranteesPageTests {
  @Test("every test that the page names is there")
  func testsAreThere() throws {
    let page = try Documents.page(Documents.catalogue + "/Guarantees.md")
    let named = page.lines.filter { $0.hasPrefix("- Test: ") }.map { String($0.dropFirst("- Test: ".count)) }
    #expect(named.count > 20)
    let sources = try Self.sources(in: "Tests") + Self.sources(in: "Sources/LarderTesting")
    for name in named {
      #expect(name.hasPrefix("\"") && name.hasSuffix("\""))
      let beginnings = ["@Test(\(name)", "@Test(\n    \(name)", "Check(\(name)", "Check(\n      \(name)"]
      #expect(sources.contains { source in beginnings.contains { source.contains($0) } }, "\(name)")
    }
  }

  private static func sources(in folder: String) throws -> [String] {
    let path = Documents.root.appendingPathComponent(folder).path
    let files = (FileManager.default.subpaths(atPath: path) ?? []).filter { $0.hasSuffix(".swift") }
    return try files.map { try String(contentsOfFile: path + "/" + $0, encoding: .utf8) }
  }
}
