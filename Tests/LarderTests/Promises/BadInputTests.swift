import Foundation
import LarderFormat
import LarderIndex
import LarderSystem
import Testing

@testable import Larder

/// Promise 8: bad input gets a clear error that names the thing and what to do, and changes nothing.
@Suite("Bad input gets a clear error", .timeLimit(.minutes(5))) struct BadInputTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  private func message(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "no error"
    } catch let error as LarderError {
      return error.message
    } catch {
      return "another error: \(error)"
    }
  }

  @Test("options of a put")
  func options() throws {
    let cache = try scratch.cache()
    func put(_ options: PutOptions) -> String {
      message { _ = try cache.value("f", options: options) { () throws -> Int in fatalError("computed") } }
    }
    #expect(put(.init(timeToLive: .zero)) == "A time to live must be above zero. It is 0.0 seconds.")
    #expect(put(.init(idle: .seconds(-1))) == "An idle time must be above zero. It is -1.0 seconds.")
    #expect(put(.init(cost: .seconds(-2))) == "A cost must not be negative. It is -2.0 seconds.")
    #expect(put(.init(tags: [""])) == "A tag has 1 to 256 bytes. '' has 0.")
    #expect(put(.init(tags: [String(repeating: "é", count: 129)])).hasSuffix("has 258."))
    #expect(
      put(.init(tags: (0..<65).map { "t\($0)" })) == "An artifact has at most 64 tags. It was given 65.")
    #expect(try scratchStore(cache).index.totals().entries == 0)
  }

  @Test("directories that are no caches are refused and left as they are")
  func foreignDirectories() throws {
    let file = try scratch.write("results.larder/notes.txt", "mine")
    #expect(
      message { _ = try scratch.cache() }
        == "'\(scratch.cachePath)' is no cache and is not empty: it holds 'notes.txt'. "
        + "Choose an empty or a new directory.")
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.cachePath) == ["notes.txt"])
    #expect(try scratch.read("results.larder/notes.txt") == "mine")
    _ = file
    #expect(message { _ = try ArtifactCache(at: "", options: scratch.options()) }.hasPrefix("The path of a cache"))
    #expect(
      message { _ = try ArtifactCache(at: "a\u{0}b", options: scratch.options()) }.hasPrefix("The path of a cache"))
    #expect(
      message { _ = try ArtifactCache(at: scratch.path + "/none", options: scratch.options { $0.create = false }) }
        .hasPrefix("No cache at '\(scratch.path)/none'."))
    #expect(!FileManager.default.fileExists(atPath: scratch.path + "/none"))
  }

  @Test(
    "descriptions of other formats and damaged ones are refused by name",
    arguments: [
      (#"{"format": 2}"#, "is 2 and this Larder reads 1. Update Larder"),
      ("", "is no description of a cache"),
      ("[]", "is no description of a cache"),
      (#"{"format": "1"}"#, "is no description of a cache"),
      (#"{"format": 1}"#, "is damaged. Restore it"),
    ])
  func descriptions(_ text: String, _ part: String) throws {
    _ = try scratch.cache()
    try scratch.write("results.larder/larder.json", text)
    #expect(message { _ = try scratch.cache() }.contains(part))
    #expect(try scratch.read("results.larder/larder.json") == text)
  }

  @Test("a feature that this version does not know, and an index of another cache, are refused")
  func featuresAndIdentity() throws {
    _ = try scratch.cache()
    let description = try scratch.read("results.larder/larder.json")
    try scratch.write(
      "results.larder/larder.json",
      description.replacing("\"required\" : [\n\n  ]", with: "\"required\" : [\"sealed\"]"))
    #expect(message { _ = try scratch.cache() }.contains("requires the feature 'sealed'"))
    let id = try #require(description.firstMatch(of: /"id" : "([0-9a-f]{32})"/)).1
    try scratch.write(
      "results.larder/larder.json", description.replacing(id, with: String(repeating: "0", count: 32)))
    #expect(message { _ = try scratch.cache() }.contains("belongs to another cache"))
  }

  @Test("a lost description is made again from the index, and nothing is lost")
  func lostDescription() throws {
    let key = try scratch.cache().put("kept", for: Call("f"))
    try FileManager.default.removeItem(atPath: scratch.cachePath + "/larder.json")
    #expect(try scratch.cache().lookup(key, as: String.self).value == "kept")
  }

  @Test("input files that cannot be read are told by name")
  func inputs() throws {
    let cache = try scratch.cache()
    func key(_ value: any Encodable & Sendable) -> String { message { _ = try cache.key("f", ["x": value]) } }
    let missing = scratch.path + "/missing.csv"
    #expect(key(InputFile(missing)) == "Cannot read the input file '\(missing)': No such file or directory.")
    let directory = scratch.path
    #expect(
      key(InputFile(directory))
        == "The input file '\(directory)' is a directory. Name a file in it, or make the argument a tree.")
    #expect(key(InputTree(missing)) == "Cannot read the tree '\(missing)': No such file or directory.")
    let pipe = scratch.path + "/pipe"
    #expect(mkfifo(pipe, 0o600) == 0)
    #expect(key(InputFile(pipe)).contains("is not a regular file"))
    #expect(key(InputTree(scratch.path)).contains("cannot be part of a tree"))
    #expect(key(InputFile("a\u{0}b")).contains("its path holds a zero byte"))
  }

  @Test("a secret without a pepper is an error, and a pepper that others can read too")
  func peppers() throws {
    let bare = try scratch.cache { $0.environment = ["HOME": scratch.path, "LARDER_MEMO": ""] }
    func key() -> String { message { _ = try bare.key("f", ["token": .secret("s3cret")]) } }
    #expect(
      key()
        == "A secret argument needs a pepper, and there is none. Make one with 'larder init', or set LARDER_PEPPER.")
    #expect(try Pepper.make(["HOME": scratch.path]))
    #expect(try !Pepper.make(["HOME": scratch.path]))
    #expect(key() == "no error")
    let path = scratch.path + "/.config/larder/pepper"
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
    #expect(key().hasPrefix("Others can read or own the pepper"))
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    try scratch.write(".config/larder/pepper", "short\n")
    #expect(key().hasSuffix("Restore it from a backup."))
    #expect(
      message { _ = try scratch.cache { $0.environment["LARDER_PEPPER"] = "short" }.key("f", ["x": .secret(1)]) }
        .hasPrefix("LARDER_PEPPER is shorter"))
  }
}
