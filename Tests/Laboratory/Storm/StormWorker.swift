import Foundation
import Larder
import LarderFormat
import LarderIndex
import LarderSystem
import LarderTesting
import Shared

/// A thread that puts, replaces, looks up, computes and removes, and writes down what it did.
final class StormWorker {
  private static let blobKeys = 160
  private static let treeKeys = 40

  private let process: StormProcess
  private let contents = StormContents.standard
  /// Process and thread: what makes the versions of this one its own.
  private let name: String
  private let scratch: String
  private var dice: SplitMix
  private var history: StormHistory
  private var number = 0
  private let keys: [ArtifactKey]
  private var cache: ArtifactCache
  private var store: ArtifactStore

  init(_ process: StormProcess, thread: Int = 0) throws {
    self.process = process
    name = thread == 0 ? process.name : "\(process.name)-\(thread)"
    scratch = "\(process.scratch)/\(name)"
    dice = SplitMix(seed: process.seed &+ UInt64(thread))
    history = try StormHistory(at: "\(process.histories)/\(name).log")
    (cache, store) = (process.cache, process.store)
    let cache = cache
    keys = try (0..<Self.blobKeys + Self.treeKeys).map { try cache.key("storm", ["key": $0]) }
    try makeDirectories(scratch)
  }

  func run() throws {
    while !process.isOver { try step() }
    try history.flush()
  }

  /// Looks every key up once; for when nobody else is there.
  func readEverything() throws {
    for key in 0..<Self.blobKeys { try lookUp(key) }
    for key in Self.blobKeys..<keys.count { try export(key) }
    try history.flush()
  }

  private func step() throws {
    switch Int.random(in: 0..<1000, using: &dice) {
    case ..<360: try lookUp(blobKey())
    case ..<600: try put(blobKey())
    case ..<740: try compute(blobKey())
    case ..<770: try computeFile(blobKey())
    case ..<850: try remove()
    case ..<900: try export(treeKey())
    case ..<955: try putTree(treeKey())
    case ..<980: try computeTree(treeKey())
    case ..<985: try perform("sync") { try $0.cache.sync() }
    case ..<993:
      try perform("flush") {
        $0.cache.flush(); $0.store.endSession()
      }
    default:
      try perform("reopen") { worker in
        (worker.cache, worker.store) = try worker.process.open(&worker.dice)
      }
    }
  }

  /// A key of its range; one in three is one of ten that everybody is after.
  private func blobKey() -> Int { Int.random(in: 0..<(dice.falls(300) ? 10 : Self.blobKeys), using: &dice) }
  private func treeKey() -> Int {
    Self.blobKeys + Int.random(in: 0..<(dice.falls(300) ? 4 : Self.treeKeys), using: &dice)
  }

  private func content() -> Int {
    Int.random(in: 0..<(dice.falls(200) ? StormContents.frequent : contents.blobs.count), using: &dice)
  }

  // MARK: Operations

  private func lookUp(_ key: Int) throws {
    try operation("lookup \(key)") { worker in
      let found = try worker.cache.lookup(worker.keys[key], as: Data.self)
      let end = Clock.system.uptime()
      switch found {
      case .hit(let value, let entry):
        return (end, "hit \(entry.tags.first ?? "-") \(worker.contents.digest(of: value))")
      case .miss(let reason): return (end, try worker.miss(reason, key))
      }
    }
  }

  private func put(_ key: Int) throws {
    let content = content()
    let life = dice.falls(30) ? Int64.random(in: 10_000_000..<300_000_000, using: &dice) : nil
    let options = options(life)
    try operation("put \(key) \(contents.digests[content]) \(life ?? 0)") { worker in
      try worker.cache.put(worker.contents.blobs[content], for: worker.keys[key], options: options)
      return (Clock.system.uptime(), "stored")
    }
  }

  private func compute(_ key: Int) throws {
    let content = content()
    let options = options(nil)
    try operation("value \(key) \(contents.digests[content]) 0") { worker in
      var isComputed = false
      let value = try worker.cache.value("storm", ["key": key], options: options) {
        isComputed = true
        return worker.contents.blobs[content]
      }
      return (Clock.system.uptime(), "\(isComputed ? "computed" : "hit") - \(worker.contents.digest(of: value))")
    }
  }

