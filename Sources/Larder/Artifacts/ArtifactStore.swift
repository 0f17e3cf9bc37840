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
  let retention = RetentionPace()
  private let damaged = Locked(false)

  package init(at path: String, options: CacheOptions) throws(LarderError) {
    directory = try CacheDirectory(at: path, create: options.create, options: options)
    settings = StoreSettings(directory.description, options)
    clock = options.clock
    random = options.random
    index = try OpenIndex(options: options, settings: settings)(directory)
    do throws(SystemError) { tree = try BlobTree(in: directory.handle, mending: !settings.readOnly) } catch {
      throw .opening(path, error)
    }
    if !settings.readOnly { Reserve.restore(in: directory.handle) }
    let id = index.identity.cacheID
    guard id.description == directory.description.id else {
      throw LarderError(
        .format,
        "The index of the cache at '\(path)' belongs to another cache. Restore the directory as a whole from one copy.")
    }
    sealer = Sealer(cacheID: id)
    statistics = StatisticsBuffer(clock: options.clock)
    OpenStores.add(self)
  }

  deinit {
    endSession()
    index.close()
  }

  /// Whether the index proved damaged while it was open for writing; then it is time to open the cache again.
  var isDamaged: Bool { damaged.withLock { $0 } }

  /// The failure of a call of the index in the words of the front door. What concerns those who open the cache later
  /// is noted for them.
  func failed(_ error: IndexError) -> LarderError {
    if error.code == .damaged, !settings.readOnly {
      let isNew = damaged.withLock { damaged in
        defer { damaged = true }
        return !damaged
      }
      // Without the mark whoever opens the cache next meets the damage as this process did.
      if isNew { try? IndexRecovery.leaveMark(in: directory.handle) }
    }
    return .index(error)
  }

  /// Lets go of the directory while calls are still under way: those that need the index fail from now on.
  func abandon() {
    index.close()
    try? directory.locks?.unlock(at: LockByte.openers)
  }

  /// Writes what is buffered and ends the session; a later put opens another one. A store whose process is killed loses
  /// counters, never artifacts.
  package func endSession() {
    flushStatistics()
    let ended: SessionID? = session.withLock { session in
      guard session.puts == 0 else { return nil }
      defer { session.id = nil }
      return session.id
    }
    guard let ended else { return }
    try? index.close(ended)
    try? directory.locks?.unlock(at: LockByte.session(ended))
  }

  /// Makes everything stored so far durable at the price of one barrier.
  package func sync() throws(LarderError) {
    guard !settings.readOnly else { return }
    let written = session.withLock { $0.unsynced }
    guard !written.isEmpty else { return }
    do {
      let highest = try index.highestBlob()
      try tree.syncFileSystem()
      for id in written { try index.markDurable(id, upTo: highest) }
      session.withLock { session in session.unsynced = session.unsynced.filter { $0 == session.id } }
    } catch let error as SystemError {
      throw .system("make the cache at '\(directory.path)' durable", error)
    } catch let error as IndexError {
      throw failed(error)
    } catch {
      throw LarderError(.io, "Cannot make the cache at '\(directory.path)' durable.", cause: error)
    }
  }

  /// Records what is buffered on another thread: no hit waits for a write.
  func flushStatisticsLater() {
    DispatchQueue.global().async { [weak self] in self?.flushStatistics() }
  }

  private static let recordingLimit = Duration.milliseconds(20)

  package func flushStatistics() {
    guard !settings.readOnly else { return }
    let (uses, counters) = statistics.drain()
    guard !uses.isEmpty || !counters.isEmpty else { return }
    // The job must not be delayed by counters: while others hold the index they wait for the next time.
    do throws(IndexError) { try index.record(uses, counters, within: Self.recordingLimit) } catch {
      if error.code == .busy { statistics.putBack(uses, counters) }
      _ = failed(error)
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
  let wait: Duration

  init(_ description: CacheDescription, _ options: CacheOptions) {
    encoding = options.encoding ?? Encoding(rawValue: description.defaults.encoding) ?? .zstd
    durability = options.durability ?? .init(rawValue: description.defaults.durability) ?? .fast
    inlineLimit = max(0, options.inlineLimit)
    maximumSize = options.maximumSize.map(\.bytes) ?? description.defaults.maximumSize
    readOnly = options.readOnly
    wait = options.wait
  }
}
