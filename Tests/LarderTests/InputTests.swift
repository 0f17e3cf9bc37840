import Foundation
import LarderCrypto
import LarderFormat
import LarderIndex
import LarderSystem
import Testing

@testable import Larder

@Suite("Input files", .timeLimit(.minutes(5))) struct InputTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  @Test("a file enters the key by content and executable bit, not by name and times")
  func content() throws {
    let cache = try scratch.cache()
    func key(_ name: String) throws -> ArtifactKey { try cache.key("f", ["csv": .file(scratch.path + "/" + name)]) }
    try scratch.write("a.csv", "1,2\n")
    try scratch.write("b.csv", "1,2\n")
    try scratch.write("c.csv", "1,3\n")
    #expect(try key("a.csv") == key("b.csv"))
    #expect(try key("a.csv") != key("c.csv"))
    let before = try key("a.csv")
    func set(_ attributes: [FileAttributeKey: Any]) throws {
      try FileManager.default.setAttributes(attributes, ofItemAtPath: scratch.path + "/a.csv")
    }
    try set([.modificationDate: Date(timeIntervalSince1970: 1)])
    #expect(try key("a.csv") == before)
    try set([.posixPermissions: 0o755])
    #expect(try key("a.csv") != before)
    try FileManager.default.createSymbolicLink(atPath: scratch.path + "/link", withDestinationPath: "b.csv")
    #expect(try key("link") == key("b.csv"))
    #expect(
      try cache.key("f", ["csv": InputFile(scratch.path + "/b.csv", named: true)])
        != cache.key("f", ["csv": InputFile(scratch.path + "/link", named: true)]))
  }

  @Test("an edited file runs the step again; the old content finds its old value")
  func edited() throws {
    let cache = try scratch.cache()
    let runs = Counter()
    func lines(_ text: String) throws -> Int {
      let path = try scratch.write("data.txt", text)
      return try cache.value("lines", ["file": .file(path)]) {
        runs.increment()
        return text.split(separator: "\n").count
      }
    }
    #expect(try lines("a\nb\n") == 2)
    #expect(try lines("a\nb\nc\n") == 3)
    #expect(try lines("a\nb\n") == 2)
    #expect(runs.value == 2)
  }

  @Test("a directory enters the key by paths, contents, executable bits, links and empty directories")
  func trees() throws {
    let cache = try scratch.cache()
    func key() throws -> ArtifactKey { try cache.key("f", ["src": .tree(scratch.path + "/src")]) }
    var keys = Set<ArtifactKey>()
    func changed() throws -> Bool { keys.insert(try key()).inserted }
    try scratch.write("src/a/x.txt", "x")
    try scratch.write("src/b.txt", "b")
    #expect(try changed())
    #expect(try !changed())
    try scratch.write("src/b.txt", "c")
    #expect(try changed())
    try FileManager.default.createDirectory(atPath: scratch.path + "/src/empty", withIntermediateDirectories: false)
    #expect(try changed())
    try FileManager.default.createSymbolicLink(atPath: scratch.path + "/src/l", withDestinationPath: "nowhere")
    #expect(try changed())
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: scratch.path + "/src/b.txt")
    #expect(try changed())
    try FileManager.default.moveItem(atPath: scratch.path + "/src/b.txt", toPath: scratch.path + "/src/d.txt")
    #expect(try changed())
    // A directory link among the items is not followed, one named as the argument is.
    try FileManager.default.createSymbolicLink(
      atPath: scratch.path + "/elsewhere", withDestinationPath: scratch.path + "/src")
    #expect(try cache.key("f", ["src": .tree(scratch.path + "/elsewhere")]) == key())
  }

  @Test("when an input changes while its value is computed, the value is returned and not stored")
  func changedMeanwhile() throws {
    let cache = try scratch.cache()
    let path = try scratch.write("data.txt", "before")
    let value = try cache.value("read", ["file": .file(path)]) {
      try scratch.write("data.txt", "after!")
      return "computed from a mixture"
    }
    #expect(value == "computed from a mixture")
    #expect(try scratchStore(cache).index.totals().entries == 0)
    #expect(try cache.value("read", ["file": .file(path)]) { "computed from after" } == "computed from after")
    try scratch.write("data.txt", "before")
    #expect(try cache.value("read", ["file": .file(path)]) { "computed from before" } == "computed from before")
  }

  @Test("a digest is remembered only for a file that has been at rest for two seconds")
  func memo() throws {
    let path = try scratch.write("data.txt", "content")
    let status = try FileStatus(following: path)
    func digests(_ age: Int64) -> FileDigests {
      FileDigests(
        scratch.options {
          $0.clock.now = { status.changed.adding(nanoseconds: age) }
          $0.environment["LARDER_MEMO"] = ""
        })
    }
    /// How many calls reading the file a second time takes: a remembered digest needs `stat` alone.
    func calls(_ age: Int64) throws -> Int {
      let digests = digests(age)
      _ = try digests.identity(of: path)
      let plan = Faults.Plan { _, _ in nil }
      try Faults.$plan.withValue(plan) { _ = try digests.identity(of: path) }
      return plan.calls
    }
    #expect(try calls(0) > 1)
    #expect(try calls(1_999_999_999) > 1)
    #expect(try calls(2_000_000_000) == 1)
    #expect(try calls(-3_000_000_000) > 1, "times in the future are not trusted")
  }

  @Test("another process finds the digest in the memo; a changed file is read again")
  func memoFile() throws {
    let path = try scratch.write("data.txt", "content")
    let later = try FileStatus(following: path).changed.adding(nanoseconds: 5_000_000_000)
    func reads() throws -> Int {
      let digests = FileDigests(scratch.options { $0.clock.now = { later } })
      let reads = Counter()
      let plan = Faults.Plan { call, _ in
        if call == .read { reads.increment() }
        return nil
      }
      let (_, identity) = try Faults.$plan.withValue(plan) { try digests.identity(of: path) }
      #expect(identity.digest == SHA256.hash(Array(try scratch.read("data.txt").utf8)))
      return reads.value
    }
    #expect(try reads() > 0)
    #expect(try reads() == 0)
    try scratch.write("data.txt", "CONTENT")
    #expect(try reads() > 0)
  }

  @Test("a file that changes while it is read is read again, and told after the third time")
  func changesWhileReading() throws {
    let path = try scratch.write("data.txt", "0")
    func identity(changes: Int) throws -> FileIdentity {
      let left = Locked(changes)
      let plan = Faults.Plan { call, _ in
        guard call == .read else { return nil }
        let change = left.withLock { left in
          left -= 1
          return left >= 0
        }
        if change { try? appendLine("more", to: path) }
        return nil
      }
      return try Faults.$plan.withValue(plan) { try FileDigests(scratch.options()).identity(of: path).1 }
    }
    #expect(try identity(changes: 1).digest == SHA256.hash(Array(try scratch.read("data.txt").utf8)))
    #expect {
      _ = try identity(changes: .max)
    } throws: { "\($0)".hasPrefix("The input file '\(path)' changed while reading.") }
  }

  @Test("a secret enters the key under the pepper and stands nowhere in the cache")
  func secrets() throws {
    let cache = try scratch.cache()
    let key = try cache.put("value", for: Call("f", ["token": .secret("hunter2-hunter2")]))
    #expect(try cache.key("f", ["token": .secret("hunter2-hunter2")]) == key)
    #expect(try cache.key("f", ["token": .secret("other")]) != key)
    #expect(try cache.key("f", ["token": "hunter2-hunter2"]) != key)
    let other = try scratch.cache { $0.environment["LARDER_PEPPER"] = "another pepper, long" }
    #expect(try other.key("f", ["token": .secret("hunter2-hunter2")]) != key)
    cache.flush()
    for name in FileManager.default.subpaths(atPath: scratch.cachePath) ?? [] {
      guard let data = FileManager.default.contents(atPath: scratch.cachePath + "/" + name) else { continue }
      #expect(data.range(of: Data("hunter2".utf8)) == nil, "\(name)")
    }
  }

  @Test("an unkeyed argument does not change the key")
  func unkeyed() throws {
    let cache = try scratch.cache()
    #expect(
      try cache.key("f", ["x": 1, "threads": .unkeyed(4)]) == cache.key("f", ["x": 1, "threads": .unkeyed(8)]))
    #expect(try cache.key("f", ["x": 1, "threads": .unkeyed(4)]) == cache.key("f", ["x": 1]))
  }
}

