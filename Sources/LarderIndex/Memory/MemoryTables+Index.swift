package import LarderFormat
package import LarderSystem

// The tables as transactions change them: each call finds out what there is to change, and performs it.
extension MemoryTables: IndexTables {
  package func meta() throws(IndexError) -> (state: IndexState, meta: IndexMeta) { (indexState, counters) }
  package func save(_ meta: IndexMeta) { perform(.put(.meta(meta))) }
  package func save(_ state: IndexState) { perform(.state(state)) }
  package func makeSureOfRoom() {}
  /// Nothing is nearer than memory.
  package func expect(_ commits: [EntryCommit]) {}

  // Sessions

  package func stateOfSession(_ session: SessionID) -> SessionRecord.State? { sessions[session]?.state }

  package func insert(_ session: SessionRecord) throws(IndexError) {
    guard sessions[session.id] == nil else {
      throw .damaged(path, "the session \(BlobName.padded(session.id.rawValue)) is there already")
    }
    perform(.put(.session(session)))
  }

  package func removeOpen(_ session: SessionID) {
    if sessions[session]?.state == .open { perform(.deleteSession(session)) }
  }

  package func removeDead(_ session: SessionID) {
    if sessions[session]?.state == .dead { perform(.deleteSession(session)) }
  }

  package func markDead(_ session: SessionID) {
    guard var record = sessions[session], record.state == .open else { return }
    record.state = .dead
    perform(.put(.session(record)))
  }

  // What is remembered

  package func bury(_ entry: EntryID, reason: MissReason, at time: Timestamp) {
    guard let record = entries[entry.rawValue]?.entry.row.record else { return }
    perform(
      .put(
        .tombstone(
          TombstoneRow(
            id: lastTombstone + 1, key: record.key, namespace: record.namespace, function: record.function,
            version: record.version, reason: reason, removed: time, document: record.document, detail: record.detail))))
  }

  package func forgetTombstones(but kept: Int64) {
    let last = lastTombstone.subtractingReportingOverflow(kept).partialValue
    if last >= firstTombstone, !tombstones.isEmpty { perform(.deleteTombstones(through: last)) }
  }

  package func logRemoval(_ number: Int64, _ selection: String, at time: Timestamp) {
    perform(.put(.removal(number, time, selection)))
  }

  package func forgetRemovals(through number: Int64) {
    if removalLog.keys.contains(where: { $0 <= number }) { perform(.deleteRemovals(through: number)) }
  }

  package func removals(after number: Int64, meaning key: ArtifactKey) -> [String] {
    let meant = removalLog.filter { $0.key > number && $0.value.keys?.contains(key) ?? true }
    return meant.sorted { $0.key < $1.key }.map(\.value.selection)
  }

  package func add(_ statistic: Statistic) {
    var sum = statistic
    let (value, overflow) = statistic.value.addingReportingOverflow(statistics[StatisticName(statistic)] ?? 0)
    sum.value = overflow ? .max : value
    perform(.put(.statistic(sum)))
  }

  package func recordSweep(_ portion: Int, at time: Timestamp) { perform(.put(.sweep(portion, time))) }

  package func countTotals() -> IndexTotals {
    var totals = IndexTotals(entries: Int64(entries.count))
    for box in blobs.values where box.row.state == .live {
      totals.blobs &+= 1
      totals.contentBytes &+= box.row.record.form.contentSize
      totals.storedBytes &+= box.row.record.form.storedSize
    }
    return totals
  }
}

extension LoggedSelection {
  /// The keys that a text names; nil where it is not a plain list of keys, and may mean any.
  static func keys(_ text: String) -> Set<ArtifactKey>? {
    let opening = "{\"keys\":"
    guard text.hasPrefix(opening), text.hasSuffix("}"),
      let list = TagText.list(text.dropFirst(opening.count).dropLast())
    else { return nil }
    var keys: Set<ArtifactKey> = []
    // Text that is no key names none.
    for item in list { if let key = ArtifactKey(item) { keys.insert(key) } }
    return keys
  }
}
