internal import LarderFormat
internal import LarderSystem

/// What was committed behind damage in the log of an index, and no longer counts.
package struct LostCommits: Equatable, Sendable {
  /// How many commits are lost, as far as they can be told.
  package var commits: Int
  /// How many entries that were there again were removed once more.
  package var removedEntries: Int
}

extension SQLiteIndex {
  /// Removes what was removed behind damage in the log, and would be there again without a word.
  ///
  /// Whoever opens an index for writing calls this first: what is written next takes the place of the frames that tell of
  /// it. To do it twice changes nothing, as entries that were made later stay.
  ///
  /// - Returns: What is lost; nil where the log is sound.
  package func repeatLostRemovals() throws(IndexError) -> LostCommits? {
    let hasTail = try read { (connection) throws(IndexError) in
      switch try connection.logTail() {
      case .some: true
      case nil: false
      }
    }
    guard hasTail else { return nil }
    let lost = try write(durably: true) { (transaction) throws(IndexError) in
      var lost = LostCommits(commits: 0, removedEntries: 0)
      // Somebody else may have been quicker.
      if let tail = try transaction.connection.logTail() {
        var removals = RemovalTraces()
        removals.note(tail.frames, of: tail.log)
        lost = LostCommits(commits: tail.commits, removedEntries: try transaction.remove(removals))
      }
      if lost.removedEntries == 0 { transaction.isAbandoned = true }
      return lost
    }
    // A kill in the middle of a commit leaves as much.
    if lost == LostCommits(commits: 0, removedEntries: 0) { return nil }
    // Then nobody else finds the same.
    shortenLog()
    return lost
  }
}

extension WriteTransaction {
  /// Removes the entries that were removed after they were made.
  ///
  /// - Returns: How many there were.
  fileprivate mutating func remove(_ removals: RemovalTraces) throws(IndexError) -> Int {
    var count = 0
    for (key, removal) in removals.removed {
      var query = try connection.query(.entryState)
      query.bind(key.digest)
      guard try query.step(), query.integer(5) <= removal.time else { continue }
      let (entry, blob) = (query.integer(0), query.integer(1))
      query.again()
      try remove(entry: entry, blob: blob, reason: removal.reason, at: Timestamp(nanoseconds: removal.time))
      count += 1
    }
    if count > 0 { try forgetOldTombstones() }
    return count
  }
}
