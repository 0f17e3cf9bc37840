import LarderCrypto
import LarderFormat
import LarderIndex
import LarderSystem
import LarderTesting

/// What an author of a store may get wrong.
enum PlantedFault: String, CaseIterable, Sendable {
  case nothing
  case losesEveryThirdCommit, acknowledgesOfSeveralTheFirstOnly, commitsForDeadSessions, commitsWhileMoved
  case forgetsThatRemovalsHappened, removesNothing, leavesNoTombstone, keepsAnnouncementsToItself
  case dropsWhateverIsThere, evictsTooMuch, evictsPinned, condemnsNothing, forgetsLiveRows
  case callsFilesInUseSurplus, replacesWhereItShouldNot, losesEdges, healsWithoutEdges
  case skipsAnEntryOfEachPage, repeatsTheLastOfEachPage, listsOutOfOrder, readsDocumentsInPages
  case countsOneTooMany, neverCorrectsTotals, addsStatisticsTwice, takesTheLastUseBack, forgetsUses
  case listsDeadSessionsAsOpen, forgetsOpenSessions, neverMarksDurable, marksEverythingDurable
  case losesSweptShards, forgetsWhenItWasSwept, findsNoFilesByName, losesRowsOfAPage, loadsNothing, neverMoves
  case staysOpenWhenClosed, writesWhenReadOnly, makesItAnewWhenOpened, findsPrefixesInCapitalsNot
}

/// The index in SQLite with one fault: what it forwards is sound, and what it does itself is not.
final class PlantedIndex: CacheIndex {
  let sound: SQLiteIndex
  let fault: PlantedFault
  private let commits = Locked(0)

  init(_ sound: SQLiteIndex, _ fault: PlantedFault) {
    self.sound = sound
    self.fault = fault
  }

  var capabilities: IndexCapabilities { sound.capabilities }
  var identity: IndexIdentity { sound.identity }

  // Reading

  func entry(for key: ArtifactKey) throws(IndexError) -> StoredEntry? { try sound.entry(for: key) }
  func entries(for keys: [ArtifactKey]) throws(IndexError) -> [StoredEntry?] { try sound.entries(for: keys) }

  func absence(of key: ArtifactKey, namespace: String, function: String, version: String) throws(IndexError) -> Absence
  {
    var absence = try sound.absence(of: key, namespace: namespace, function: function, version: version)
    if fault == .leavesNoTombstone { absence.tombstone = nil }
    return absence
  }

  func liveBlob(_ contentDigest: Digest, domain: String) throws(IndexError) -> StoredBlob? {
    try sound.liveBlob(contentDigest, domain: domain)
  }

  func children(of blob: BlobID) throws(IndexError) -> [StoredBlob] {
    let children = try sound.children(of: blob)
    return fault == .losesEdges ? Array(children.dropLast()) : children
  }

  func entries(after key: ArtifactKey?, limit: Int) throws(IndexError) -> [StoredEntry] {
    let page = try sound.entries(after: key, limit: limit)
    switch fault {
    case .skipsAnEntryOfEachPage: return Array(page.dropFirst())
    case .repeatsTheLastOfEachPage: return page + page.suffix(1)
    case .listsOutOfOrder: return page.reversed()
    case .readsDocumentsInPages: return try sound.entries(after: key, through: nil, limit: limit, withDocuments: true)
    default: return page
    }
  }

  func keys(withPrefix hexadecimal: String, limit: Int) throws(IndexError) -> [ArtifactKey] {
    let isLower = hexadecimal == hexadecimal.lowercased()
    if fault == .findsPrefixesInCapitalsNot, !isLower { return [] }
    return try sound.keys(withPrefix: hexadecimal, limit: limit)
  }

  func totals() throws(IndexError) -> IndexTotals {
    var totals = try sound.totals()
    if fault == .countsOneTooMany { totals.entries += 1 }
    return totals
  }

  func removals() throws(IndexError) -> Int64 { try sound.removals() }
  func statistics(since day: Int64) throws(IndexError) -> [Statistic] { try sound.statistics(since: day) }
  func shortenLog() { sound.shortenLog() }
  func close() { if fault != .staysOpenWhenClosed { sound.close() } }

  // Sessions

  func open(_ session: SessionRecord) throws(IndexError) { try sound.open(session) }
  func close(_ session: SessionID) throws(IndexError) { try sound.close(session) }
  func fence(_ session: SessionID) throws(IndexError) {
    if fault == .commitsForDeadSessions { return }
    try sound.fence(session)
  }

  func sessions() throws(IndexError) -> [SessionRecord] {
    var sessions = try sound.sessions()
    if fault == .listsDeadSessionsAsOpen { for index in sessions.indices { sessions[index].state = .open } }
    return sessions
  }

