internal import Dispatch
internal import LarderBlobs
internal import LarderCrypto
package import LarderFormat
package import LarderIndex
internal import LarderSystem

/// An open cache: the one place where the tree, the index and the locks of a directory come together.
///
/// Synchronous, and safe to use from any number of threads. What it stores are bytes; what they mean is decided above.
package final class ArtifactStore: Sendable {
  package let directory: CacheDirectory
  package let index: any CacheIndex
  package let settings: StoreSettings
  let tree: BlobTree
  let sealer: Sealer
  let clock: Clock
  let random: RandomSource
  let session = Locked(WritingSession())
  let statistics: StatisticsBuffer
  /// Held while what was buffered is written down.
  private let recording = Locked(())
  let retention = RetentionPace()
  /// Whether the index proved damaged while it was open for writing.
  let damaged = Locked(false)
  let commitGroup: CommitGroup

  package init(at path: String, options: CacheOptions) throws(LarderError) {
    directory = try CacheDirectory(at: path, create: options.create, options: options)
    settings = StoreSettings(directory.description, options)
    clock = options.clock
    random = options.random
    index = try OpenIndex(options: options, settings: settings)(directory)
    do throws(SystemError) { tree = try BlobTree(in: directory.handle, mending: settings.mends) } catch {
      throw .opening(path, error)
    }
    if settings.mends { Reserve.restore(in: directory.handle) }
    let id = index.identity.cacheID
    guard id.description == directory.description.id else {
      throw LarderError(
        .format,
        "The index of the cache at '\(path)' belongs to another cache. Restore the directory as a whole from one copy, or move "
          + "its files (\(directory.description.index.place)*) away: then the cache goes on with an empty index.")
    }
    sealer = Sealer(cacheID: id)
    statistics = StatisticsBuffer(clock: options.clock)
    commitGroup = CommitGroup(tree, index)
    OpenStores.add(self)
  }

  deinit {
    endSession()
    index.close()
  }

  /// Records what is buffered on another thread: no hit waits for a write.
  func flushStatisticsLater() {
    DispatchQueue.global().async { [weak self] in self?.flushStatistics() }
  }

  private static let recordingLimit = Duration.milliseconds(20)

  package func flushStatistics() {
    guard !settings.readOnly else { return }
    // Whoever comes second returns when what the first has taken is written down, and not before.
    recording.withLock { _ in
      let (uses, counters) = statistics.drain()
      guard !uses.isEmpty || !counters.isEmpty else { return }
      // The job must not be delayed by counters: while others hold the index they wait for the next time.
      do throws(IndexError) { try index.record(uses, counters, within: Self.recordingLimit) } catch {
        if error.code == .busy { statistics.putBack(uses, counters) }
        _ = failed(error)
      }
    }
  }
}

/// The settings of an open cache: what the caller asked for, else what the cache was made with.
package struct StoreSettings: Sendable {
  package let encoding: Encoding
  package let durability: CacheOptions.Durability
  package let inlineLimit: Int
  package let maximumSize: Int64?
  package let readOnly: Bool
  /// See ``CacheOptions/mends``; not where nothing may be written.
  let mends: Bool
  let wait: Duration

  init(_ description: CacheDescription, _ options: CacheOptions) {
    encoding = options.encoding ?? Encoding(rawValue: description.defaults.encoding) ?? .zstd
    durability = options.durability ?? .init(rawValue: description.defaults.durability) ?? .fast
    inlineLimit = max(0, options.inlineLimit)
    maximumSize = options.maximumSize.map(\.bytes) ?? description.defaults.maximumSize
    readOnly = options.readOnly
    mends = options.mends && !options.readOnly
    wait = options.wait
  }
}
