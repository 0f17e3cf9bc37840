internal import LarderFormat
internal import LarderSystem

/// The index in one SQLite file in WAL mode: the default, for any number of processes on one host.
///
/// One connection writes, so the threads of a process wait for each other at a lock and not at the file; processes wait
/// at the file, in a busy handler with a deadline. Readers take a connection of their own from a list and never wait
/// for the writer.
package final class SQLiteIndex: TransactionalIndex {
  package let path: String
  package let identity: IndexIdentity
  /// Whether every commit waits until it is durable.
  package let isDurable: Bool
  package let isReadOnly: Bool

  /// Nil where the log is sound, and for who writes.
  let hidden: UndoneCommits?

  let readingAccess: SQLiteConnection.Access
  let patience: UInt64
  let writer: Locked<Writer>
  private let readers: Locked<Readers>

  struct Writer {
    var connection: SQLiteConnection?
    /// Which file the connection has open.
    var file: FileStatus?
    var isClosed = false
    /// Whether a flush of the log failed. Nothing durable is committed behind it before it was written again.
    var distrustsLog = false
    /// For sessions opened here, the blob up to which their files are known to be durable.
    var durableUpTo: [SessionID: BlobID] = [:]
  }

  private struct Readers {
    var idle: [SQLiteConnection]
    var isClosed = false
  }

  /// More readers than processors do not read faster; those beyond are closed after use.
  private static let idleReaders = 8

  /// Reading 250 pages takes whoever opens the index 0.5 ms, about as long as the two flushes of emptying the log: some
  /// 25 puts share them where every put is a process of its own.
  private static let pagesWorthEmptying: Int32 = 250

  init(
    _ connection: SQLiteConnection, identity: IndexIdentity, durable: Bool, readOnly: Bool,
    access: SQLiteConnection.Access, patience: UInt64, hidden: UndoneCommits? = nil
  ) {
    self.hidden = hidden
    path = connection.path
    self.identity = identity
    isDurable = durable
    isReadOnly = readOnly
    readingAccess = access
    self.patience = patience
    writer = Locked(Writer())
    readers = Locked(Readers(idle: [connection]))
  }

  package var capabilities: IndexCapabilities {
    IndexCapabilities(severalProcesses: true, severalHosts: false, inlineBlobs: true)
  }

  private var deadline: UInt64 { deadline(within: nil) }

  private func deadline(within limit: Duration?) -> UInt64 {
    let wait = min(limit?.nanoseconds ?? .max, patience)
    let (sum, overflow) = Clock.system.uptime().addingReportingOverflow(wait)
    return overflow ? .max : sum
  }

  /// Lends a connection for reading.
  func read<Result: Sendable>(
    _ body: (SQLiteConnection) throws(IndexError) -> Result
  ) throws(IndexError) -> Result {
    let idle = try readers.withLock { (readers) throws(IndexError) -> SQLiteConnection? in
      if readers.isClosed { throw closed }
      return readers.idle.popLast()
    }
    let deadline = deadline
    let connection: SQLiteConnection
    if let idle { connection = idle } else { connection = try connect(until: deadline) }
    connection.deadline = deadline
    do throws(IndexError) {
      let result = try body(connection)
      keep(connection)
      return result
    } catch {
      if error.code == .busy { letGo() } else { keep(connection) }
      throw error
    }
  }

  private func keep(_ connection: SQLiteConnection) {
    readers.withLock { readers in
      if !readers.isClosed && readers.idle.count < Self.idleReaders { readers.idle.append(connection) }
    }
  }

  /// Gives up the connections that nobody uses at this moment, after a wait was in vain. SQLite thinks a lock held that it
  /// failed to give back, and it is free only when the last connection of the process is closed.
  private func letGo() {
    readers.withLock { $0.idle.removeAll() }
    writer.withLockIfFree { $0.connection = nil }
  }

  /// Lends the connection that writes, for reading what a transaction will need next.
  func readBeforeWriting<Result: Sendable>(
    _ body: (SQLiteConnection) throws(IndexError) -> Result
  ) throws(IndexError) -> Result {
    if isReadOnly { return try read(body) }
    return try withWriter(until: deadline) { (_, connection) throws(IndexError) in try body(connection) }
  }

  private func withWriter<Result: Sendable>(
    until deadline: UInt64, _ body: (inout Writer, SQLiteConnection) throws(IndexError) -> Result
  ) throws(IndexError) -> Result {
    do throws(IndexError) {
      return try writer.withLock { (writer) throws(IndexError) in
        let connection = try open(&writer, until: deadline)
        connection.deadline = deadline
        return try body(&writer, connection)
      }
    } catch {
      if error.code == .busy { letGo() }
      throw error
    }
  }

  /// Lends a connection for reading several times in one and the same state.
  func readTogether<Result: Sendable>(
    _ body: (SQLiteConnection) throws(IndexError) -> Result
  ) throws(IndexError) -> Result {
    try read { (connection) throws(IndexError) in
      try connection.run(.beginReading)
      do throws(IndexError) {
        let result = try body(connection)
        try connection.run(.commit)
        return result
      } catch {
        if connection.isInTransaction { try? connection.run(.rollback) }
        throw error
      }
    }
  }

  package func write<Result: Sendable>(
    durably: Bool?, within limit: Duration?,
    _ body: (inout WriteTransaction<SQLiteTables>) throws(IndexError) -> Result
  ) throws(IndexError) -> Result {
    if isReadOnly { throw .readOnly(path) }
    // Taken before the lock: time spent waiting for other threads counts as well.
    return try withWriter(until: deadline(within: limit)) { (writer, connection) throws(IndexError) in
      defer { distrust(&writer, connection) }
      do throws(IndexError) {
        if writer.distrustsLog, durably ?? isDurable {
          try connection.renewLog()
          writer.distrustsLog = false
        }
        try connection.synchronize(durably ?? isDurable)
        try connection.run(.begin)
        // What is committed to a file that was moved aside nobody would ever find.
        guard try writer.file.map({ (file) throws(IndexError) in try isSame(file) }) ?? true else { throw replaced }
        var transaction = try WriteTransaction(SQLiteTables(connection))
        transaction.durableUpTo = writer.durableUpTo
        let result = try body(&transaction)
        if transaction.isAbandoned {
          try connection.run(.rollback)
        } else {
          try transaction.finish()
          try connection.commit()
          connection.secureSpace()
          writer.durableUpTo = transaction.durableUpTo
        }
        return result
      } catch {
        if connection.isInTransaction { try? connection.run(.rollback) }
        // Its log was opened for reading, when it could not be for writing: the next write tries again.
        if error.code == .readOnly { writer.connection = nil }
        throw error
      }
    }
  }

  /// Gives up a connection whose flush failed: its descriptor has told of that, and will not do so again.
  private func distrust(_ writer: inout Writer, _ connection: SQLiteConnection) {
    guard connection.hasLostFlush else { return }
    writer.distrustsLog = true
    writer.connection = nil
  }

  private func open(_ writer: inout Writer, until deadline: UInt64) throws(IndexError) -> SQLiteConnection {
    if writer.isClosed { throw closed }
    if let connection = writer.connection { return connection }
    let file = try status()
    let connection = try connect(until: deadline)
    guard try isSame(file) else { throw replaced }
    writer.connection = connection
    writer.file = file
    return connection
  }

  private func connect(until deadline: UInt64) throws(IndexError) -> SQLiteConnection {
    let connection = try SQLiteConnection(path, readingAccess, deadline: deadline)
    // What cannot be opened for writing SQLite opens for reading. Kept, such a connection would outlive what kept it
    // from writing, be that one failed call.
    if !isReadOnly && connection.isReadOnly { throw .readOnly(path) }
    // A directory can be moved away and another one be in its place, in which a commit of this cache has no business.
    let found = try connection.identity()
    if found.cacheID != identity.cacheID {
      throw IndexError(
        .foreign,
        "The index '\(path)' was replaced by that of another cache while it was open. Open the cache again.")
    }
    guard found == identity else { throw replaced }
    if !isReadOnly { try connection.prepareForWriting() }
    return connection
  }

  private var replaced: IndexError {
    IndexError(.missing, "The index '\(path)' was replaced by another one while it was open. Open the cache again.")
  }

  private func status() throws(IndexError) -> FileStatus {
    do throws(SystemError) { return try FileStatus(following: path) } catch {
      if error.isMissing { throw .missing(path, "was moved or deleted while it was open") }
      throw IndexError(.failed, "Cannot find the index '\(path)': \(error.reason).")
    }
  }

  private func isSame(_ file: FileStatus) throws(IndexError) -> Bool {
    let found = try status()
    return found.inode == file.inode && found.device == file.device
  }

  private var closed: IndexError { IndexError(.failed, "The index '\(path)' is closed: open the cache again.") }

  /// Copies the log into the file and cuts it down to what it always keeps.
  package func shortenLog() {
    writer.withLock { writer in
      guard !isReadOnly, let connection = try? open(&writer, until: 0) else { return }
      connection.emptyLog()
      connection.reserveLog()
      distrust(&writer, connection)
    }
  }

  /// Closes the connections; calls that run end as they would have, later ones throw.
  ///
  /// A log of some length is emptied into the file: whoever opens the index next reads the log first, and whoever copies
  /// the file alone should find nearly everything in it.
  package func close() {
    writer.withLock { writer in
      writer.isClosed = true
      if let connection = writer.connection, connection.logPages >= Self.pagesWorthEmptying {
        connection.emptyLog()
        connection.reserveLog()
      }
      writer.connection = nil
    }
    readers.withLock { readers in
      readers.isClosed = true
      readers.idle.removeAll()
    }
  }
}
