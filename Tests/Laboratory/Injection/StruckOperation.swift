import Foundation
import Larder
import LarderIndex
import LarderSystem

/// Something that Larder does, with what may be found after it was struck.
struct StruckOperation {
  let name: String
  /// What a cache may hold after a strike: the first before the operation, the last after it, between them what it may
  /// leave where it consists of several transactions. A success leaves the last.
  var states: [Contents]
  /// Whether the operation opens the cache itself.
  var opensItself = false
  /// Whether its success promises that a power cut loses nothing, so that no flush may have failed for good.
  var isDurable = false
  /// How many flushes at its end serve only what it tidies up after its effect.
  var lateFlushes = 0
  /// How the cache is opened for it.
  var options: (inout CacheOptions) -> Void = { _ in }
  /// Lays out the site; done once, in a process that ends without closing what it opened where it says so.
  var prepare: (Site) throws -> Void = StruckOperation.standard
  /// Done by the same process before calls are counted.
  var before: (Site, ArtifactStore) throws -> Void = { _, _ in }
  var act: (Site, ArtifactStore?) throws -> Void
  /// What the same process looks at after a success.
  var afterwards: (Site, ArtifactStore) throws -> Void = { _, _ in }
  /// Looks at what the operation left outside of the cache.
  var outcome: (_ site: Site, _ wasKilled: Bool) throws -> Void = { _, _ in }
  /// Artifacts that may be gone once the operation has begun to have an effect, as an eviction chooses.
  var evictable: Set<String> = []

  /// What every cache of the experiment holds to begin with.
  static let artifacts: Contents = [
    "inline": .random(300, 1), "file": .random(30_000, 2), "text": .text(3000, 3), "twin": .random(30_000, 2),
    "tree": tree,
  ]
  static let tree = Artifact.tree([
    "a": Samples.random(20_000, 4), "b/c": Samples.random(100, 5), "d": Samples.random(30_000, 2),
  ])

  static func standard(_ site: Site) throws {
    try FileManager.default.createDirectory(atPath: site.input, withIntermediateDirectories: true)
    try FileManager.default.createDirectory(atPath: site.output, withIntermediateDirectories: true)
    let store = try site.open()
    for (name, artifact) in artifacts.sorted(by: { $0.key < $1.key }) {
      try site.layOut(name, artifact)
      try store.put(name, artifact, site)
    }
    store.endSession()
  }

  /// The states of an operation that goes from the standard contents to others in one step.
  static func changing(_ change: (inout Contents) -> Void) -> [Contents] {
    var after = artifacts
    change(&after)
    return [artifacts, after]
  }

  func leaving(evictable: Set<String>) -> StruckOperation {
    var copy = self
    copy.evictable = evictable
    return copy
  }

  /// Whether it stands for those that resemble it, and is struck with everything.
  var isComplete: Bool { Self.complete.contains(name) }

  private static let complete: Set<String> = [
    "put into the index", "put a file", "put a tree", "get a file", "get a tree to a directory", "remove a tree",
    "open after a crash", "recover an index without its row", "sweep, delete: a file without a row",
    "sweep, quarantine: a flipped bit",
  ]

  /// Every name that may be found.
  var names: [String] { Set(states.flatMap(\.keys)).sorted() }

  static var all: [StruckOperation] { puts + gets + removals + openings + recoveries + sweeps }
}
