import Foundation
import Larder
import LarderCrypto
import LarderFormat
import LarderIndex
import LarderSystem
import LarderTesting
import Shared

/// The reader of a cache that somebody else corrupts between two questions.
enum Corruption {
  /// `make DIRECTORY`: makes a cache and prints `<key> <what it must give>` for each artifact.
  /// `read DIRECTORY`: answers the questions on standard input, a line each.
  /// `index COUNT SEED`: see ``IndexCorruption``.
  static func run(_ words: [String]) throws {
    if words.count == 3, words[0] == "index", let count = Int(words[1]), let seed = UInt64(words[2]) {
      return try IndexCorruption(count: count, seed: seed).run()
    }
    guard words.count == 2 else { throw LarderError(.usage, "Say make or read, and a directory.") }
    if words[0] == "make" { try make(words[1]) } else { try answer(words[1]) }
  }

  // Making

  private static func make(_ path: String) throws {
    let store = try ArtifactStore(at: path, options: CacheOptions())
    var generator = SplitMix(seed: 20)
    for encoding in [Encoding.raw, .lz4, .zstd] {
      for size in [0, 1, 100, 3000, 5000, 20_000, 70_000] {
        for number in 0..<2 {
          let content = bytes(size, compressible: number == 0, &generator)
          try put(content, "\(encoding.rawValue) \(size) \(number)", encoding, store)
        }
      }
    }
    for number in 0..<3 { try putTree(number, beside: path, store, &generator) }
    store.endSession()
  }

  private static func draft(_ name: String) -> EntryDraft {
    let function = "corruption/" + (name.split(separator: " ").first ?? "")
    var draft = EntryDraft(
      key: ArtifactKey(SHA256.hash(Array(name.utf8))), call: CallName(function: function, version: "1"),
      representation: "bytes")
    draft.cost = 1_000_000
    draft.tags = ["tag"]
    draft.timeToLive = 86_400_000_000_000
    return draft
  }

  private static func put(_ content: [UInt8], _ name: String, _ encoding: Encoding, _ store: ArtifactStore) throws {
    var draft = draft(name)
    draft.encoding = encoding
    _ = try content.withUnsafeBytes { try store.put($0, draft) }
    print(draft.key, SHA256.hash(content).hex)
  }

  private static func putTree(
    _ number: Int, beside path: String, _ store: ArtifactStore, _ generator: inout SplitMix
  ) throws {
    let source = path + ".source"
    for (name, size) in [("a", 10), ("b/c", 9000), ("b/d", 100)] {
      let file = source + "/" + name
      try makeDirectories(String(file[..<(file.lastIndex(of: "/") ?? file.startIndex)]))
      try Data(bytes(size, compressible: false, &generator)).write(to: URL(fileURLWithPath: file))
    }
    let draft = draft("tree \(number)")
    _ = try store.put(path: source, draft)
    print(draft.key, try digest(ofTree: source))
    try FileManager.default.removeItem(atPath: source)
  }

  private static func bytes(_ size: Int, compressible: Bool, _ generator: inout SplitMix) -> [UInt8] {
    (0..<size).map { _ in UInt8.random(in: 0...(compressible ? 3 : 255), using: &generator) }
  }

  // Answering

  /// `get KEY` → `hit DIGEST` or `miss REASON`; `sweep` → the number of problems and their kinds; an error ends nothing,
  /// it is an answer.
  private static func answer(_ path: String) throws {
    let store = try ArtifactStore(at: path, options: CacheOptions())
    while let line = readLine() {
      let words = line.split(separator: " ").map(String.init)
      var answer = ""
      do {
        if words[0] == "sweep" {
          let report = try store.sweep(SweepOptions())
          answer = "\(report.problemCount) \(report.counts.keys.map(\.rawValue).sorted().joined(separator: ","))"
        } else if let key = ArtifactKey(words[1]) {
          answer = try get(key, path, store)
        }
      } catch {
        answer = "error \(printable("\(error)"))"
      }
      FileHandle.standardOutput.write(Data((answer + "\n").utf8))
    }
  }

  private static func get(_ key: ArtifactKey, _ path: String, _ store: ArtifactStore) throws -> String {
    switch try store.bytes(for: key, CallName()) {
    case .miss(let miss): return "miss \(miss.reason)"
    case .hit(let entry, let bytes):
      guard entry.record.representation == Representation.tree else { return "hit \(SHA256.hash(bytes).hex)" }
    }
    let target = path + ".target"
    defer { try? FileManager.default.removeItem(atPath: target) }
    switch try store.export(key, CallName(), to: target) {
    case .miss(let miss): return "miss \(miss.reason)"
    case .hit: return "hit \(try digest(ofTree: target))"
    }
  }

  private static func digest(ofTree path: String) throws -> String {
    var all: [UInt8] = []
    for name in (FileManager.default.subpaths(atPath: path) ?? []).sorted() {
      all += Array(name.utf8) + [0]
      if let data = try? Data(contentsOf: URL(fileURLWithPath: path + "/" + name)) {
        all += SHA256.hash(Array(data)).bytes
      }
    }
    return SHA256.hash(all).hex
  }
}
