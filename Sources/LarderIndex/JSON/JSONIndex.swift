internal import LarderFormat
internal import LarderSystem

/// The index in one file of JSON Lines, `index.jsonl`: for people who want to read it, and for small caches on one host.
///
/// A commit appends one line under the lock of byte 1 of the file `locks` beside it. All rows are in the memory of every
/// process that has the index open: each call first reads what others have appended since, without a lock. A file of
/// which more than half is dead is written anew and takes the place of the old one.
package final class JSONIndex: TransactionalIndex, MemoryReading {
  package let path: String
  package let identity: IndexIdentity
  /// Whether every commit waits until it is durable.
  package let isDurable: Bool
  package let isReadOnly: Bool

  private let patience: UInt64
  /// Who writes waits here for other threads, then at the file for other processes; nobody who reads does.
  private let writer: Locked<Writer>
  private let state: Locked<State>

  private struct Writer {
    var lock: JournalLock?
  }

  private struct State {
    var journal: Journal
    var isClosed = false
    /// For sessions opened here, the blob up to which their files are known to be durable.
    var durableUpTo: [SessionID: BlobID] = [:]
  }

  /// A line that is not known to be durable.
  private struct Unsynced: Sendable {
    let file: JournalFile
    let sequence: Int64
  }

  init(_ journal: sending Journal, durable: Bool, patience: UInt64) {
    path = journal.path
    identity = journal.header.identity
    isDurable = durable
    isReadOnly = journal.readOnly
    self.patience = patience
    writer = Locked(Writer())
    state = Locked(State(journal: journal))
  }

  package var capabilities: IndexCapabilities {
    IndexCapabilities(severalProcesses: true, severalHosts: false, inlineBlobs: true)
  }

  package func read<Result: Sendable>(
    _ body: (MemoryTables) throws(IndexError) -> Result
  ) throws(IndexError) -> Result {
    try state.withLock { (state) throws(IndexError) in
      if state.isClosed { throw .closed(path) }
      try state.journal.follow(isLocked: false)
      return try body(state.journal.tables)
    }
  }

  package func write<Result: Sendable>(
    durably: Bool?, within limit: Duration?,
    _ body: (inout WriteTransaction<MemoryTables>) throws(IndexError) -> Result
  ) throws(IndexError) -> Result {
    if isReadOnly { throw .readOnly(path) }
    let syncs = durably ?? isDurable
    let (result, unsynced) = try withJournal(within: limit) { (state) throws(IndexError) -> (Result, Unsynced?) in
      try state.journal.prepareForWriting(durably: syncs)
      var (durableUpTo, journal) = (state.durableUpTo, state.journal)
      let before = journal.sequence
      // Given back whatever happens: a line can be there that was not written whole.
      defer { state.journal = journal }
      let result = try journal.tables.transact(&durableUpTo, body) { (changes) throws(IndexError) in
        if !changes.isEmpty { try journal.append(changes) }
      }
      state.durableUpTo = durableUpTo
      journal.compactIfWorthIt(above: journal.compactionFloor)
      let isWritten = journal.sequence > before
      return (result, syncs && isWritten ? Unsynced(file: journal.file, sequence: journal.sequence) : nil)
    }
    if let unsynced { try sync(unsynced) }
    return result
  }

  /// Waits until a line is durable, outside of all locks: others write, and flush, meanwhile.
  private func sync(_ line: Unsynced) throws(IndexError) {
    do throws(SystemError) {
      try line.file.descriptor.sync()
      try step(.committed, on: path)
    } catch {
      // The line is there for everybody to see, and may be gone after a power cut. A second flush would know nothing of that.
      state.withLock { if $0.journal.file === line.file { $0.journal.isDistrusted = true } }
      throw IndexError(journal: path, error, isOutcomeUnknown: true)
    }
    state.withLock { $0.journal.durable = max($0.journal.durable, line.sequence) }
  }

  /// Lends the journal, read to its end and locked against every other writer.
  private func withJournal<Result>(
    within limit: Duration?, _ body: (inout State) throws(IndexError) -> sending Result
  ) throws(IndexError) -> sending Result {
    let wait = min(limit?.nanoseconds ?? .max, patience)
    // Taken before the lock: time spent waiting for other threads counts as well.
    let (sum, overflow) = Clock.system.uptime().addingReportingOverflow(wait)
    return try writer.withLock { (writer) throws(IndexError) in
      let lock: JournalLock
      if let opened = writer.lock { lock = opened } else { lock = try JournalLock(beside: path) }
      writer.lock = lock
      try lock.take(until: overflow ? .max : sum, path)
      // A lock that cannot be given back goes with its descriptor.
      defer { if !lock.giveBack() { writer.lock = nil } }
      return try state.withLock { (state) throws(IndexError) in
        if state.isClosed { throw .closed(path) }
        try state.journal.follow(isLocked: true)
        return try body(&state)
      }
    }
  }

  package func check(quick: Bool) throws(IndexError) -> [String] {
    let faults = try read { $0.faults() }
    if quick { return faults }
    // The file itself, and not what was once read of it.
    let anew = try Journal(path, readOnly: true)
    return Array(((anew.hasLostLines ? anew.notices : []) + anew.tables.faults()).prefix(100))
  }

  /// What was found of damage and of unfinished lines since this was last asked, for people.
  package func takeNotices() -> [String] {
    state.withLock { state in
      defer { state.journal.notices = [] }
      return state.journal.notices
    }
  }

  /// Writes the file anew if more than half of it is dead.
  package func shortenLog() {
    guard !isReadOnly else { return }
    try? withJournal(within: .zero) { (state) throws(IndexError) in
      try state.journal.prepareForWriting(durably: false)
      state.journal.compactIfWorthIt(above: 64 << 10)
    }
  }

  package func close() {
    state.withLock { $0.isClosed = true }
    writer.withLock { $0.lock = nil }
  }
}
