import Foundation
import Larder
import LarderTesting
import Shared

/// One thread that stores and removes under keys of its own, and marks what it begins and what it was promised.
struct PowerCutWriter {
  /// What the writer does wrong on purpose, so that the audit can be seen to find it.
  enum Mutant: String, CaseIterable {
    /// Stores fast and takes each return for the promise that only a durable put or a sync gives.
    case fast
    /// Takes the promise before the cache has done anything.
    case early
    /// Says that it stored something else.
    case swapped
  }

  let number: Int
  let marks: PowerCutMarks
  let scratch: String
  let mutant: Mutant?
  /// The first of the keys that belong to this writer alone.
  let firstKey: Int
  private var random: SplitMix
  private var operations = 0
  private var present: Set<PowerCutName> = []
  private var waitingForSync: [String] = []

  private static let values = 8
  private static let trees = 2
  /// The keys of one writer.
  static let keys = max(values, trees)

  init(_ number: Int, _ marks: PowerCutMarks, _ settings: PowerCutSettings) {
    self.number = settings.firstWriter + number
    self.marks = marks
    scratch = "\(settings.scratch)/writer\(self.number)"
    mutant = settings.mutant
    firstKey = self.number * Self.keys
    random = SplitMix(seed: settings.seed &* 1000 &+ UInt64(self.number))
  }

  /// Stores and removes through a cache that is open in a mode; in the fast one now and then with a sync.
  mutating func run(_ count: Int, in cache: ArtifactCache, durable: Bool) throws {
    // What an earlier handle stored, this one's sync does not promise.
    waitingForSync = []
    // The cache may be what another power cut has left.
    let names =
      (0..<Self.values).map { PowerCutName.value(firstKey + $0) }
      + (0..<Self.trees).map { PowerCutName.tree(firstKey + $0) }
    present = try Set(names.filter { try cache.contains($0.key(in: cache)) })
    for _ in 0..<count {
      switch Int.random(in: 0..<100, using: &random) {
      case ..<72: try put(in: cache, durable)
      case ..<84: try remove(value(), in: cache, durable)
      default: try storeOrRemoveTree(in: cache, durable)
      }
      if !durable, Int.random(in: 0..<10, using: &random) == 0 { try sync(cache) }
    }
  }

  private mutating func value() -> PowerCutName { .value(firstKey + Int.random(in: 0..<Self.values, using: &random)) }

  private mutating func put(in cache: ArtifactCache, _ durable: Bool) throws {
    let name = value()
    let content = PowerCutContents.bytes(Int.random(in: 0..<PowerCutContents.count, using: &random))
    let digest = mutant == .swapped ? String(repeating: "0", count: 16) : PowerCutContents.digest(content)
    let computes = Bool.random(using: &random)
    try mark(name, digest, durable) { isPresent in
      if computes && !isPresent {
        _ = try cache.value("powercut/value", name.arguments) { content }
      } else {
        try cache.put(content, for: name.key(in: cache))
      }
    }
    present.insert(name)
  }

  private mutating func remove(_ name: PowerCutName, in cache: ArtifactCache, _ durable: Bool) throws {
    // Removals are durable in every mode.
    try mark(name, PowerCutMarks.absent, true) { _ in try cache.remove(name.key(in: cache)) }
    present.remove(name)
  }

  private mutating func storeOrRemoveTree(in cache: ArtifactCache, _ durable: Bool) throws {
    let name = PowerCutName.tree(firstKey + Int.random(in: 0..<Self.trees, using: &random))
    if present.contains(name) { return try remove(name, in: cache, durable) }
    let contents = (0..<Int.random(in: 1...4, using: &random)).map { _ in
      Int.random(in: 0..<PowerCutContents.count, using: &random)
    }
    let (draft, destination) = (scratch + "/draft", scratch + "/tree")
    defer { for path in [draft, destination] { try? FileManager.default.removeItem(atPath: path) } }
    let digest = try PowerCutContents.makeTree(contents, at: draft)
    try mark(name, digest, durable) { _ in
      try cache.tree(PowerCutName.treeFunction, name.arguments, to: destination) { path in
        _ = try PowerCutContents.makeTree(contents, at: path)
      }
    }
    present.insert(name)
  }

  private mutating func mark(
    _ name: PowerCutName, _ value: String, _ durable: Bool, _ body: (_ isPresent: Bool) throws -> Void
  ) throws {
    operations += 1
    let operation = "\(number).\(operations)"
    try marks.begin(operation, name, value, durable: durable || mutant == .fast)
    if mutant == .early { try marks.done([operation]) }
    try body(present.contains(name))
    if durable || mutant == .fast { try marks.done([operation]) } else { waitingForSync.append(operation) }
  }

  private mutating func sync(_ cache: ArtifactCache) throws {
    if mutant == .fast { return }
    try cache.sync()
    try marks.done(waitingForSync)
    waitingForSync = []
  }
}
