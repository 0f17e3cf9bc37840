internal import LarderFormat
internal import LarderIndex
internal import LarderSystem

// On a full disk.
extension ArtifactStore {
  /// Runs a put; where the disk is full, makes room for it and tries once more.
  ///
  /// - Parameters:
  ///   - bytes: What the put needs at most.
  ///   - body: The put; it can be run twice.
  /// - Returns: What the put returned.
  /// - Throws: What the put threw the last time.
  func makingRoom<Result>(
    for bytes: @autoclosure () -> Int64, _ body: () throws(LarderError) -> Result
  ) throws(LarderError) -> Result {
    do throws(LarderError) { return try body() } catch {
      guard error.code == .fullDisk, (error.cause as? SystemError)?.isFileLimit != true, makeRoom(for: bytes()) else {
        throw error
      }
    }
    return try body()
  }

  /// Says that a selection is removed; on a full disk with the space of the reserve.
  func announce(_ selection: EntrySelection, at time: Timestamp) throws(IndexError) {
    do throws(IndexError) { return try index.announce(selection, at: time) } catch {
      guard error.code == .full, !error.isOutcomeUnknown else { throw error }
    }
    _ = Reserve.giveUp(in: directory.handle)
    defer { Reserve.restore(in: directory.handle) }
    index.shortenLog()
    try index.announce(selection, at: time)
  }

  /// Removes entries; on a full disk with the space of the reserve, in transactions that fit into it.
  func removeEntries(_ removal: EntryRemoval) throws(IndexError) -> RemovalOutcome {
    do throws(IndexError) { return try index.remove(removal) } catch {
      // A second removal could not tell what a first one had found.
      guard error.code == .full, !error.isOutcomeUnknown else { throw error }
    }
    _ = Reserve.giveUp(in: directory.handle)
    defer { Reserve.restore(in: directory.handle) }
    var outcome = RemovalOutcome()
    for start in stride(from: 0, to: removal.keys.count, by: Self.fullDiskBatch) {
      index.shortenLog()
      let removed = try index.remove(removal[start..<min(start + Self.fullDiskBatch, removal.keys.count)])
      finish(removed.condemned)
      outcome.removed += removed.removed
      outcome.storedBytes.addClamping(removed.storedBytes)
    }
    return outcome
  }

  /// Evicts the entries with the lowest scores until the cache holds at most `bytes`, or one batch of them; on a full disk
  /// with the space of the reserve.
  func evictBatch(toBytes bytes: Int64) throws(IndexError) -> RemovalOutcome {
    do throws(IndexError) { return try evict(toBytes: bytes, Self.evictionBatch) } catch {
      guard error.code == .full else { throw error }
    }
    _ = Reserve.giveUp(in: directory.handle)
    defer { Reserve.restore(in: directory.handle) }
    index.shortenLog()
    return try evict(toBytes: bytes, Self.fullDiskBatch)
  }

  private func evict(toBytes bytes: Int64, _ batch: Int) throws(IndexError) -> RemovalOutcome {
    let outcome = try index.evict(toBytes: bytes, entries: .max, batch: batch, at: clock.now())
    finish(outcome.condemned)
    return outcome
  }

  /// Evicts the entries with the lowest scores that are worth about `bytes`, and says whether it is worth trying again:
  /// whether there is more room than before.
  ///
  /// The reserve is set aside again when no put is under way any more.
  func makeRoom(for bytes: Int64) -> Bool {
    guard !settings.readOnly, let totals = try? index.totals() else { return false }
    let needed = max(bytes, 1)
    let free = (try? directory.handle.freeSpace()) ?? .max
    let (available, overflow) = totals.storedBytes.addingReportingOverflow(free)
    // What does not fit into the empty cache is not worth emptying it.
    guard overflow || needed <= available else { return false }
    let gaveUp = Reserve.giveUp(in: directory.handle)
    if gaveUp { session.withLock { $0.hasTakenReserve = true } }
    index.shortenLog()
    let room = needed.addingReportingOverflow(Self.spareRoom)
    // The log alone can have been what filled the disk. Where there were bytes all the time, something else ran out:
    // inodes, or a quota.
    if !room.overflow, free < room.partialValue, (try? directory.handle.freeSpace()) ?? 0 >= room.partialValue {
      return true
    }
    // What goes into the index needs pages of it. Anything else needs a file: of bytes, or of inodes.
    let needsFile = needed > Int64(inlineLimit)
    let target = max(needed, Self.leastRoom(of: totals.storedBytes))
    var freed: Int64 = 0
    var files = 0
    while freed < target || (needsFile && files == 0) {
      guard let stored = try? index.totals().storedBytes,
        let outcome = try? evict(toBytes: max(0, stored - max(1, target - freed)), Self.fullDiskBatch),
        !outcome.removed.isEmpty
      else { break }
      freed.addClamping(outcome.storedBytes)
      files += outcome.condemned.count
      index.shortenLog()
    }
    return gaveUp || freed > 0 || (try? directory.handle.freeSpace()) ?? 0 > free
  }

  /// Makes room for content whose size nobody knows, piece by piece: never more than would stay in the cache, because
  /// content that fits nowhere must not empty it in vain.
  func roomForPieces() -> (Int) -> Bool {
    var taken: Int64 = 0
    return { [self] missing in
      guard let left = try? index.totals().storedBytes else { return false }
      taken.addClamping(max(Int64(missing), Self.leastRoom(of: left)))
      guard taken <= left else { return false }
      return makeRoom(for: Int64(missing))
    }
  }

  /// Entries evicted in one transaction.
  private static let evictionBatch = 100
  /// Entries removed in one transaction on a full disk: their log fits into what is set aside for it.
  private static let fullDiskBatch = 20
  /// Bytes that a put needs beside its content: for the log, and for the reserve.
  private static let spareRoom = 4 * Reserve.size

  /// Bytes that are evicted at least: otherwise every small put on a full disk would begin with an eviction. Of a small
  /// cache they are an eighth.
  private static func leastRoom(of storedBytes: Int64) -> Int64 { min(256 << 10, storedBytes / 8) }
}
