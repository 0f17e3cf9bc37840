internal import Foundation
internal import Testing

@Suite("The Swift of the pages")
struct SnippetTests {
  /// The code between `// snippet` and `// end snippet` of a file below Snippets.
  struct File {
    let imports: Set<String>
    let snippets: [[String]]

    init(_ text: String) {
      let lines = text.components(separatedBy: "\n")
      imports = Set(lines.filter { $0.hasPrefix("import ") })
      var snippets: [[String]] = []
      var open: [String]?
      for line in lines {
        switch line.drop(while: { $0 == " " }) {
        case "// snippet": open = []
        case "// end snippet":
          if let open { snippets.append(dedented(open)) }
          open = nil
        default: open?.append(line)
        }
      }
      self.snippets = snippets
    }
  }

  static func file(named name: String) -> File {
    let path = "Tests/DocumentationTests/Snippets/\(name)Snippets.swift"
    let text = try? String(contentsOf: Documents.root.appendingPathComponent(path), encoding: .utf8)
    return File(text ?? "")
  }

  /// Whether the Swift blocks and the snippets of a file are the same.
  private func compare(_ blocks: [Page.Block], with name: String) {
    let file = Self.file(named: name)
    var unused = file.snippets
    for block in blocks {
      let imports = block.lines.filter { $0.hasPrefix("import ") }
      #expect(file.imports.isSuperset(of: imports), "\(block)")
      let code = dedented(block.lines.filter { !$0.hasPrefix("import ") })
      let index = unused.firstIndex(of: code)
      #expect(index != nil, "\(block) is not in \(name)Snippets.swift:\n\(code.joined(separator: "\n"))")
      if let index { unused.remove(at: index) }
    }
    #expect(unused.isEmpty, "\(name)Snippets.swift has what no page shows: \(unused)")
  }

  @Test(
    "every Swift block of a page is compiled and run, and nothing else claims to be one", arguments: Documents.paths)
  func pages(_ path: String) throws {
    let page = try Documents.page(path)
    compare(page.blocks.filter { $0.language == "swift" }, with: page.name)
  }

  @Test("every example in a doc comment is compiled and run")
  func comments() throws {
    let blocks = try Documents.comments().flatMap(\.blocks).filter { $0.language == "swift" }
    #expect(!blocks.isEmpty)
    compare(blocks, with: "Comment")
  }

  // Each in a process of its own: pages use the working directory and the variables of whoever runs them.

  @Test("the code of the README does what it says")
  func readme() async {
    await #expect(processExitsWith: .success) {
      try await inScratchDirectory { try await READMESnippets.run() }
    }
  }

  @Test("the code of the landing page does what it says")
  func landingPage() async {
    await #expect(processExitsWith: .success) {
      try await inScratchDirectory { try LarderSnippets.run() }
    }
  }

  @Test("the code of the first steps does what it says")
  func gettingStarted() async {
    await #expect(processExitsWith: .success) {
      try await inScratchDirectory { try await GettingStartedSnippets.run() }
    }
  }

  @Test("the code about keys does what it says")
  func keys() async {
    await #expect(processExitsWith: .success) {
      try await inScratchDirectory { try KeysSnippets.run() }
    }
  }

  @Test("the code about what can be cached does what it says")
  func whatCanBeCached() async {
    await #expect(processExitsWith: .success) {
      try await inScratchDirectory { try WhatCanBeCachedSnippets.run() }
    }
  }

  @Test("the code about verifying does what it says")
  func verifying() async {
    await #expect(processExitsWith: .success) {
      try await inScratchDirectory { try await VerifyingSnippets.run() }
    }
  }

  @Test("the examples of the doc comments do what they say")
  func commentExamples() async {
    await #expect(processExitsWith: .success) {
      try await inScratchDirectory { try await CommentSnippets.run() }
    }
  }

  @Test("every page with Swift has its code run by one of these tests")
  func allRun() throws {
    let own = try String(contentsOfFile: #filePath, encoding: .utf8)
    for page in try Documents.pages() where page.blocks.contains(where: { $0.language == "swift" }) {
      #expect(own.contains(" \(page.name)Snippets.run() }"), "\(page.path)")
    }
  }
}

/// Runs code with a working directory, a home and files of its own. For a process that does nothing else.
func inScratchDirectory(_ body: () async throws -> Void) async throws {
  let files = FileManager.default
  let scratch = files.temporaryDirectory.appendingPathComponent("larder-snippets-\(UUID().uuidString)").path
  try files.createDirectory(atPath: scratch + "/home", withIntermediateDirectories: true)
  defer { try? files.removeItem(atPath: scratch) }
  setenv("HOME", scratch + "/home", 1)
  setenv("LARDER_PEPPER", "a pepper for documents only", 1)
  unsetenv("XDG_CACHE_HOME")
  #expect(files.changeCurrentDirectoryPath(scratch))
  for (name, text) in ["train.csv": "a,b\n1,2\n", "copy-of-train.csv": "a,b\n1,2\n", "poem.txt": "roses\nviolets\n"] {
    try Data(text.utf8).write(to: URL(fileURLWithPath: name))
  }
  try files.createDirectory(atPath: "inputs/empty", withIntermediateDirectories: true)
  try Data("x".utf8).write(to: URL(fileURLWithPath: "inputs/x.txt"))
  try await body()
}
