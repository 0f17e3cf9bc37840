package import LarderCrypto
package import LarderFormat
internal import LarderSystem

/// An index that answers from ``MemoryTables``: the reading half of the contract.
package protocol MemoryReading: CacheIndex {
  /// Runs one transaction that reads.
  func read<Result: Sendable>(_ body: (MemoryTables) throws(IndexError) -> Result) throws(IndexError) -> Result
}

extension MemoryReading {
  package func entry(for key: ArtifactKey) throws(IndexError) -> StoredEntry? { try read { $0.entry(for: key) } }

  package func entries(for keys: [ArtifactKey]) throws(IndexError) -> [StoredEntry?] {
    try read { tables in keys.map { tables.entry(for: $0) } }
  }

  package func absence(
    of key: ArtifactKey, namespace: String, function: String, version: String
  ) throws(IndexError) -> Absence {
    try read { tables in
      let row = tables.tombstoneOfKey[key].flatMap { tables.tombstones[$0] }
      let seen = tables.seen[FunctionName(namespace, function)]
      return Absence(
        tombstone: row.map { Tombstone(key: key, reason: $0.reason, removed: $0.removed, document: $0.document) },
        functionSeen: seen != nil, versionSeen: seen?.versions[ExactText(version)] != nil,
        removals: tables.counters.removals)
    }
  }

  package func liveBlob(_ contentDigest: Digest, domain: String) throws(IndexError) -> StoredBlob? {
    try read { $0.liveBlob(contentDigest, domain) }
  }

  package func children(of blob: BlobID) throws(IndexError) -> [StoredBlob] {
    try read { tables in tables.children(of: blob).compactMap { tables.liveBlob($0) } }
  }

  package func entries(after key: ArtifactKey?, limit: Int) throws(IndexError) -> [StoredEntry] {
    try entries(after: key, through: nil, limit: limit, withDocuments: false)
  }

  package func entries(
    after key: ArtifactKey?, through end: ArtifactKey?, limit: Int, withDocuments: Bool
  ) throws(IndexError) -> [StoredEntry] {
    try read { tables in
      var page: [StoredEntry] = []
      tables.visitEntries(after: key, through: end) { entry in
        guard page.count < limit else { return false }
        var stored = tables.stored(entry)
        if !withDocuments {
          stored.record.document = []
          stored.record.detail = []
        }
        if case .inline = stored.blob?.record.place { stored.blob?.record.place = .inline([]) }
        page.append(stored)
        return true
      }
      return page
    }
  }

  package func keys(withPrefix hexadecimal: String, limit: Int) throws(IndexError) -> [ArtifactKey] {
    let digits = hexadecimal.lowercased()
    let missing = Digest.byteCount * 2 - digits.utf8.count
    guard missing >= 0, let low = Digest(hex: digits + String(repeating: "0", count: missing)),
      let high = Digest(hex: digits + String(repeating: "f", count: missing))
    else { return [] }
    return try read { tables in
      var keys: [ArtifactKey] = []
      let end = DigestOrder.Place(high, .max)
      tables.keyOrder.visit(from: DigestOrder.Place(low, .min)) { place in
        guard place < end, keys.count < limit else { return false }
        keys.append(ArtifactKey(place.digest))
        return true
      }
      return keys
    }
  }

  package func condemned(after blob: BlobID?, limit: Int) throws(IndexError) -> [CondemnedBlob] {
    try read { tables in
      var page: [CondemnedBlob] = []
      tables.condemnedIDs.visit(after: blob?.rawValue) { id in
        guard page.count < limit else { return false }
        if let row = tables.blobs[id]?.row {
          page.append(CondemnedBlob(id: row.id, name: row.record.name, evidence: row.evidence))
        }
        return true
      }
      return page
    }
  }

  package func totals() throws(IndexError) -> IndexTotals { try read { $0.counters.totals } }
  package func removals() throws(IndexError) -> Int64 { try read { $0.counters.removals } }
  package func highestBlob() throws(IndexError) -> BlobID { try read { BlobID(rawValue: $0.counters.lastBlob) } }

  package func statistics(since day: Int64) throws(IndexError) -> [Statistic] {
    try read { tables in
      tables.statistics.filter { $0.key.day >= day }.sorted { $0.key < $1.key }.map { name, value in
        Statistic(name, value)
      }
    }
  }

  package func sessions() throws(IndexError) -> [SessionRecord] {
    try read { $0.sessionsInOrder }
  }
}

extension Statistic {
  init(_ name: StatisticName, _ value: Int64) {
    self.init(
      day: name.day, namespace: name.function.namespace.text, function: name.function.function.text,
      name: name.name.text, value: value)
  }
}

extension MemoryTables {
  /// Visits entries in the order of keys, until `visit` says that it is enough.
  func visitEntries(after key: ArtifactKey?, through end: ArtifactKey?, _ visit: (CommittedEntry) -> Bool) {
    let last = end.map { DigestOrder.Place($0.digest, .max) }
    keyOrder.visit(from: key.map { DigestOrder.Place($0.digest, .max) }) { place in
      if let last, last < place { return false }
      guard let box = entries[place.id] else { return true }
      return visit(box.entry)
    }
  }

  var sessionsInOrder: [SessionRecord] {
    sessions.values.sorted {
      $0.opened != $1.opened
        ? $0.opened < $1.opened : Int64(bitPattern: $0.id.rawValue) < Int64(bitPattern: $1.id.rawValue)
    }
  }
}
