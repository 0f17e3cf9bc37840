internal import LarderFormat
internal import LarderIndex
internal import LarderSystem

/// Opens the index of a cache, and recovers it where it is damaged.
struct OpenIndex {
  let options: CacheOptions
  let settings: StoreSettings

  func callAsFunction(_ directory: borrowing CacheDirectory) throws(LarderError) -> any CacheIndex {
    do {
      // What is damaged between its lines a journal leaves out itself.
      if directory.description.indexKind == .json { return try attempt(directory) }
      let saved = try IndexRecovery.saved(in: directory)
      if !settings.mends {
        if case .wanted = saved { throw LarderError.interrupted(directory.path) }
        return try open(directory)
      }
      // Where it cannot be moved, the index is as good as it is.
      if case .stray = saved { try? IndexRecovery(directory, options).putStrayAside() }
      if case .wanted = saved { return try recover(directory) }
      if try directory.handle.holds(IndexRecovery.mark) { return try recover(directory) }
      return try open(directory)
    } catch let error as LarderError {
      throw error
    } catch let error as IndexError {
      throw .index(error)
    } catch let error as SystemError {
      throw .opening(directory.path, error)
    } catch {
      throw LarderError(.io, "Cannot open the cache at '\(directory.path)'.", cause: error)
    }
  }

  private func open(_ directory: borrowing CacheDirectory) throws -> any CacheIndex {
    do throws(IndexError) { return try attempt(directory) } catch {
      if error.code == .damaged { try refuseLink(directory) }
      switch error.code {
      case .damaged where settings.mends, .missing where settings.mends: return try recover(directory)
      case .missing: throw LarderError.gone(directory.path, logIsLeft: holdsLog(directory))
      case .full where !settings.readOnly && Reserve.giveUp(in: directory.handle):
        // The memory that the users of the log share takes 32 KiB.
        return try attempt(directory)
      default: throw error
      }
    }
  }

  /// Whether there is a log that may hold something. A file that is none is found out when it is read.
  private func holdsLog(_ directory: borrowing CacheDirectory) -> Bool {
    let log = try? directory.handle.status(ifThere: directory.description.index.place + "-wal")
    return log.map { $0.size > 0 } ?? false
  }

  /// Moving a link aside would mend nothing: what it leads to is somebody's to put into its place.
  private func refuseLink(_ directory: borrowing CacheDirectory) throws {
    let index = directory.description.index.place
    guard try directory.handle.status(ifThere: index)?.kind == .link else { return }
    let target = try String(decoding: directory.handle.destination(ofLink: index), as: UTF8.self)
    throw LarderError.linked("\(directory.path)/\(index)", printable(target))
  }

  private func attempt(_ directory: borrowing CacheDirectory) throws(IndexError) -> any CacheIndex {
    switch directory.description.indexKind {
    case .json: try openJournal(directory)
    case .sqlite, nil: try openDatabase(directory)
    }
  }

  private func openJournal(_ directory: borrowing CacheDirectory) throws(IndexError) -> any CacheIndex {
    let index = try JSONIndex.open(
      at: directory.indexPath, durable: settings.durability == .durable, readOnly: settings.readOnly,
      deadline: options.wait)
    for words in index.takeNotices() { warn("The index of the cache at '\(directory.path)': \(words)") }
    return index
  }

  private func openDatabase(_ directory: borrowing CacheDirectory) throws(IndexError) -> any CacheIndex {
    let index = try SQLiteIndex.open(
      at: directory.indexPath, durable: settings.durability == .durable, readOnly: settings.readOnly,
      deadline: options.wait)
    // Before anything else is written: that would take the place of what tells of the removals.
    if index.isReadOnly {
      if index.hidesRemovals { warn(LostCommits.wordsForReading(directory.path)) }
    } else if let lost = try index.repeatLostRemovals() {
      warn(lost.words(directory.path))
    }
    return index
  }

