internal import LarderCrypto
internal import LarderFormat
internal import LarderSystem

extension MemoryTables {
  /// Makes one change, whatever the rows are, and keeps everything that is derived from them in step.
  ///
  /// - Returns: The change that undoes it.
  @discardableResult
  func apply(_ change: RowChange) -> RowChange {
    switch change {
    case .put(let row): return put(row)
    case .several(let changes):
      var undoing: [RowChange] = []
      for change in changes { undoing.append(apply(change)) }
      return .several(undoing.reversed())
    case .state(let state):
      defer { indexState = state }
      return .state(indexState)
    case .deleteSession(let session):
      guard let old = sessions.removeValue(forKey: session) else { return .several([]) }
      return .put(.session(old))
    case .deleteBlob(let blob):
      guard let old = blobs[blob.rawValue]?.row else { return .several([]) }
      replace(old, by: nil)
      return .put(.blob(old))
    case .condemn(let blob, let evidence):
      return changing(blob) { row in
        row.state = .condemned
        row.evidence = evidence
      }
    case .markDurable(let blob): return changing(blob) { $0.record.durable = true }
    case .markDurableOf(let session, let first, let last):
      return .several(placements(of: session, after: first, through: last).map { apply(.markDurable($0)) })
    case .deleteEdge(let parent, let child):
      guard childrenOf.contains(child.rawValue, for: parent.rawValue) else { return .several([]) }
      removeEdge(parent.rawValue, child.rawValue)
      return .put(.edge(parent: parent, child: child))
    case .deleteEntry(let entry):
      guard let old = entries[entry.rawValue]?.entry else { return .several([]) }
      replace(old, by: nil)
      return .put(.entry(old))
    case .use(let entry, let uses, let last, let score):
      return changing(entry) { entry in
        entry.row.uses = uses
        entry.row.lastUse = last
        entry.row.score = score
      }
    case .point(let entry, let blob): return changing(entry) { $0.row.blob = blob }
    case .erase(let row): return erase(row)
    case .deleteTombstones(let id):
      return .several(tombstones(through: id).compactMap { removeTombstone($0) }.map { .put(.tombstone($0)) })
    case .deleteRemovals(let number):
      return .several(removalLog.keys.filter { $0 <= number }.compactMap(removeRemoval))
    }
  }

  private func erase(_ row: IndexRow) -> RowChange {
    switch row {
    case .removal(let number, _, _): _ = removeRemoval(number)
    case .tombstone(let tombstone): _ = removeTombstone(tombstone.id)
    case .sweep(let portion, _): sweeps[portion] = nil
    case .statistic(let statistic):
      let name = StatisticName(statistic)
      if statistics.removeValue(forKey: name) != nil { textBytes -= Self.textBytes(of: name) }
    case .meta, .session, .blob, .edge, .entry: break
    }
    return .put(row)
  }

  private func removeRemoval(_ number: Int64) -> RowChange? {
    guard let old = removalLog.removeValue(forKey: number) else { return nil }
    textBytes -= Self.textBytes(of: old)
    return .put(.removal(number, old.time, old.selection))
  }

  private func put(_ row: IndexRow) -> RowChange {
    switch row {
    case .meta(let meta):
      defer { counters = meta }
      return .put(.meta(counters))
    case .session(let session):
      let old = sessions.updateValue(session, forKey: session.id)
      return old.map { .put(.session($0)) } ?? .deleteSession(session.id)
    case .blob(let blob):
      let old = blobs[blob.id.rawValue]?.row
      replace(old, by: blob)
      return old.map { .put(.blob($0)) } ?? .deleteBlob(blob.id)
    case .edge(let parent, let child):
      guard childrenOf.insert(child.rawValue, for: parent.rawValue) else { return .several([]) }
      parentsOf.insert(parent.rawValue, for: child.rawValue)
      parentIDs.insert(parent.rawValue)
      edgeCount += 1
      textBytes += Self.textBytesOfEdge
      return .deleteEdge(parent: parent, child: child)
    case .entry(let entry):
      // One entry for each key: another one with this key goes.
      let key = entry.row.record.key
      var other: RowChange?
      if let owner = entryOfKey[key], owner != entry.id.rawValue {
        other = apply(.deleteEntry(EntryID(rawValue: owner)))
      }
      let old = entries[entry.id.rawValue]?.entry
      replace(old, by: entry)
      let undoing = old.map { RowChange.put(.entry($0)) } ?? .deleteEntry(entry.id)
      return other.map { .several([undoing, $0]) } ?? undoing
    case .tombstone(let tombstone): return bury(tombstone)
    case .removal(let number, let time, let selection):
      let removal = LoggedRemoval(time: time, selection: selection, keys: LoggedSelection.keys(selection))
      let old = removalLog.updateValue(removal, forKey: number)
      textBytes += Self.textBytes(of: removal)
      guard let old else { return .erase(row) }
      textBytes -= Self.textBytes(of: old)
      return .put(.removal(number, old.time, old.selection))
    case .statistic(let statistic):
      let name = StatisticName(statistic)
      guard let old = statistics.updateValue(statistic.value, forKey: name) else {
        textBytes += Self.textBytes(of: name)
        return .erase(row)
      }
      var undone = statistic
      undone.value = old
      return .put(.statistic(undone))
    case .sweep(let portion, let verified):
      guard let old = sweeps.updateValue(verified, forKey: portion) else { return .erase(row) }
      return .put(.sweep(portion, old))
    }
  }
}
