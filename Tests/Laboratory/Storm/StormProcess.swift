import Dispatch
import Larder
import LarderSystem
import LarderTesting
import Shared

/// A process that works on the cache with one or several threads, all of them in the same sessions at first.
struct StormProcess: Sendable {
  /// Slot and generation.
  let name: String
  let histories: String
  let scratch: String
  let trees: String
  let seed: UInt64
  let epoch: Int64
  let cache: ArtifactCache
  let store: ArtifactStore
  private let path: String
  private let stop: String
  private let driver: Int32
  private let random: RandomSource

  init(_ settings: Storm.Settings) throws {
    histories = try settings.text("histories")
    scratch = try settings.text("scratch")
    trees = try settings.text("trees")
    seed = try settings.number("seed")
    epoch = try settings.number("epoch")
    path = try settings.text("cache")
    stop = try settings.text("stop")
    driver = try settings.number("driver")
    let slot: UInt64 = try settings.number("slot")
    let generation: UInt64 = try settings.number("generation")
    name = "\(slot).\(generation)"
    // Ids that name their process, so that the driver can tell whose session it looks at.
    let last = Locked<UInt64>(slot << 48 | generation << 24)
    random = RandomSource {
      last.withLock { last in
        last += 1
        return last
      }
    }
    var dice = SplitMix(seed: seed)
    (cache, store) = try Self.open(path, &dice, random, Storm.clock(from: epoch))
  }

  var isOver: Bool { Storm.isOver(stop, driver: driver) }

  /// The cache twice: as the front door shows it, and the store behind it. Each has a session of its own.
  func open(_ dice: inout SplitMix) throws -> (ArtifactCache, ArtifactStore) {
    try Self.open(path, &dice, random, Storm.clock(from: epoch))
  }

  private static func open(
    _ path: String, _ dice: inout SplitMix, _ random: RandomSource, _ clock: Clock
  ) throws -> (ArtifactCache, ArtifactStore) {
    var options = CacheOptions()
    options.failures = .strict
    options.environment = [:]
    options.clock = clock
    options.random = random
    options.wait = .seconds(60)
    options.maximumSize = dice.falls(120) ? .bytes(300_000) : .unlimited
    options.durability = dice.falls(250) ? .durable : .fast
    options.inlineLimit = dice.falls(300) ? 0 : 4096
    options.leaseWait = dice.falls(500) ? .milliseconds(20) : nil
    return (try ArtifactCache(at: path, options: options), try ArtifactStore(at: path, options: options))
  }

  func run(threads: Int) throws {
    let failure = Locked<(any Error)?>(nil)
    DispatchQueue.concurrentPerform(iterations: threads) { thread in
      do { try StormWorker(self, thread: thread).run() } catch { failure.withLock { [error] in $0 = error } }
    }
    if let error = failure.withLock({ $0 }) { throw error }
  }
}
