internal import LarderBlobs
internal import LarderFormat
internal import LarderIndex
internal import LarderSystem

/// Puts a new index with the saved rows into the place of a damaged one.
///
/// The steps, each of which may be the last one of a process, and all of which may be made again:
///
/// 1. What can be read is written into `index.sqlite.saving`, which is thrown away if it is found unfinished.
/// 2. The quarantine announces the damaged index, and what was saved is renamed to `index.sqlite.saved`: a file of that
///    name is whole. From here on whoever opens the cache for writing goes on.
/// 3. The files of the damaged index go into the quarantine, the log first: SQLite would replay a log that lies beside
///    the new index.
/// 4. `index.sqlite.saved` becomes `index.sqlite`.
///
/// A file `index.sqlite.saved` counts only where it was announced or the index is gone, and only if it is sound: it may have
/// been damaged meanwhile, or be a copy that somebody made under this name.
///
/// Only a process that has the cache to itself does this: byte 2 of the locks keeps others from doing the same, byte 0
/// tells that nobody else has the cache open.
struct IndexRecovery: ~Copyable {
  /// An empty file that says that the index proved damaged while it was open.
  static let mark = "index.damaged"

  static func saving(_ index: String) -> String { index + ".saving" }
  static func saved(_ index: String) -> String { index + ".saved" }
  /// The file of an index and those that SQLite keeps beside it, in the order in which they are moved.
  static let companions = ["-wal", "-shm", "-journal"]
  /// Every name that an index can have files of.
  static func names(of index: String) -> Set<String> {
    Set([index, saving(index), saved(index)].flatMap { name in [name] + companions.map { name + $0 } })
      .union([UndoneRemovals.path(of: index), JSONIndex.unfinished(index)])
  }

  let cache: Descriptor
  let index: String
  let shownPath: String
  let options: CacheOptions

  init(_ directory: borrowing CacheDirectory, _ options: CacheOptions) throws(SystemError) {
    cache = try directory.handle.open(".", [.read, .directory])
    index = directory.description.index.place
    shownPath = directory.path
    self.options = options
  }

  /// What a file `index.sqlite.saved` is there for.
  enum Saved {
    /// There is none.
    case none
    /// It is to take the place of the index.
    case wanted
    /// No recovery has made it.
    case stray
  }

  static func saved(in directory: borrowing CacheDirectory) throws(SystemError) -> Saved {
    let index = directory.description.index.place
    guard try directory.handle.holds(saved(index)) else { return .none }
    if try !directory.handle.holds(index) { return .wanted }
    return try IndexQuarantine.isAnnounced(in: directory.handle) ? .wanted : .stray
  }

  /// Moves aside a saved index that no recovery has made. Nobody else wants it, whoever has the cache open.
  func putStrayAside() throws(SystemError) {
    let place = try IndexQuarantine(in: cache, index).putAside(
      Self.saved(index), "It belongs to no recovery of the index.", options.clock.now())
    guard let place else { return }
    warn(
      "The file '\(Self.saved(index))' in the cache at '\(shownPath)' belongs to no recovery of its index, which is kept. "
        + "The file was moved to '\(shownPath)/\(place)'.")
  }

  /// Whether a saved index is there that can take the place of the damaged one; moves one that is not sound aside.
  func holdsSound(at path: String, of cacheID: CacheID) throws(SystemError) -> Bool {
    guard try cache.holds(Self.saved(index)) else { return false }
    if SQLiteIndex.isSound(rescued: path + "/" + Self.saved(index), of: cacheID) { return true }
    let quarantine = try IndexQuarantine(in: cache, index)
    // Without its log the damaged index would bring back what was removed.
    if try quarantine.holdsLogAlone { for suffix in Self.companions + [""] { try quarantine.take(suffix) } }
    let place = try quarantine.putAside(
      Self.saved(index), "It is not a sound index of this cache.", options.clock.now())
    try cache.sync()
    warn(
      "What was saved of the index of the cache at '\(shownPath)' when it was damaged is damaged itself, and was moved to "
        + "'\(shownPath)/\(place ?? BlobTree.quarantineName)'.")
    return false
  }

  /// Puts an empty file where the index is gone, so that there is something to replace.
  ///
  /// - Returns: Whether it was gone.
  func standIn() throws(SystemError) -> Bool {
    do throws(SystemError) { _ = try cache.open(index, [.readWrite, .create, .exclusive, .noFollow]) } catch {
      if error.exists { return false }
      throw error
    }
    return true
  }

  func warn(_ words: String) { options.report(CacheWarning(error: LarderError(.damaged, words))) }

  /// Leaves word for whoever opens the cache next that the index proved damaged.
  static func leaveMark(in cache: borrowing Descriptor) throws(SystemError) {
    try cache.open(mark, [.readWrite, .create, .noFollow]).sync()
    try cache.sync()
  }

  /// Takes back the word that the index is damaged: it is not.
  func removeMark() throws(SystemError) {
    try cache.remove(ifThere: Self.mark)
    try cache.sync()
  }

  /// Saves what can be read.
  ///
  /// - Parameters:
  ///   - path: The directory of the cache, whatever the working directory becomes.
  ///   - cacheID: The cache that the index belongs to.
  ///   - damage: How the damage showed.
  /// - Throws: `IndexError` when the new index cannot be made, `SystemError` when its files cannot be named.
  func save(at path: String, _ cacheID: CacheID, because damage: IndexDamage) throws {
    try removeUnfinished()
    let identity = IndexIdentity(
      cacheID: cacheID, indexID: CacheID(high: options.random.next(), low: options.random.next()))
    let manifests = try Manifests(in: cache)
    let report: IndexRescue
    do {
      report = try SQLiteIndex.rescue(
        damagedAt: path + "/" + index, into: path + "/" + Self.saving(index), identity: identity,
        sealer: Sealer(cacheID: cacheID), files: manifests.files(of:))
    } catch {
      // It may be what fills the disk.
      try? removeUnfinished()
      throw error
    }
    // What SQLite leaves beside it is empty; a log that is not would be lost with the next step.
    for suffix in Self.companions { try cache.remove(ifThere: Self.saving(index) + suffix) }
    let quarantine = try IndexQuarantine(in: cache, index)
    try quarantine.explain(report.words(damage, shownPath, quarantine.place), options.clock.now())
    try cache.rename(Self.saving(index), to: Self.saved(index), in: cache)
    try cache.sync()
  }

  /// Puts the saved index into its place.
  ///
  /// - Returns: What happened, for the user.
  func finish() throws(SystemError) -> String {
    // What was saved replaces whatever the mark is about.
    try cache.remove(ifThere: Self.mark)
    let quarantine = try IndexQuarantine(in: cache, index)
    let words = quarantine.words
    for suffix in Self.companions + [""] { try quarantine.take(suffix) }
    // Durable before the new index has its name, or a power cut could bring the old log back beside it.
    try quarantine.sync()
    try cache.sync()
    try cache.rename(Self.saved(index), to: index, in: cache)
    try cache.sync()
    return words ?? "The index of the cache at '\(shownPath)' was damaged. What could be read of it was saved."
  }

  private func removeUnfinished() throws(SystemError) {
    for suffix in [""] + Self.companions { try cache.remove(ifThere: Self.saving(index) + suffix) }
  }
}