  private func computeFile(_ key: Int) throws {
    let content = content()
    let options = options(nil)
    let place = place()
    try operation("value \(key) \(contents.digests[content]) 0") { worker in
      let origin = try worker.cache.file("storm", ["key": key], to: place, options: options) { draft in
        try worker.contents.blobs[content].write(to: URL(filePath: draft))
      }
      let end = Clock.system.uptime()
      let bytes = try Data(contentsOf: URL(filePath: place))
      return (end, "\(origin == .computed ? "computed" : "hit") - \(worker.contents.digest(of: bytes))")
    }
    try? FileManager.default.removeItem(atPath: place)
  }

  private func remove() throws {
    let several = (0..<(dice.falls(100) ? 3 : 1)).map { _ in dice.falls(200) ? treeKey() : blobKey() }
    try operation("remove \(several.map(String.init).joined(separator: ","))") { worker in
      try worker.cache.remove(several.map { worker.keys[$0] })
      return (Clock.system.uptime(), "removed")
    }
  }

  private func putTree(_ key: Int) throws {
    let tree = contents.trees[Int.random(in: 0..<contents.trees.count, using: &dice)]
    var draft = EntryDraft(key: keys[key], representation: "")
    draft.tags = [version]
    draft.cost = Int64.random(in: 1_000_000..<1_000_000_000, using: &dice)
    try operation("put \(key) \(tree.digest) 0") { worker in
      let outcome = try worker.store.put(path: "\(worker.process.trees)/\(tree.name)", draft)
      let end = Clock.system.uptime()
      guard case .stored = outcome else { return (end, "refused") }
      return (end, "stored")
    }
  }

  private func export(_ key: Int) throws {
    let place = place()
    try operation("lookup \(key)") { worker in
      let found = try worker.store.export(worker.keys[key], CallName(), to: place)
      let end = Clock.system.uptime()
      switch found {
      case .hit(let entry, _):
        return (end, "hit \(entry.record.tags.first ?? "-") \(try worker.contents.digest(ofTree: place))")
      case .miss(let miss): return (end, try worker.miss(miss.reason, key))
      }
    }
    try? FileManager.default.removeItem(atPath: place)
  }

  private func computeTree(_ key: Int) throws {
    let tree = contents.trees[Int.random(in: 0..<contents.trees.count, using: &dice)]
    let options = options(nil)
    let place = place()
    try operation("value \(key) \(tree.digest) 0") { worker in
      let origin = try worker.cache.tree("storm", ["key": key], to: place, options: options) { draft in
        try StormContents.write(tree, to: draft)
      }
      let end = Clock.system.uptime()
      return (end, "\(origin == .computed ? "computed" : "hit") - \(try worker.contents.digest(ofTree: place))")
    }
    try? FileManager.default.removeItem(atPath: place)
  }

  private func place() -> String { "\(scratch)/\(version)" }

  /// Names what the operation under way stores, so that a hit says whose it is.
  private var version: String { "\(name).\(number)" }

  private func options(_ life: Int64?) -> PutOptions {
    PutOptions(
      encoding: [nil, .raw, .lz4, .zstd].randomElement(using: &dice) ?? nil,
      timeToLive: life.map { .nanoseconds($0) }, tags: [version],
      cost: .milliseconds(Int.random(in: 1..<1000, using: &dice)))
  }

  /// A miss with the tombstone that is there now: the time of an eviction is found nowhere else.
  private func miss(_ reason: MissReason, _ key: Int) throws -> String {
    let tombstone = try store.index.absence(of: keys[key], namespace: "", function: "storm", version: "").tombstone
    guard let tombstone else { return "miss \(reason) -" }
    return "miss \(reason) \(tombstone.removed.nanoseconds - process.epoch)"
  }

  // MARK: Writing down

  private func operation(_ words: String, _ body: (StormWorker) throws -> (end: UInt64, outcome: String)) throws {
    try history.begin(number, words)
    do {
      let (end, outcome) = try body(self)
      history.end(number, at: end, outcome)
    } catch {
      let text = "\(error)".replacing("\n", with: " ")
      history.end(number, at: Clock.system.uptime(), "failed \((error as? LarderError)?.code.rawValue ?? "-") \(text)")
    }
    number += 1
  }

  private func perform(_ name: String, _ body: (StormWorker) throws -> Void) throws {
    try operation(name) { worker in
      try body(worker)
      return (Clock.system.uptime(), "done")
    }
  }
}
