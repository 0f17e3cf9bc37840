package import LarderFormat
package import LarderIndex
internal import LarderSystem

extension ArtifactStore {
  /// Removes entries and the blobs that nobody refers to any more. The mirror image of a put: the entries go first.
  package func remove(_ keys: [ArtifactKey]) throws(LarderError) -> RemovalOutcome {
    try refuseReadOnly()
    return try failing("remove artifacts") {
      try InterruptDelay.during {
        let outcome = try removeEntries(EntryRemoval(keys: keys, time: clock.now()))
        finish(outcome.condemned)
        return outcome
      }
    }
  }

  private func refuseReadOnly() throws(LarderError) {
    if !settings.readOnly { return }
    throw LarderError(
      .refused, "The cache at '\(directory.path)' is open read-only. Open it for writing to remove something.")
  }
}

/// How many entries a selection means, and the bytes of their artifacts.
package struct SelectionTotals: Hashable, Sendable {
  package var entries: Int64 = 0
  package var bytes: Int64 = 0

  package init() {}

  fileprivate mutating func add(_ size: Int64) {
    entries += 1
    bytes.addClamping(size)
  }
}

extension ArtifactStore {
  /// Counts what a selection means.
  package func totals(of selection: EntrySelection) throws -> SelectionTotals {
    var totals = SelectionTotals()
    try visit(selection) { entry in
      totals.add(entry.record.size)
      return true
    }
    return totals
  }

  /// Removes all entries that fit a selection, and what nobody refers to any more. What is computed at this moment from a
  /// lookup before it is not stored where it fits; what is looked up later is.
  ///
  /// - Returns: What was removed.
  /// - Throws: ``LarderError``; a part may have been removed by then.
  package func clear(_ selection: EntrySelection) throws -> SelectionTotals {
    try refuseReadOnly()
    let time = clock.now()
    try failing("remove artifacts") { try announce(selection, at: time) }
    var totals = SelectionTotals()
    var batch: [StoredEntry] = []
    func removeBatch() throws {
      // Each batch is one transaction; others get their turn in between.
      let removal = EntryRemoval(keys: batch.map(\.record.key), time: time, announced: batch.map(\.seal))
      let outcome = try failing("remove artifacts") {
        try InterruptDelay.during {
          let outcome = try removeEntries(removal)
          finish(outcome.condemned)
          return outcome
        }
      }
      let gone = Set(outcome.removed)
      for entry in batch where gone.contains(entry.record.key) { totals.add(entry.record.size) }
      batch.removeAll(keepingCapacity: true)
    }
    try visit(selection) { entry in
      batch.append(entry)
      if batch.count == Self.entriesPerRemoval { try removeBatch() }
      return true
    }
    if !batch.isEmpty { try removeBatch() }
    return totals
  }

  private static let entriesPerRemoval = 500
}
