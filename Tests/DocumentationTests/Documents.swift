internal import Foundation

/// The pages that are tested: README.md and the articles of the catalogue.
enum Documents {
  /// The root of the repository.
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  static let catalogue = "Sources/Larder/Larder.docc"

  /// Paths below the root.
  static var paths: [String] {
    let articles = (try? FileManager.default.contentsOfDirectory(atPath: root.path + "/" + catalogue)) ?? []
    return ["README.md"] + articles.filter { $0.hasSuffix(".md") }.sorted().map { catalogue + "/" + $0 }
  }

  static func page(_ path: String) throws -> Page {
    let text = try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    return try Page(path: path, text: text)
  }

  static func pages() throws -> [Page] { try paths.map(page) }

  /// The sources whose doc comments show Swift, with the text of the comments alone.
  static func comments() throws -> [Page] {
    let sources = root.appendingPathComponent("Sources").path
    let files = (FileManager.default.subpaths(atPath: sources) ?? []).filter { $0.hasSuffix(".swift") }.sorted()
    return try files.compactMap { file in
      let text = try String(contentsOfFile: sources + "/" + file, encoding: .utf8)
      guard text.contains("/// ```swift") else { return nil }
      let lines = text.components(separatedBy: "\n").map { line -> String in
        let line = line.drop { $0 == " " }
        return line.hasPrefix("///") ? String(line.dropFirst(line.hasPrefix("/// ") ? 4 : 3)) : ""
      }
      return try Page(path: "Sources/" + file, text: lines.joined(separator: "\n"))
    }
  }
}
