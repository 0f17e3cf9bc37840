import Foundation
import Larder
import LarderCrypto
import LarderFormat
import LarderIndex
import LarderSystem

/// What a cache holds, by the names of its artifacts: what was acknowledged, what a strike may leave, what is found.
typealias Contents = [String: Artifact]

enum Artifact: Equatable {
  case bytes([UInt8])
  /// Files by their paths.
  case tree([String: [UInt8]])

  /// Bytes that do not shrink, the same for one number.
  static func random(_ count: Int, _ number: UInt64) -> Artifact { .bytes(Samples.random(count, number)) }

  /// Bytes that shrink.
  static func text(_ lines: Int, _ number: UInt64) -> Artifact {
    .bytes(Array((0..<lines).map { "line \($0 &* 7919 &+ Int(number)) of many\n" }.joined().utf8))
  }

  /// As the memory compares it: there are a lot of comparisons, and this is no optimised build.
  static func == (left: Artifact, right: Artifact) -> Bool {
    switch (left, right) {
    case (.bytes(let left), .bytes(let right)): areEqual(left, right)
    case (.tree(let left), .tree(let right)):
      left.count == right.count && left.allSatisfy { path, bytes in right[path].map { areEqual($0, bytes) } ?? false }
    default: false
    }
  }

  private static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.count == right.count && (left.isEmpty || memcmp(left, right, left.count) == 0)
  }

  var content: [UInt8] { if case .bytes(let bytes) = self { bytes } else { [] } }
}

enum Samples {
  static func random(_ count: Int, _ number: UInt64) -> [UInt8] {
    var state = number &* 0x9E37_79B9_7F4A_7C15 | 1
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count + 8)
    while bytes.count < count {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      withUnsafeBytes(of: state) { bytes.append(contentsOf: $0) }
    }
    return Array(bytes.prefix(count))
  }
}

/// The directories of one experiment: the cache, what is stored from outside, what is brought out.
struct Site {
  let root: String
  var cache: String { root + "/cache" }
  var input: String { root + "/in" }
  var output: String { root + "/out" }

  func open(_ change: (inout CacheOptions) -> Void = { _ in }) throws -> ArtifactStore {
    var options = CacheOptions()
    options.environment = [:]
    options.failures = .strict
    // Nobody else uses the cache: whoever waits waits for something that a dead process left.
    options.wait = .seconds(5)
    options.maximumSize = .unlimited
    // Damage is said so loudly that nothing else would be seen.
    options.report = { _ in }
    change(&options)
    return try ArtifactStore(at: cache, options: options)
  }

  static func key(_ name: String) -> ArtifactKey { ArtifactKey(SHA256.hash(Array(name.utf8))) }
  static func call(_ name: String) -> CallName { CallName(function: name, version: "1") }
}

extension ArtifactStore {
  func put(_ name: String, _ artifact: Artifact, _ site: Site) throws {
    var draft = EntryDraft(key: Site.key(name), call: Site.call(name), representation: "data")
    draft.cost = 1_000_000
    let outcome: PutOutcome
    switch artifact {
    case .bytes(let bytes): outcome = try bytes.withUnsafeBytes { try put($0, draft) }
    case .tree: outcome = try put(path: site.input + "/" + name, draft)
    }
    guard case .stored = outcome else { throw Violation("a put of '\(name)' was answered with \(outcome)") }
  }

  /// The artifact under a name; nil for a miss.
  func artifact(_ name: String, _ site: Site) throws -> Artifact? {
    switch try entry(for: Site.key(name), Site.call(name)) {
    case .miss: return nil
    case .hit(let entry, _) where entry.record.representation == "tree":
      let place = site.root + "/seen-" + name
      guard case .hit = try export(Site.key(name), Site.call(name), to: place) else { return nil }
      defer { try? FileManager.default.removeItem(atPath: place) }
      return .tree(try Site.files(place))
    case .hit:
      guard case .hit(_, let bytes) = try bytes(for: Site.key(name), Site.call(name), as: [UInt8].self) else {
        return nil
      }
      return .bytes(bytes)
    }
  }
}

extension Site {
  /// The regular files below a directory.
  static func files(_ place: String) throws -> [String: [UInt8]] {
    var files: [String: [UInt8]] = [:]
    for (path, kind) in SiteImage.list(place) where kind == UInt8(DT_REG) {
      files[path] = [UInt8](try Data(contentsOf: URL(fileURLWithPath: place + "/" + path)))
    }
    return files
  }

  /// Lays out the files of a tree to be stored.
  func layOut(_ name: String, _ artifact: Artifact) throws {
    guard case .tree(let files) = artifact else { return }
    for (path, bytes) in files {
      let file = input + "/" + name + "/" + path
      try FileManager.default.createDirectory(
        atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
      try Data(bytes).write(to: URL(fileURLWithPath: file))
    }
  }
}

/// A promise that was not kept.
struct Violation: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
