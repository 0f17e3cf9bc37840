internal import LarderBlobs
internal import LarderFormat
internal import LarderIndex
internal import LarderSystem

extension ArtifactStore {
  /// Refuses what would have to be evicted the moment it is stored.
  func refuseTooLarge(_ bytes: Int64) throws(LarderError) {
    guard let limit = settings.maximumSize, bytes > limit else { return }
    throw LarderError(
      .tooLarge,
      "Cannot store an artifact of \(bytes) bytes: the cache at '\(directory.path)' may hold \(limit). "
        + "Make a cache with a higher limit.")
  }

  /// Evicts when the cache has outgrown its limit.
  ///
  /// The totals are looked at when a 64th of the limit was added since the last look, so that a small put does not pay
  /// for it.
  func keepWithinLimit(added bytes: Int64) throws {
    guard let limit = settings.maximumSize, retention.isDue(added: bytes, limit: limit) else { return }
    let quarantined = try tree.quarantinedBytes()
    guard try index.totals().storedBytes + quarantined > limit else { return }
    // What a repair moved aside saves nobody any computing.
    if quarantined > 0 { _ = try tree.emptyQuarantine() }
    guard try index.totals().storedBytes > limit else { return }
    // Down to 90 %: evicting one entry for each put would cost more and choose worse.
    let target = limit / 10 * 9
    while true {
      let outcome = try evictBatch(toBytes: target)
      guard !outcome.removed.isEmpty, try index.totals().storedBytes > target else { return }
    }
  }
}

/// When to look at the size of the cache again.
final class RetentionPace: Sendable {
  /// Nil until the first look.
  private let added = Locked<Int64?>(nil)

  func isDue(added bytes: Int64, limit: Int64) -> Bool {
    added.withLock { sum in
      guard let before = sum, before + bytes < max(limit / 64, 1) else {
        sum = 0
        return true
      }
      sum = before + bytes
      return false
    }
  }
}