  // Writing

  func commit(_ commit: EntryCommit) throws(IndexError) -> CommitOutcome {
    var commit = commit
    switch fault {
    case .losesEveryThirdCommit:
      let number = commits.withLock { count in
        count += 1
        return count
      }
      if number.isMultiple(of: 3) { return .committed(surplus: [], condemned: []) }
    case .commitsWhileMoved:
      if try sound.state() != .open { return .committed(surplus: [], condemned: []) }
    case .forgetsThatRemovalsHappened: commit.removalsSeen = nil
    case .replacesWhereItShouldNot: commit.mode = .replace
    case .healsWithoutEdges:
      if case .healed(_, let record, let seal) = commit.blob { commit.blob = .placed(record, seal) }
    default: break
    }
    let outcome = try sound.commit(commit)
    guard case .committed(var surplus, var condemned) = outcome else { return outcome }
    if fault == .callsFilesInUseSurplus, case .placed(let record, _) = commit.blob, let name = record.name {
      surplus.append(name)
    }
    if fault == .condemnsNothing { condemned = [] }
    return .committed(surplus: surplus, condemned: condemned)
  }

  func commit(_ commits: [EntryCommit]) throws(IndexError) -> [CommitOutcome] {
    if fault == .acknowledgesOfSeveralTheFirstOnly, commits.count > 1 {
      let first = try sound.commit(commits[0])
      return [first] + commits.dropFirst().map { _ in CommitOutcome.committed(surplus: [], condemned: []) }
    }
    return try sound.commit(commits)
  }

  func announce(_ selection: EntrySelection, at time: Timestamp) throws(IndexError) {
    if fault != .keepsAnnouncementsToItself { try sound.announce(selection, at: time) }
  }

  func remove(_ removal: EntryRemoval) throws(IndexError) -> RemovalOutcome {
    if fault == .removesNothing { return RemovalOutcome(removed: removal.keys) }
    return try sound.remove(removal)
  }

  func drop(
    _ key: ArtifactKey, _ seen: EntrySighting, reason: MissReason, evidence: String?, at time: Timestamp
  ) throws(IndexError) -> RemovalOutcome {
    var seen = seen
    if fault == .dropsWhateverIsThere, let entry = try sound.entry(for: key) { seen = EntrySighting(entry) }
    return try sound.drop(key, seen, reason: reason, evidence: evidence, at: time)
  }

  func forget(_ blobs: [CondemnedBlob]) throws(IndexError) {
    try sound.forget(blobs)
    guard fault == .forgetsLiveRows else { return }
    for blob in blobs { _ = try sound.withdraw(blob.id, reason: .corrupt, evidence: nil, at: time(0)) }
  }

  func condemned(after blob: BlobID?, limit: Int) throws(IndexError) -> [CondemnedBlob] {
    fault == .condemnsNothing ? [] : try sound.condemned(after: blob, limit: limit)
  }

  func record(_ uses: [UseRecord], _ statistics: [Statistic], within limit: Duration?) throws(IndexError) {
    var uses = uses
    if fault == .forgetsUses { uses = [] }
    if fault == .takesTheLastUseBack, uses.count > 1 { uses[uses.count - 1].last = time(.max) }
    try sound.record(uses, statistics, within: limit)
    if fault == .addsStatisticsTwice { try sound.record([], statistics, within: limit) }
  }

  func evict(toBytes bytes: Int64, entries: Int64, batch: Int, at time: Timestamp) throws(IndexError) -> RemovalOutcome
  {
    switch fault {
    case .evictsTooMuch: try sound.evict(toBytes: 0, entries: 0, batch: batch, at: time)
    case .evictsPinned:
      try sound.evict(toBytes: bytes, entries: entries, batch: batch, at: Timestamp(nanoseconds: .max))
    default: try sound.evict(toBytes: bytes, entries: entries, batch: batch, at: time)
    }
  }

  func markDurable(_ sessions: [SessionID], upTo blob: BlobID, and others: [BlobID]) throws(IndexError) {
    switch fault {
    case .neverMarksDurable: return
    case .marksEverythingDurable: try sound.markDurable(sessions, upTo: BlobID(rawValue: .max), and: others)
    default: try sound.markDurable(sessions, upTo: blob, and: others)
    }
  }

  func highestBlob() throws(IndexError) -> BlobID { try sound.highestBlob() }

  // Sweeping

  func blobs(inShard shard: UInt8, after position: BlobPosition?, limit: Int) throws(IndexError) -> [SweptBlob] {
    if fault == .losesSweptShards, shard > 250 { return [] }
    return try sound.blobs(inShard: shard, after: position, limit: limit)
  }

