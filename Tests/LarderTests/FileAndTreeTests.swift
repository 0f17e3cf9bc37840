import Foundation
import LarderFormat
import LarderIndex
import LarderSystem
import Testing

@testable import Larder

@Suite("Files and trees as results", .timeLimit(.minutes(5))) struct FileAndTreeTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  private func write(_ text: String, to path: String, mode: Int = 0o644) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
  }

  @Test("a file is written once, restored ever after, with its executable bit and in place of what is there")
  func file() throws {
    let cache = try scratch.cache()
    let out = scratch.path + "/deep/out.sh"
    let first = try cache.file("script", to: out) { path in try write("#!/bin/sh\n", to: path, mode: 0o755) }
    #expect(first == .computed)
    #expect(try scratch.read("deep/out.sh") == "#!/bin/sh\n")
    try scratch.write("deep/out.sh", "something else that is longer")
    let second = try cache.file("script", to: out) { _ in Issue.record("computed again") }
    #expect(second == .cache)
    #expect(try scratch.read("deep/out.sh") == "#!/bin/sh\n")
    #expect(try FileStatus(of: out).isExecutable)
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path + "/deep") == ["out.sh"])
    let key = try cache.key("script")
    #expect(try cache.lookup(key, as: Data.self).value == Data("#!/bin/sh\n".utf8))
  }

  @Test("a computation that fails or writes nothing leaves the destination as it was")
  func failing() throws {
    struct Broken: Error {}
    let cache = try scratch.cache()
    let out = try scratch.write("out/result", "old")
    #expect(throws: Broken.self) {
      try cache.file("f", to: out) { path in
        try write("half", to: path)
        throw Broken()
      }
    }
    #expect {
      try cache.file("f", to: out) { _ in }
    } throws: { "\($0)".hasPrefix("The computation of 'f' left no file at the path that it was given.") }
    #expect {
      try cache.tree("f", to: scratch.path + "/out/tree") { path in try FileManager.default.removeItem(atPath: path) }
    } throws: { "\($0)".hasPrefix("The computation of 'f' left no directory") }
    #expect(try scratch.read("out/result") == "old")
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path + "/out") == ["result"])
  }

  @Test("a file and a tree reach their destination when somebody else stores the same call while it is computed")
  func overtaken() throws {
    let cache = try scratch.cache()
    let other = try ArtifactStore(at: cache.shared.store().directory.path, options: CacheOptions())
    try cache.file("f", to: scratch.path + "/out/file") { path in
      try write("own", to: path)
      _ = try other.put(path: path, EntryDraft(key: cache.key("f"), representation: ""))
    }
    #expect(try scratch.read("out/file") == "own")
    try cache.tree("t", to: scratch.path + "/out/tree") { path in
      try write("own", to: path + "/file")
      _ = try other.put(path: path, EntryDraft(key: cache.key("t"), representation: ""))
    }
    #expect(try scratch.read("out/tree/file") == "own")
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path + "/out").sorted() == ["file", "tree"])
  }

  @Test("a tree comes back with files, links, executable bits and empty directories, and equal files are stored once")
  func tree() async throws {
    let cache = try scratch.cache()
    let large = String(repeating: "line of text\n", count: 2000) + UUID().uuidString
    let runs = Counter()
    func make(_ destination: String) async throws -> ArtifactOrigin {
      try await cache.tree("site", to: scratch.path + "/" + destination) { path in
        runs.increment()
        try FileManager.default.createDirectory(atPath: path + "/a/empty", withIntermediateDirectories: true)
        try write(large, to: path + "/a/one.txt")
        try write(large, to: path + "/two.txt")
        try write("run", to: path + "/a/run", mode: 0o755)
        try write("", to: path + "/empty.txt")
        try FileManager.default.createSymbolicLink(atPath: path + "/link", withDestinationPath: "../outside")
      }
    }
    #expect(try await make("first") == .computed)
    #expect(try await make("second") == .cache)
    // In place of a directory that is there.
    try scratch.write("first/stale", "stale")
    #expect(try await make("first") == .cache)
    #expect(runs.value == 1)
    let first = try TreeWalk.items(of: scratch.path + "/first").map { String(decoding: $0.path, as: UTF8.self) }
    #expect(first == ["a", "a/empty", "a/one.txt", "a/run", "empty.txt", "link", "two.txt"])
    for name in ["first", "second"] {
      #expect(try scratch.read(name + "/a/one.txt") == large)
      #expect(try scratch.read(name + "/two.txt") == large)
      #expect(try FileStatus(of: scratch.path + "/" + name + "/a/run").isExecutable)
      #expect(
        try FileManager.default.destinationOfSymbolicLink(atPath: scratch.path + "/" + name + "/link") == "../outside")
    }
    // One blob in the tree for both large files; manifest, "run" and "" are small.
    let store = try scratchStore(cache)
    #expect(try store.index.totals().blobs == 4)
    #expect(try cache.remove(cache.key("site")))
    #expect(try store.index.totals() == IndexTotals())
    #expect(scratch.blobFiles().isEmpty)
  }

  @Test("a tree with a damaged file is a miss, and healed by computing it again")
  func damagedTree() throws {
    let cache = try scratch.cache()
    func make(_ destination: String) throws -> ArtifactOrigin {
      try cache.tree("t", to: scratch.path + "/" + destination) { path in
        try contents(5).write(to: URL(fileURLWithPath: path + "/large"))
      }
    }
    #expect(try make("a") == .computed)
    try NoWrongBytesTests.Damage.flipMiddle.strike(scratch.blobFiles()[0])
    #expect(try make("b") == .computed)
    #expect(try make("c") == .cache)
    for name in ["a", "b", "c"] {
      #expect(try Data(contentsOf: URL(fileURLWithPath: scratch.path + "/\(name)/large")) == contents(5))
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path).filter { $0.hasPrefix(".larder") } == [])
  }

  @Test(
    "a manifest that leads out of its tree is refused",
    arguments: ["../x", "/x", "a/../../x", "./x", "a//x", "", "a/x"])
  func hostileManifest(_ path: String) throws {
    let manifest = TreeManifest([.init(path: Array(path.utf8), kind: .link(target: Array("t".utf8)))])
    #expect(throws: ManifestError.self) { try TreeManifest(reading: manifest.bytes) }
  }

  @Test("a manifest that reaches through a link of its own is refused")
  func throughLink() throws {
    let manifest = TreeManifest([
      .init(path: Array("l".utf8), kind: .link(target: Array("/etc".utf8))),
      .init(path: Array("l/passwd".utf8), kind: .directory),
    ])
    #expect(throws: ManifestError.self) { try TreeManifest(reading: manifest.bytes) }
  }

  @Test("a stream of many frames passes through the store in little memory")
  func streams() throws {
    let cache = try scratch.cache()
    let store = try scratchStore(cache)
    let source = scratch.path + "/source"
    let file = try Descriptor(source, [.readWrite, .create])
    let chunk = contents(1) + contents(2)
    for _ in 0..<400 { try file.writeAll([UInt8](chunk)) }
    let key = try cache.key("stream")
    _ = try store.put(path: source, EntryDraft(key: key, representation: "file"))
    let entry = try #require(try store.index.entry(for: key))
    #expect(entry.record.size == 24_000_000)
    try store.export(entry, to: scratch.path + "/copy")
    #expect(FileManager.default.contentsEqual(atPath: source, andPath: scratch.path + "/copy"))
  }
}
