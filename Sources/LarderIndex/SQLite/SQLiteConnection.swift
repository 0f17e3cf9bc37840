internal import CSQLite
internal import LarderSystem

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// One connection to the file of an index, with its prepared statements.
///
/// Unchecked because it is used by one thread at a time, and SQLite is told so: a connection is either in a list behind
/// the lock of ``SQLiteIndex``, or with the one call that took it out of there.
final class SQLiteConnection: @unchecked Sendable {
  enum Access { case create, write, read, immutable }

  let path: String
  private let database: OpaquePointer
  private let patience: UnsafeMutablePointer<Patience>
  private var statements = [OpaquePointer?](repeating: nil, count: SQL.allCases.count)
  private var isSynchronizing = false
  /// The length of the log when the space for what it holds was last seen to.
  private var securedLogPages: Int32 = 0
  /// Why there was none for it.
  private var lack: IndexError?

  /// What the callbacks of SQLite share with the connection; it has an address of its own.
  struct Patience {
    /// The uptime in nanoseconds at which waiting for others ends.
    var deadline: UInt64 = 0
    /// The length of the log after the last commit.
    var logPages: Int32 = 0
    /// The length of the log from which on a commit copies it back.
    var logPageLimit: Int32
    /// Whether a flush failed: nobody can say any more what of the log is on the disk.
    var hasLostFlush = false
  }

  /// Pages of the log after which a commit copies it back: 16 MiB. Pages that change often are then copied once: with
  /// 4 MiB a put took 150 µs in the mean, with 16 MiB 110 µs, with 64 MiB 90 µs. Against more speaks that whoever opens
  /// the index first reads the whole log, 2 ms for 4 MiB.
  static let logPageLimit: Int32 = 4000
  /// What the log holds at least, so that entries can be removed on a full disk.
  private static let logReserve: Int64 = 1 << 20
  /// Pages of the log after which the space for what it adds to the file is seen to: less than ``logReserve``.
  private static let pagesBetweenLooks: Int32 = 64
  /// The file grows in steps of this size.
  private static let growth: Int32 = 256 << 10