  private func warn(_ words: String) { options.report(CacheWarning(error: LarderError(.damaged, words))) }

  /// How long those are waited for who have the cache open for a moment, to find the same.
  private static let patience = Duration.seconds(1)

  private func recover(_ directory: borrowing CacheDirectory) throws -> any CacheIndex {
    guard directory.locks != nil else { throw LarderError.recovering(directory.path) }
    try refuseLink(directory)
    // Given back first: two that wait for each other's share of it would do so for ever.
    try directory.locks?.unlock(at: LockByte.openers)
    guard
      try directory.locks?.wait(for: .exclusive, at: LockByte.maintenance, options.clock, options.wait) == true,
      try directory.locks?.wait(
        for: .exclusive, at: LockByte.openers, options.clock, min(options.wait, Self.patience)) == true
    else { throw LarderError.recovering(directory.path) }
    let index = try replace(directory)
    // Turned into a share in one step, so that nobody else can take the index away in between.
    _ = try directory.locks?.tryLock(.shared, at: LockByte.openers)
    try directory.locks?.unlock(at: LockByte.maintenance)
    return index
  }

  /// With the cache for itself alone.
  private func replace(_ directory: borrowing CacheDirectory) throws -> any CacheIndex {
    let recovery = try IndexRecovery(directory, options)
    guard let id = directory.cacheID else { throw LarderError.recovering(directory.path) }
    if try !recovery.holdsSound(at: directory.absolutePath, of: id) {
      var damage = IndexDamage.met
      if try recovery.standIn() {
        damage = .gone
      } else if try recovery.cache.holds(IndexRecovery.mark) {
        // A disk that failed for a moment makes SQLite speak of damage too.
        if let index = try? attempt(directory), (try? index.check(quick: false)) == [] {
          try recovery.removeMark()
          return index
        }
      } else {
        // Somebody else may have replaced it meanwhile.
        do throws(IndexError) { return try attempt(directory) } catch {
          guard error.code == .damaged else { throw error }
          damage = .refused(words: error.message)
        }
      }
      try recovery.save(at: directory.absolutePath, id, because: damage)
    }
    let words = try recovery.finish()
    recovery.warn(words)
    return try attempt(directory)
  }
}

extension LarderError {
  fileprivate static func gone(_ path: String, logIsLeft: Bool) -> LarderError {
    if logIsLeft {
      return LarderError(
        .damaged,
        "The index of the cache at '\(path)' is gone, and its log is left. Restore the cache as a whole from a copy, or open "
          + "it once for writing: then what the log holds is saved into a new index.")
    }
    return LarderError(
      .damaged,
      "The index of the cache at '\(path)' is gone, and with it all that says what the files of the cache are. Restore the "
        + "cache as a whole from a copy, or open it once for writing: then it goes on with an empty index.",
      cause: SystemError(.stat, SystemError.missing, path: path))
  }

  fileprivate static func linked(_ path: String, _ target: String) -> LarderError {
    LarderError(
      .index,
      "The index '\(path)' is a symbolic link to '\(target)', and there is no sound index to be read through it: its log is "
        + "looked for beside the file that it leads to, and not beside the link. Move that file itself to '\(path)', with its "
        + "'-wal' if it has one; then open the cache again.")
  }

  fileprivate static func interrupted(_ path: String) -> LarderError {
    LarderError(
      .damaged,
      "The index of the cache at '\(path)' was damaged, and saving what can be read was interrupted. Open the cache once for "
        + "writing.")
  }

  fileprivate static func recovering(_ path: String) -> LarderError {
    LarderError(
      .damaged,
      "The index of the cache at '\(path)' is damaged, and others have the cache open. End them, or try again when they "
        + "are done: then what can be read is saved into a new index.")
  }
}

extension LarderError {
  /// Whether this says that there is no index and nothing left of one.
  var isIndexGone: Bool { code == .damaged && (cause as? SystemError)?.isMissing == true }
}
