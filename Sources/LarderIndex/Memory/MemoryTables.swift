internal import LarderCrypto
internal import LarderFormat
internal import LarderSystem

/// The tables of an index in memory.
///
/// Every change is a ``RowChange`` that goes through ``apply(_:)``, which gives the one that undoes it: a transaction that
/// is abandoned leaves nothing, and what it did can be written down. Nothing here takes time in proportion to the rows,
/// but for reading as many.
///
/// Unchecked because the index that owns the tables touches them only under its lock.
package final class MemoryTables: @unchecked Sendable {
  /// For messages.
  let path: String

  var indexState = IndexState.open
  var counters = IndexMeta()
  var sessions: [SessionID: SessionRecord] = [:]
  var sweeps: [Int: Timestamp] = [:]
  var statistics: [StatisticName: Int64] = [:]

  var blobs: [Int64: BlobBox] = [:]
  var blobIDs = IDOrder()
  var liveContents: [ContentName: Int64] = [:]
  var liveOrder = DigestOrder()
  var condemnedOrder = DigestOrder()
  var condemnedIDs = IDOrder()

  var childrenOf = IDMap()
  var parentsOf = IDMap()
  var parentIDs = IDOrder()
  var edgeCount = 0

  var entries: [Int64: EntryBox] = [:]
  var entryIDs = IDOrder()
  var entryOfKey: [ArtifactKey: Int64] = [:]
  var keyOrder = DigestOrder()
  var entriesOn = IDMap()
  /// Made when it is first asked for: most processes evict nothing.
  var scores: ScoreHeap?
  var lastEntry: Int64 = 0

  var tombstones: [Int64: TombstoneRow] = [:]
  var tombstoneOfKey: [ArtifactKey: Int64] = [:]
  var lastTombstone: Int64 = 0
  /// No tombstone has a lower id.
  var firstTombstone: Int64 = .max

  var removalLog: [Int64: LoggedRemoval] = [:]
  /// Of entries and tombstones.
  var seen: [FunctionName: SeenVersions] = [:]

  /// About as many bytes as all rows take as text.
  var textBytes: Int64 = 0

  /// What the transaction did so far, and how each of that is undone.
  private(set) var changes: [RowChange] = []
  private var undoing: [RowChange] = []
  private var marks: [Int] = []

  package init(path: String) { self.path = path }
}

/// An entry's row, which changes as a whole: in place a row would be copied whenever a table of rows grows.
final class EntryBox: Sendable {
  let entry: CommittedEntry
  init(_ entry: CommittedEntry) { self.entry = entry }
}

final class BlobBox: Sendable {
  let row: BlobRow
  init(_ row: BlobRow) { self.row = row }
}

struct ContentName: Hashable {
  let digest: Digest
  let domain: ExactText

  init(_ digest: Digest, _ domain: String) {
    self.digest = digest
    self.domain = ExactText(domain)
  }

  init(_ row: BlobRow) { self.init(row.record.form.contentDigest, row.record.domain) }
}

struct FunctionName: Hashable {
  let namespace: ExactText
  let function: ExactText

  init(_ namespace: String, _ function: String) {
    self.namespace = ExactText(namespace)
    self.function = ExactText(function)
  }
}

struct SeenVersions {
  var count = 0
  var versions: [ExactText: Int] = [:]

  /// Says whether none is left.
  mutating func add(_ more: Int, to version: ExactText) -> Bool {
    count += more
    versions[version, default: 0] += more
    if more < 0, versions[version] == 0 { versions[version] = nil }
    return count == 0
  }
}

struct StatisticName: Hashable, Comparable {
  let day: Int64
  let function: FunctionName
  let name: ExactText

  init(_ statistic: Statistic) {
    day = statistic.day
    function = FunctionName(statistic.namespace, statistic.function)
    name = ExactText(statistic.name)
  }

  static func < (left: StatisticName, right: StatisticName) -> Bool {
    if left.day != right.day { return left.day < right.day }
    if left.function.namespace != right.function.namespace { return left.function.namespace < right.function.namespace }
    if left.function.function != right.function.function { return left.function.function < right.function.function }
    return left.name < right.name
  }
}

struct LoggedRemoval {
  let time: Timestamp
  let selection: String
  /// The keys that it names; nil where it may mean any.
  let keys: Set<ArtifactKey>?
}

// Transactions

extension MemoryTables {
  func perform(_ change: RowChange) {
    undoing.append(apply(change))
    changes.append(change)
  }

  package func mark() { marks.append(changes.count) }

  package func undoToMark() { undo(to: marks.last ?? 0) }

  package func releaseMark() { _ = marks.popLast() }

  /// Ends the transaction; what it did stays.
  func finishTransaction() {
    changes.removeAll(keepingCapacity: changes.count < 1000)
    undoing.removeAll(keepingCapacity: undoing.count < 1000)
    marks.removeAll()
  }

  /// Ends the transaction as if it had not been.
  func abandonTransaction() {
    undo(to: 0)
    finishTransaction()
  }

  private func undo(to count: Int) {
    while undoing.count > count, let change = undoing.popLast() { apply(change) }
    changes.removeLast(changes.count - count)
  }
}