  init(
    _ path: String, _ access: Access, deadline: UInt64, logPageLimit: Int32 = SQLiteConnection.logPageLimit
  ) throws(IndexError) {
    var handle: OpaquePointer?
    // NOMUTEX: see above. EXRESCODE: the plain code of an I/O error does not say which it was.
    var flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
    var name = path
    switch access {
    case .create: flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
    case .write: flags |= SQLITE_OPEN_READWRITE
    case .read: flags |= SQLITE_OPEN_READONLY
    case .immutable:
      flags |= SQLITE_OPEN_READONLY | SQLITE_OPEN_URI
      name = "file:" + path.escapedForURI + "?immutable=1"
    }
    let code = sqlite3_open_v2(name, &handle, flags, BriefRests.layer)
    guard code == SQLITE_OK, let handle else {
      let error = IndexError(sqlite: code, system: handle.map { sqlite3_system_errno($0) } ?? 0, path: path)
      sqlite3_close_v2(handle)
      throw error
    }
    self.path = path
    database = handle
    patience = .allocate(capacity: 1)
    patience.initialize(to: Patience(deadline: deadline, logPageLimit: logPageLimit))

    // A file with a hostile schema can do nothing but hold wrong rows, which the seals find.
    _ = larder_sqlite_db_flag(handle, SQLITE_DBCONFIG_DEFENSIVE, 1)
    _ = larder_sqlite_db_flag(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0)
    _ = larder_sqlite_db_flag(handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0)
    _ = larder_sqlite_db_flag(handle, SQLITE_DBCONFIG_ENABLE_VIEW, 0)
    // A page whose cells do not add up is damage, and is told as such when it is read.
    sqlite3_exec(handle, "PRAGMA cell_size_check = ON", nil, nil, nil)
    // Closing is a matter of ``SQLiteIndex/close()``: the last process to end must not stop the others, and a file that
    // proves to be somebody else's must stay as it is.
    _ = larder_sqlite_db_flag(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
    sqlite3_busy_handler(
      handle,
      { context, attempt in
        guard let patience = context?.assumingMemoryBound(to: Patience.self) else { return 0 }
        return SQLiteConnection.rest(attempt: attempt, until: patience.pointee.deadline) ? 1 : 0
      }, patience)
    sqlite3_wal_hook(
      handle,
      { context, database, name, pages in
        guard let patience = context?.assumingMemoryBound(to: Patience.self) else { return SQLITE_OK }
        patience.pointee.logPages = pages
        if pages >= patience.pointee.logPageLimit {
          // What it cannot copy now, because somebody still reads it, a later one will.
          let code = sqlite3_wal_checkpoint_v2(database, name, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
          if code == SQLiteConnection.failedFlush { patience.pointee.hasLostFlush = true }
        }
        return SQLITE_OK
      }, patience)
  }

  deinit {
    for statement in statements { sqlite3_finalize(statement) }
    sqlite3_close_v2(database)
    patience.deallocate()
  }

  /// Until when calls on this connection wait for others, as uptime in nanoseconds.
  var deadline: UInt64 {
    get { patience.pointee.deadline }
    set { patience.pointee.deadline = newValue }
  }

  var isReadOnly: Bool { sqlite3_db_readonly(database, "main") == 1 }
  var isInTransaction: Bool { sqlite3_get_autocommit(database) == 0 }
  var changes: Int64 { sqlite3_changes64(database) }
  var logPages: Int32 { patience.pointee.logPages }
  /// Whether a flush failed; see ``renewLog()``.
  var hasLostFlush: Bool { patience.pointee.hasLostFlush }
  /// SQLITE_IOERR_FSYNC, a macro that Swift cannot import.
  private static var failedFlush: Int32 { SQLITE_IOERR | 4 << 8 }

  /// Waits a little for whoever holds the file, and says false when the deadline is over.
  ///
  /// SQLite's own waits grow to 100 ms, while the transactions waited for take some tens of µs.
  static func rest(attempt: Int32, until deadline: UInt64) -> Bool {
    guard Clock.system.uptime() < deadline, !InterruptDelay.isPending else { return false }
    let waits: [UInt64] = [10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000]
    Clock.rest(nanoseconds: Int(attempt) < waits.count ? waits[Int(attempt)] : 2_000_000)
    return true
  }

  /// Begins the use of a prepared statement.
  func query(_ statement: SQL) throws(IndexError) -> Query {
    if let handle = statements[statement.rawValue] { return Query(handle, on: self) }
    let handle = try prepare(statement.text, UInt32(SQLITE_PREPARE_PERSISTENT))
    statements[statement.rawValue] = handle
    return Query(handle, on: self)
  }

  /// Runs a prepared statement without values.
  func run(_ statement: SQL) throws(IndexError) {
    var query = try query(statement)
    try query.run()
  }

  /// Ends a transaction that writes.
  ///
  /// - Throws: ``IndexError/isOutcomeUnknown``: what a log holds whose flush failed may count after the next start.
  func commit() throws(IndexError) {
    var isCertain = false
    do throws(IndexError) {
      try pass(.commit)
      do throws(IndexError) { try run(.commit) } catch {
        // One that had to wait has written nothing, and one whose frames did not fit into the log no frame that counts.
        // A flush that fails for want of space is another matter, and has another code.
        isCertain =
          error.code == .busy || error.code == .fileLimit || sqlite3_errcode(database) & 0xff == SQLITE_FULL
        throw error
      }
      try pass(.committed)
    } catch {
      var error = error
      error.isOutcomeUnknown = !isCertain
      throw error
    }
  }

  private func pass(_ call: SystemCall) throws(IndexError) {
    do throws(SystemError) { try step(call, on: path) } catch {
      throw IndexError(sqlite: SQLITE_IOERR, system: error.number, path: path)
    }
  }

  /// Runs a statement that is needed once.
  func execute(_ text: String) throws(IndexError) {
    _ = try integer(text)
  }

  /// The first column of the first row of a statement that is needed once.
  @discardableResult
  func integer(_ text: String) throws(IndexError) -> Int64? {
    let handle = try prepare(text, 0)
    defer { sqlite3_finalize(handle) }
    var query = Query(handle, on: self)
    guard try query.step() else { return nil }
    return query.integer(0)
  }

  /// Gives the rows of a statement that is needed once, until `body` says that it has enough.
  func forEachRow(
    _ text: String, _ body: (borrowing Query) throws(IndexError) -> Bool
  ) throws(IndexError) {
    let handle = try prepare(text, 0)
    defer { sqlite3_finalize(handle) }
    var query = Query(handle, on: self)
    while try query.step() { if try !body(query) { return } }
  }

  func text(_ text: String) throws(IndexError) -> String? {
    let handle = try prepare(text, 0)
    defer { sqlite3_finalize(handle) }
    var query = Query(handle, on: self)
    guard try query.step() else { return nil }
    return query.text(0)
  }

  /// Whether commits wait until they are durable.
  func synchronize(_ on: Bool) throws(IndexError) {
    if on == isSynchronizing { return }
    try execute(on ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL")
    isSynchronizing = on
  }

  /// Gets ready to write: the log stays on disk and in its length, so that deleting works on a full disk too.
  func prepareForWriting() throws(IndexError) {
    _ = larder_sqlite_keep_log(database)
    try execute("PRAGMA journal_size_limit = -1")
    try execute("PRAGMA synchronous = NORMAL")
    isSynchronizing = false
    var growth = Self.growth
    _ = sqlite3_file_control(database, "main", SQLITE_FCNTL_CHUNK_SIZE, &growth)
    // In KiB. With SQLite's 2 MiB a get of 40,000 entries took 15 µs, with this 11. Mapping the file would save as much,
    // but a file that is cut off, or a disk that fails, would then kill the process.
    try execute("PRAGMA cache_size = -8192")
  }

  /// Makes the file as long as it will be when the log has been copied into it. Otherwise a disk that becomes full would
  /// keep the log from being copied, and so from being begun anew, and nothing could be removed.
  func secureSpace() {
    let pages = logPages
    if pages < securedLogPages { securedLogPages = 0 }
    guard pages >= securedLogPages + Self.pagesBetweenLooks else { return }
    securedLogPages = pages
    lack = lackOfSpace()
    // What little is missing may still be there.
    if lack != nil { checkpoint(SQLITE_CHECKPOINT_PASSIVE) }
  }

  /// Refuses what may make the file longer while what the log holds already has no space in it.
  func refuseWithoutSpace() throws(IndexError) {
    if lack == nil { return }
    lack = lackOfSpace()
    if let lack { throw lack }
  }

  private func lackOfSpace() -> IndexError? {
    guard var size = try? integer("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size") else {
      return nil
    }
    forgetSystemError()
    let code = sqlite3_file_control(database, "main", SQLITE_FCNTL_SIZE_HINT, &size)
    if code == SQLITE_OK { return nil }
    return errno == EFBIG ? .fileLimit(path) : .full(path)
  }

  /// Copies the log into the file and empties it, as far as nobody else uses it; never waits for them.
  func emptyLog() {
    deadline = 0
    checkpoint(SQLITE_CHECKPOINT_TRUNCATE)
  }

  /// Copies the log into the file and empties it.
  func mergeLog() throws(IndexError) {
    forgetSystemError()
    let code = checkpoint(SQLITE_CHECKPOINT_TRUNCATE)
    if code != SQLITE_OK { throw error(code) }
  }

  @discardableResult
  private func checkpoint(_ mode: Int32) -> Int32 {
    let code = sqlite3_wal_checkpoint_v2(database, "main", mode, nil, nil)
    note(code)
    return code
  }

  private func note(_ code: Int32) {
    if code == Self.failedFlush { patience.pointee.hasLostFlush = true }
  }

  /// Gives the log its least space back. This only ever adds to it, whoever writes meanwhile, and beyond its end, where
  /// no reader looks.
  func reserveLog() {
    if let log = try? Descriptor(path + "-wal", .readWrite) { try? log.preallocate(Self.logReserve) }
  }

  func error(_ code: Int32) -> IndexError {
    note(code)
    return IndexError(
      sqlite: code, system: code & 0xff == SQLITE_CORRUPT ? errno : systemError, path: path,
      detail: String(cString: sqlite3_errmsg(database)))
  }

  /// Copies what all who use the log share of it: two headers of 48 bytes, which say the same unless they change.
  ///
  /// - Returns: False where that is not to be had.
  func copyLogHeaders(_ headers: UnsafeMutableRawBufferPointer) -> Bool {
    larder_sqlite_log_headers(database, headers.baseAddress) == 1
  }

  /// Makes the error number that is found after the next call one that it met.
  func forgetSystemError() { errno = 0 }

  /// SQLite keeps the error number of the file, not that of its log; there the one of the thread is still what it was.
  private var systemError: Int32 {
    let number = sqlite3_system_errno(database)
    return number == 0 ? errno : number
  }

  /// Whether a call that failed with `code` may be made again.
  func mayRepeat(_ code: Int32, attempt: Int32) -> Bool {
    // Between transactions only: inside one, what came before is lost with it. SQLITE_PROTOCOL is the race of two
    // connections for the log's first lock.
    guard code & 0xff == SQLITE_BUSY || code & 0xff == SQLITE_PROTOCOL, !isInTransaction else { return false }
    return Self.rest(attempt: attempt, until: deadline)
  }

  private func prepare(_ text: String, _ flags: UInt32) throws(IndexError) -> OpaquePointer {
    var attempt: Int32 = 0
    while true {
      var handle: OpaquePointer?
      forgetSystemError()
      let code = sqlite3_prepare_v3(database, text, -1, flags, &handle, nil)
      if code == SQLITE_OK, let handle { return handle }
      // Every statement here fits the tables of format 1: where one does not, they are no longer those.
      if code == SQLITE_ERROR {
        let words = String(cString: sqlite3_errmsg(database))
        throw .damaged(path, schemaFault() ?? words)
      }
      // Reading the schema takes a lock.
      guard mayRepeat(code, attempt: attempt) else { throw error(code) }
      attempt += 1
    }
  }
}

extension String {
  /// The path as part of a `file:` URI.
  fileprivate var escapedForURI: String {
    var result = ""
    for byte in utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2F, 0x2D, 0x2E, 0x5F:
        result.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        result += byte < 16 ? "%0" : "%"
        result += String(byte, radix: 16)
      }
    }
    return result
  }
}
