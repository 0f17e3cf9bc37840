internal import LarderFormat
internal import LarderSystem

/// What was committed behind damage in the log of an index, and no longer counts.
package struct LostCommits: Equatable, Sendable {
  /// How many commits are lost, as far as they can be told.
  package var commits = 0
  /// How many entries that were there again were removed once more.
  package var removedEntries = 0
}

extension SQLiteIndex {
  /// Removes what was removed behind damage in the log, and would be there again without a word.
  ///
  /// Whoever opens an index for writing calls this first: what is written next takes the place of the frames that tell of
  /// it. Before this itself writes, it notes what it is about to remove, so that it may end at any step. To do it twice
  /// changes nothing, as entries that were made later stay.
  ///
  /// - Returns: What is lost; nil where the log is sound, or as a kill in the middle of a commit leaves it.
  /// - Throws: ``IndexError/Code/busy`` where somebody else holds the index, who may have begun with the same.
  package func repeatLostRemovals() throws(IndexError) -> LostCommits? {
    // In this order: who overwrites the end of the log has noted the removals before, and forgets them when they are done.
    let isTailed = try hasLogTail()
    let isNoted = try UndoneRemovals.noted(beside: path) != nil
    guard isTailed || isNoted else { return nil }
    let lost = try write(durably: true) { (transaction) throws(IndexError) in
      // Somebody else may have been quicker.
      var removals = try UndoneRemovals.noted(beside: path) ?? RemovalTraces()
      var lost = LostCommits()
      if let tail = try transaction.connection.logTail() {
        removals.note(tail.frames, of: tail.log)
        lost.commits = tail.commits
      }
      let undone = try transaction.undone(removals)
      lost.removedEntries = undone.count
      if undone.isEmpty {
        transaction.isAbandoned = true
      } else {
        try UndoneRemovals.note(undone.map { ($0.key, $0.removal) }, beside: path)
        try transaction.remove(undone)
      }
      return lost
    }
    UndoneRemovals.forget(beside: path)
    // Then nobody else finds the same.
    if lost != LostCommits() { shortenLog() }
    return lost.commits > 0 || isNoted && lost.removedEntries > 0 ? lost : nil
  }

  private func hasLogTail() throws(IndexError) -> Bool {
    try read { (connection) throws(IndexError) in
      switch try connection.logTail() {
      case .some: true
      case nil: false
      }
    }
  }
}

extension SQLiteConnection {
  /// The removals that damage in the log has undone, for one who may not do them again; nil where there are none.
  func undoneRemovals() throws(IndexError) -> HiddenRemovals? {
    var hidden: HiddenRemovals?
    if let tail = try logTail() {
      var removals = RemovalTraces()
      removals.note(tail.frames, of: tail.log)
      hidden = HiddenRemovals(removals: removals, isLogDamaged: tail.commits > 0)
    }
    guard let noted = try UndoneRemovals.noted(beside: path) else { return hidden }
    var removals = hidden?.removals ?? RemovalTraces()
    for (key, removal) in noted.removed { removals.note(key, at: removal.time, removal.reason) }
    return HiddenRemovals(removals: removals, isLogDamaged: true)
  }
}

/// What was removed, and may not be found although it is there: who only reads cannot remove it.
struct HiddenRemovals {
  var removals: RemovalTraces
  /// Whether this is more than what a kill in the middle of a commit leaves.
  var isLogDamaged: Bool
}

/// An entry that was removed, and is there.
private struct UndoneRemoval {
  var key: ArtifactKey
  var removal: RemovalTraces.Removal
  var entry: Int64
  var blob: Int64
}

extension WriteTransaction {
  /// The entries that were removed after they were made. Where nothing says when that was, the entry may be a new one.
  fileprivate func undone(_ removals: RemovalTraces) throws(IndexError) -> [UndoneRemoval] {
    var undone: [UndoneRemoval] = []
    for (key, removal) in removals.removed {
      var query = try connection.query(.entryState)
      query.bind(key.digest)
      guard try query.step(), query.integer(5) <= removal.time else { continue }
      undone.append(UndoneRemoval(key: key, removal: removal, entry: query.integer(0), blob: query.integer(1)))
    }
    return undone
  }

  fileprivate mutating func remove(_ undone: [UndoneRemoval]) throws(IndexError) {
    for one in undone {
      try remove(
        entry: one.entry, blob: one.blob, reason: one.removal.reason, at: Timestamp(nanoseconds: one.removal.time))
    }
    try forgetOldTombstones()
  }
}
