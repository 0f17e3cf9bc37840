import Foundation
import LarderFormat
import LarderIndex
import LarderSystem
import Testing

@testable import Larder

@Suite("What a process that is killed leaves beside the place of a result", .timeLimit(.minutes(5)))
struct AbandonedDraftTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  private var out: String { scratch.path + "/out" }

  private func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: out).sorted() }

  private func drafts() throws -> [String] { try names().filter { $0.hasPrefix(".larder-") } }

  private static let changing: Set<SystemCall> = [.open, .write, .link, .rename, .mkdir, .fcntl, .unlink, .rmdir]

  /// Exports in a process that is killed before it changes anything, before its second change, and so on until it comes to
  /// its end, and looks each time at what is left, before and after an export that is not killed.
  private func killing(
    tree: Bool, unnamed: Bool = true, prepare: () throws -> Void, check: () throws -> Void
  ) async throws -> Int {
    let directory = scratch.path
    let step = Counter()
    var ended = false
    var left = 0
    while !ended {
      try prepare()
      let current = step.increment() - 1
      let result = await #expect(processExitsWith: .failure) {
        [directory = directory as String, current = current as Int, tree = tree as Bool, unnamed = unnamed as Bool] in
        let store = try ArtifactStore(
          at: directory + "/results.larder", options: childOptions(directory))
        let key = try #require(try store.keys(beginningWith: "", limit: 1).first)
        let entry = try #require(try store.index.entry(for: key))
        let changes = Locked<Set<Int>>([])
        let plan = Faults.Plan { call, index in
          if call == .openUnnamed, !unnamed { return .error(EOPNOTSUPP) }
          // What is left before a call that changes nothing is left before the next one that does, too.
          guard Self.changing.contains(call) else { return nil }
          let count = changes.withLock { changes in
            changes.insert(index)
            return changes.count
          }
          return count == current + 1 ? .kill : nil
        }
        try Faults.$plan.withValue(plan) { try store.export(entry, to: directory + "/out/" + (tree ? "tree" : "file")) }
        exit(42)
      }
      ended = try #require(result).exitStatus == .exitCode(42)
      try check()
      let abandoned = try drafts()
      #expect(abandoned.count <= 1)
      left += abandoned.filter { !$0.hasSuffix(".new") }.count
      try exportAgain()
      // One that had no lock yet is nothing that anybody may judge; it is empty.
      let kept = try drafts()
      #expect(kept.allSatisfy { $0.hasSuffix(".new") }, "killed before call \(current)")
      for name in kept { try FileManager.default.removeItem(atPath: out + "/" + name) }
    }
    return left
  }

  private func exportAgain() throws {
    let store = try scratchStore(scratch.cache())
    let key = try #require(try store.keys(beginningWith: "", limit: 1).first)
    let entry = try #require(try store.index.entry(for: key))
    try? FileManager.default.removeItem(atPath: out + "/tree")
    if entry.record.representation != "tree" { try scratch.write("out/file", "old") }
    try store.export(entry, to: out + (entry.record.representation == "tree" ? "/tree" : "/file"))
  }

  private func makeTree() throws {
    try scratch.cache().tree("t", to: scratch.path + "/made") { path in
      try FileManager.default.createDirectory(atPath: path + "/deep", withIntermediateDirectories: false)
      try contents(1).write(to: URL(fileURLWithPath: path + "/deep/one"))
      try contents(2).write(to: URL(fileURLWithPath: path + "/two"))
    }
  }

  private func content(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: out + "/" + name)) }

  @Test(
    "in the place of a file is the old one or the new one, and the next one takes away what is left beside it",
    arguments: [true, false])
  func file(unnamed: Bool) async throws {
    try scratch.cache().put(contents(1), for: Call("f"))
    let left = try await killing(tree: false, unnamed: unnamed) {
      try scratch.write("out/file", "old")
    } check: {
      let found = try content("file")
      #expect(found == Data("old".utf8) || found == contents(1))
    }
    #expect(left > 0, "a file that replaces another one has a name of its own for a moment")
  }

  @Test("a new file leaves nothing, wherever it is interrupted")
  func newFile() async throws {
    try scratch.cache().put(contents(1), for: Call("f"))
    let left = try await killing(tree: false) {
      try? FileManager.default.removeItem(atPath: out)
    } check: {
      guard FileManager.default.fileExists(atPath: out) else { return try makeDirectories(out) }
      let found = try names().joined()
      #expect(found.isEmpty || found == "file")
    }
    #expect(left == 0)
  }

  @Test("a tree is there as a whole or not at all, and the next one takes away what is left beside it")
  func tree() async throws {
    try makeTree()
    let left = try await killing(tree: true) {
      try? FileManager.default.removeItem(atPath: out + "/tree")
      try makeDirectories(out)
    } check: {
      guard FileManager.default.fileExists(atPath: out + "/tree") else { return }
      let files = try [content("tree/deep/one"), content("tree/two")]
      #expect(files == [contents(1), contents(2)])
    }
    #expect(left > 3, "wherever the tree is while it grows")
  }

  @Test("nothing is taken that somebody is writing, that has another name, or that is neither file nor directory")
  func others() throws {
    let cache = try scratch.cache()
    try cache.put(contents(1), for: Call("f"))
    try makeDirectories(out)
    for name in [".larder-0123456789abcde", ".larder-0123456789ABCDEF", ".larder-0123456789abcdef.new", "larder"] {
      try scratch.write("out/" + name, name)
    }
    try FileManager.default.createSymbolicLink(atPath: out + "/.larder-1123456789abcdef", withDestinationPath: "larder")
    try scratch.write("out/.larder-2123456789abcdef/in/file", "abandoned")
    try scratch.write("out/.larder-3123456789abcdef", "abandoned")
    let kept = try names().filter { ![".larder-2123456789abcdef", ".larder-3123456789abcdef"].contains($0) }
    let inside = try Destination(out + "/tree")
    try inside.placeTree { _ in
      let growing = try drafts().filter { !kept.contains($0) }
      #expect(growing.count == 1)
      try exportAgain()
      let now = try names()
      #expect(now == (kept + growing + ["file"]).sorted())
    }
    let after = try names()
    #expect(after == (kept + ["file", "tree"]).sorted())
  }

  @Test("a computation that fills its own draft is left alone")
  func computation() throws {
    let cache = try scratch.cache()
    try cache.put(contents(1), for: Call("f"))
    let made = try cache.file("g", to: out + "/made") { path in
      try Data("made".utf8).write(to: URL(fileURLWithPath: path))
      try exportAgain()
    }
    #expect(made == .computed)
    #expect(try scratch.read("out/made") == "made")
  }
}
