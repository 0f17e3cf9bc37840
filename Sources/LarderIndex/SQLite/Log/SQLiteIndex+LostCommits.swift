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
    let found = try read { (connection) throws(IndexError) in try connection.undoneCommits() }
    guard let found else { return nil }
    let lost = try write(durably: true) { (transaction) throws(IndexError) in
      // Somebody else may have been quicker.
      guard let now = try transaction.tables.connection.undoneCommits() else {
        transaction.isAbandoned = true
        return LostCommits()
      }
      let undone = try transaction.undone(now.removals)
      if undone.isEmpty {
        transaction.isAbandoned = true
      } else {
        try UndoneRemovals.note(undone.map { ($0.entry.key, $0.removal) }, beside: path)
        try transaction.remove(undone)
      }
      return LostCommits(commits: now.commits, removedEntries: undone.count)
    }
    UndoneRemovals.forget(beside: path)
    // Then nobody else finds the same.
    if lost != LostCommits() { shortenLog() }
    return lost.commits > 0 || found.isNoted && lost.removedEntries > 0 ? lost : nil
  }
}

/// What damage in the log has undone, as far as it is not done again.
struct UndoneCommits {
  /// What was removed, and may not be found although it is there.
  var removals = RemovalTraces()
  /// How many commits are lost; 0 where the log is as a kill in the middle of a commit leaves it.
  var commits = 0
  /// Whether somebody began to do the removals again, and did not come to the end.
  var isNoted = false

  var isLogDamaged: Bool { commits > 0 || isNoted }
}

extension SQLiteConnection {
  /// What the log and the note beside the index tell of commits that no longer count; nil where they tell of none.
  func undoneCommits() throws(IndexError) -> UndoneCommits? {
    var undone = UndoneCommits()
    var isFound = false
    // The log first: who overwrites its end has noted the removals before, and forgets them when they are done.
    if let tail = try logTail() {
      undone.removals.note(tail.frames, of: tail.log)
      undone.commits = tail.commits
      isFound = true
    }
    if let noted = try UndoneRemovals.noted(beside: path) {
      undone.removals.note(noted)
      undone.isNoted = true
      isFound = true
    }
    return isFound ? undone : nil
  }
}

/// An entry that was removed, and is there.
private struct UndoneRemoval {
  var removal: RemovalTraces.Removal
  var entry: EntryHead
}

extension WriteTransaction<SQLiteTables> {
  /// The entries that were removed after they were made. Where nothing says when that was, the entry may be a new one.
  fileprivate func undone(_ removals: RemovalTraces) throws(IndexError) -> [UndoneRemoval] {
    var undone: [UndoneRemoval] = []
    for (key, removal) in removals.removed {
      guard let entry = try tables.head(of: key), entry.created.nanoseconds <= removal.time else { continue }
      undone.append(UndoneRemoval(removal: removal, entry: entry))
    }
    if !removals.selections.isEmpty { try addSelected(by: removals, to: &undone) }
    return undone
  }

  /// Entries that were selected by what they are: only a look at all of them tells which.
  private func addSelected(by removals: RemovalTraces, to undone: inout [UndoneRemoval]) throws(IndexError) {
    let known = Set(undone.map(\.entry.key))
    try tables.connection.forEachEntryWithDocument { (record) throws(IndexError) in
      guard !known.contains(record.key), let time = removals.timeOfSelection(of: record) else { return }
      guard let entry = try tables.head(of: record.key) else { return }
      undone.append(UndoneRemoval(removal: RemovalTraces.Removal(time: time, reason: .invalidated), entry: entry))
    }
  }

  fileprivate mutating func remove(_ undone: [UndoneRemoval]) throws(IndexError) {
    for one in undone {
      try remove(
        one.entry.id, on: one.entry.blob, reason: one.removal.reason, at: Timestamp(nanoseconds: one.removal.time))
    }
    try forgetOldTombstones()
  }
}