  func blob(named name: BlobName) throws(IndexError) -> SweptBlob? {
    fault == .findsNoFilesByName ? nil : try sound.blob(named: name)
  }

  func blob(_ id: BlobID) throws(IndexError) -> SweptBlob? { try sound.blob(id) }
  func liveBlobs(at name: BlobName) throws(IndexError) -> [BlobID] { try sound.liveBlobs(at: name) }
  func sweptEntry(for key: ArtifactKey) throws(IndexError) -> SweptEntry? { try sound.sweptEntry(for: key) }
  func entries(
    after key: ArtifactKey?, through end: ArtifactKey?, limit: Int, withDocuments: Bool
  ) throws(IndexError) -> [StoredEntry] {
    try sound.entries(after: key, through: end, limit: limit, withDocuments: withDocuments)
  }
  func entriesWithoutKey() throws(IndexError) -> Int64 { try sound.entriesWithoutKey() }
  func dropEntriesWithoutKey(evidence: String?) throws(IndexError) -> RemovalOutcome {
    try sound.dropEntriesWithoutKey(evidence: evidence)
  }
  func dependents(of blob: BlobID, limit: Int) throws(IndexError) -> [ArtifactKey] {
    try sound.dependents(of: blob, limit: limit)
  }
  func withdraw(
    _ blob: BlobID, reason: MissReason, evidence: String?, at time: Timestamp
  ) throws(IndexError) -> RemovalOutcome {
    try sound.withdraw(blob, reason: reason, evidence: evidence, at: time)
  }
  func condemnUnreferenced(_ blobs: [BlobID], evidence: String?) throws(IndexError) -> RemovalOutcome {
    try sound.condemnUnreferenced(blobs, evidence: evidence)
  }
  func falseParents(after blob: BlobID?, limit: Int) throws(IndexError) -> [BlobID] {
    try sound.falseParents(after: blob, limit: limit)
  }
  func dropFalseEdges(of blob: BlobID, but files: Set<Digest>?, evidence: String?) throws(IndexError) -> RemovalOutcome
  {
    try sound.dropFalseEdges(of: blob, but: files, evidence: evidence)
  }
  func strayFiles() throws(IndexError) -> Set<BlobName> { try sound.strayFiles() }
  func forget(_ session: SessionID) throws(IndexError) {
    if fault == .forgetsOpenSessions { try sound.close(session) }
    try sound.forget(session)
  }
  func check(quick: Bool) throws(IndexError) -> [String] { try sound.check(quick: quick) }
  func countTotals() throws(IndexError) -> (recorded: IndexTotals, counted: IndexTotals) { try sound.countTotals() }
  func correctTotals() throws(IndexError) { if fault != .neverCorrectsTotals { try sound.correctTotals() } }
  func recordSweep(_ portions: [Int], at time: Timestamp, within limit: Duration?) throws(IndexError) {
    if fault != .forgetsWhenItWasSwept { try sound.recordSweep(portions, at: time, within: limit) }
  }
  func sweeps() throws(IndexError) -> [Int: Timestamp] { try sound.sweeps() }

  // Moving

  func state() throws(IndexError) -> IndexState { try sound.state() }
  func set(_ state: IndexState) throws(IndexError) { if fault != .neverMoves { try sound.set(state) } }
  func rows(of table: IndexTable, after row: IndexRow?, limit: Int) throws(IndexError) -> [IndexRow] {
    let rows = try sound.rows(of: table, after: row, limit: limit)
    return fault == .losesRowsOfAPage && rows.count > 2 ? Array(rows.dropFirst()) : rows
  }
  func load(_ rows: [IndexRow]) throws(IndexError) { if fault != .loadsNothing { try sound.load(rows) } }
}

/// The store of ``PlantedIndex``.
struct PlantedStore: IndexStore {
  var fault: PlantedFault
  var name: String { fault.rawValue }
  let files = ["index.sqlite", "index.sqlite-wal", "index.sqlite-shm"]

  func create(in directory: String, identity: IndexIdentity, durable: Bool) throws(IndexError) -> any CacheIndex {
    let path = directory + "/index.sqlite"
    return PlantedIndex(try SQLiteIndex.create(at: path, identity: identity, durable: durable), fault)
  }

  func open(in directory: String, durable: Bool, readOnly: Bool, deadline: Duration) throws(IndexError)
    -> any CacheIndex
  {
    let path = directory + "/index.sqlite"
    if fault == .makesItAnewWhenOpened, (try? FileStatus(of: path)) == nil {
      return try create(in: directory, identity: .sample, durable: durable)
    }
    let index = try SQLiteIndex.open(
      at: path, durable: durable, readOnly: readOnly && fault != .writesWhenReadOnly, deadline: deadline)
    return PlantedIndex(index, fault)
  }
}
