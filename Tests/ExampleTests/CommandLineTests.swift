import Foundation
import Testing

@testable import near_duplicates

@Suite struct CommandLineTests {
  @Test func `without a word the toolchain's headers are looked through, with a cache and a report here`() throws {
    let options = try Options([String]())
    #expect(options.directory == nil)
    #expect(options.cache == "near-duplicates.larder")
    #expect(options.report == "near-duplicates.html")
  }

  @Test func `every option is understood`() throws {
    let words = [
      "src", "--suffix", ".c", "--suffix", ".h", "--cache", "C", "--report", "R", "--summary", "S", "--workers", "3",
    ]
    let options = try Options(words)
    #expect(options.directory == "src")
    #expect(options.suffixes == [".c", ".h"])
    #expect((options.cache, options.report) == ("C", "R"))
    #expect(options.summary == "S")
    #expect(options.workers == 3)
  }

  static let mistakes: [(words: [String], message: String)] = [
    (["--cash", "x"], "There is no option '--cash'. See near-duplicates --help."),
    (["--cache"], "--cache needs a value. See near-duplicates --help."),
    (["--workers", "none"], "--workers needs a number above zero, and 'none' is none."),
    (["--workers", "0"], "--workers needs a number above zero, and '0' is none."),
    (["a", "b"], "One directory at a time: 'b' is the second."),
  ]

  @Test("a mistake is named", arguments: mistakes)
  func mistake(words: [String], message: String) {
    #expect { try Options(words) } throws: { "\($0)" == message }
  }

  @Test func `a directory that is not there is named`() {
    #expect { try FileTree(root: "/no/such/place") } throws: {
      "\($0)" == "There is no directory at '/no/such/place'. Name one that exists."
    }
  }

  @Test func `a tree is its regular files that are not hidden, in order`() throws {
    let root = FileManager.default.temporaryDirectory.appendingPathComponent("tree-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: root) }
    for path in ["b.h", "a/z.h", "a/y.c", ".git/c.h", "a/.hidden.h"] {
      let file = URL(fileURLWithPath: root + "/" + path)
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data("x".utf8).write(to: file)
    }
    try Data().write(to: URL(fileURLWithPath: root + "/empty.h"))
    try FileManager.default.createSymbolicLink(atPath: root + "/link.h", withDestinationPath: "b.h")
    #expect(try FileTree(root: root).paths == ["a/y.c", "a/z.h", "b.h"])
    #expect(try FileTree(root: root, suffixes: [".h"]).paths == ["a/z.h", "b.h"])
  }

  @Test func `a progress line fits a terminal of 80 columns`() {
    for (done, total, seconds) in [(0, 0, 0), (0, 9, 1), (5, 9, 2), (99_999, 100_000, 7200)] {
      let line = Progress.bar("signatures", done, of: total, after: .seconds(seconds))
      #expect(line.count < 80)
    }
    #expect(
      Progress.bar("alignment", 50, of: 100, after: .seconds(10))
        == "  alignment  ━━━━━━━━━━━━╌╌╌╌╌╌╌╌╌╌╌╌ 50/100     5/s      10 s left")
  }

  @Test("seconds have three digits behind the point", arguments: [(0, "0.000"), (7, "0.007"), (33_144, "33.144")])
  func seconds(milliseconds: Int, text: String) {
    #expect(Duration.milliseconds(milliseconds).inSeconds == text)
  }

  @Test(arguments: [1, 2, 7, 100])
  func `workers keep the order of the items whatever their number and weights`(count: Int) async throws {
    let squares = try await Workers(count: count).map(Array(0..<50), weight: { $0 % 7 }) { $0 * $0 }
    #expect(squares == (0..<50).map { $0 * $0 })
    #expect(try await Workers(count: count).map([Int]()) { $0 }.isEmpty)
  }
}
