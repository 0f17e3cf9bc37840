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
  func makingRoom<Result>(
    for bytes: @autoclosure () -> Int64, _ body: () throws(LarderError) -> Result
  ) throws(LarderError) -> Result {
    do throws(LarderError) { return try body() } catch {
      guard error.code == .fullDisk, (error.cause as? SystemError)?.isFileLimit != true, makeRoom(for: bytes()) else {
        throw error
      }
    }
    defer { Reserve.restore(in: directory.handle) }
    return try body()
  }

  /// Runs a removal; where the disk is full, gives up the reserve for it and tries once more.
  func usingReserve<Result>(_ body: () throws(IndexError) -> Result) throws(IndexError) -> Result {
    do throws(IndexError) { return try body() } catch {
      guard error.code == .full else { throw error }
    }
    giveUpReserve()
    defer { Reserve.restore(in: directory.handle) }
    return try body()
  }

  private func giveUpReserve() {
    _ = Reserve.giveUp(in: directory.handle)
    index.shortenLog()
  }

  /// Evicts the entries with the lowest scores that are worth about `bytes`, and says whether it is worth trying again.
  private func makeRoom(for bytes: Int64) -> Bool {
    guard !settings.readOnly, let totals = try? index.totals() else { return false }
    let needed = max(bytes, 1)
    let (available, overflow) = totals.storedBytes.addingReportingOverflow((try? directory.handle.freeSpace()) ?? .max)
    // What does not fit into the empty cache is not worth emptying it.
    guard overflow || needed <= available else { return false }
    giveUpReserve()
    // What goes into the index needs pages of it. Anything else needs a file: of bytes, or of inodes.
    let needsFile = needed > Int64(inlineLimit)
    var freed: Int64 = 0
    var files = 0
    while freed < needed || (needsFile && files == 0) {
      guard let outcome = try? evictSome(bytes: max(1, needed - freed)), !outcome.removed.isEmpty else { break }
      freed.addClamping(outcome.storedBytes)
      files += outcome.condemned.count
    }
    return true
  }

  private func evictSome(bytes: Int64) throws(IndexError) -> RemovalOutcome {
    let stored = try index.totals().storedBytes
    let outcome = try index.evict(
      toBytes: max(0, stored - bytes), entries: .max, batch: Self.evictionBatch, at: clock.now())
    finish(outcome.condemned)
    return outcome
  }

  /// Entries evicted in one transaction: its log stays small, so that it fits into a full disk.
  static let evictionBatch = 100
}