@Suite("Inputs that change meanwhile", .timeLimit(.minutes(5))) struct ChangingInputTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  @Test(
    "whatever changes in a tree during the computation, the value is returned and not stored",
    arguments: ["added file", "removed file", "added directory", "link", "executable bit", "content"])
  func tree(_ change: String) throws {
    let cache = try scratch.cache()
    try scratch.write("src/a", "a")
    try scratch.write("src/b", "b")
    let source = scratch.path + "/src"
    try FileManager.default.createSymbolicLink(atPath: source + "/l", withDestinationPath: "a")
    let value = try cache.value("f", ["src": .tree(source)]) {
      switch change {
      case "added file": try scratch.write("src/c", "c")
      case "removed file": try FileManager.default.removeItem(atPath: source + "/b")
      case "added directory":
        try FileManager.default.createDirectory(atPath: source + "/d", withIntermediateDirectories: false)
      case "link":
        try FileManager.default.removeItem(atPath: source + "/l")
        try FileManager.default.createSymbolicLink(atPath: source + "/l", withDestinationPath: "b")
      case "executable bit":
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: source + "/a")
      default: try scratch.write("src/a", "A")
      }
      return change
    }
    #expect(value == change)
    #expect(try scratchStore(cache).index.totals().entries == 0)
  }

  @Test("a tree that stays as it is has its value stored")
  func unchangedTree() throws {
    let cache = try scratch.cache()
    try scratch.write("src/a", "a")
    _ = try cache.value("f", ["src": .tree(scratch.path + "/src")]) { 1 }
    #expect(try cache.value("f", ["src": .tree(scratch.path + "/src")]) { 2 } == 1)
  }

  @Test("a young file that changes within one step of its times is read again and noticed")
  func sameTimes() throws {
    let path = try scratch.write("data", "before")
    let status = try FileStatus(following: path)
    let digests = FileDigests(scratch.options { $0.clock.now = { status.changed } })
    let recorder = InputRecorder(digests)
    let identity = try recorder.file(path)
    #expect(recorder.snapshot.areUnchanged())
    var snapshot = recorder.snapshot
    // The same times and another content: as a file system with coarse times would show it.
    try scratch.write("data", "AFTER!")
    snapshot.files[0].status = try FileStatus(following: path)
    snapshot.files[0].identity = identity
    #expect(!snapshot.areUnchanged())
  }

  @Test("a file whose size does not tell what it holds is refused")
  func proc() throws {
    let cache = try scratch.cache()
    #expect {
      try cache.key("f", ["x": .file("/proc/version")])
    } throws: { "\($0)".contains("holds more than its size of 0 bytes tells") }
  }
}

@Suite("Arguments that look alike") struct MarkedArgumentTests {
  @Test("ranges, durations and arrays of the same numbers have keys of their own")
  func marked() throws {
    let arguments: [any Encodable & Sendable] = [
      0..<5, 0...5, [0, 5], 5..., ..<5, ...5, [5], Duration.seconds(1), [1, 0], [0, 1], Optional(0..<5), [0..<5],
      [[0, 5]],
    ]
    var keys: [ArtifactKey: Int] = [:]
    for (index, argument) in arguments.enumerated() {
      let key = try Call("f", ["x": argument]).key()
      // An optional that is there is what it holds.
      if let other = keys[key] { #expect((other, index) == (0, 10)) }
      keys[key, default: index] = min(keys[key] ?? index, index)
    }
    #expect(keys.count == arguments.count - 1)
    #expect(try Call("f", ["x": 0..<5]).key() == Call("f", ["x": 0..<5]).key())
  }
}
