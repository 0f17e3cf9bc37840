internal import LarderFormat
internal import LarderSystem

extension SQLiteIndex {
  /// Makes the index of a cache, or opens the one that another process has made in the meantime: of several that
  /// create at once all end with the same identity.
  ///
  /// - Parameters:
  ///   - path: The file; its directory exists.
  ///   - identity: What the index is to be, unless it is there already.
  ///   - durable: Whether every commit waits until it is durable.
  ///   - deadline: How long calls wait for other processes.
  /// - Returns: The index, with the identity that it has.
  /// - Throws: ``IndexError/Code/foreign`` or ``IndexError/Code/damaged`` for a file that is something else, which stays
  ///   as it is.
  package static func create(
    at path: String, identity: IndexIdentity, durable: Bool = false, deadline: Duration = .seconds(30)
  ) throws(IndexError) -> SQLiteIndex {
    let patience = deadline.nanoseconds
    let end = Clock.system.uptime() &+ patience
    let connection = try SQLiteConnection(path, .create, deadline: end)
    if connection.isReadOnly { throw .readOnly(path) }
    if try connection.look() == .empty {
      // The log first: then the schema arrives in one frame of it, and no reader ever meets a journal to roll back.
      try connection.switchToLog()
      try connection.prepareForWriting()
      try connection.synchronize(true)
      try connection.run(.begin)
      do throws(IndexError) {
        if try connection.look() == .empty {
          try connection.makeTables()
          try connection.found(identity)
        }
        try connection.run(.commit)
        connection.reserveLog()
      } catch {
        if connection.isInTransaction { try? connection.run(.rollback) }
        throw error
      }
    }
    return try SQLiteIndex(opened: connection, durable: durable, patience: patience)
  }

  /// Opens the index of a cache.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - durable: Whether every commit waits until it is durable.
  ///   - readOnly: Whether nothing may be written; needed where the directory does not allow it.
  ///   - deadline: How long calls wait for other processes.
  /// - Returns: The index, with the identity that it has.
  /// - Throws: ``IndexError/Code/missing``, ``IndexError/Code/foreign`` or ``IndexError/Code/damaged`` where there is no
  ///   index that this version reads; ``IndexError/Code/readOnly`` where the file or directory does not allow what was
  ///   asked for.
  package static func open(
    at path: String, durable: Bool = false, readOnly: Bool = false, deadline: Duration = .seconds(30)
  ) throws(IndexError) -> SQLiteIndex {
    let patience = deadline.nanoseconds
    let end = Clock.system.uptime() &+ patience
    do throws(SystemError) {
      let status = try FileStatus(following: path)
      if status.kind != .file { throw SystemError(.open, 0, path: path) }
      if status.size == 0 { throw SystemError(.read, 0, path: path) }
    } catch {
      if error.call == .open { throw .damaged(path, "it is not a file") }
      if error.call == .read { throw .damaged(path, "it is empty, so its creation was interrupted") }
      if error.isMissing { throw .missing(path, "is not there") }
      throw IndexError(.failed, "Cannot open the index '\(path)': \(error.reason).")
    }
    if readOnly { return try openForReading(path, durable: durable, patience: patience, until: end) }
    let connection = try SQLiteConnection(path, .write, deadline: end)
    if try connection.look() == .empty { throw .damaged(path, "it has no tables, so its creation was interrupted") }
    if connection.isReadOnly { throw .readOnly(path) }
    return try SQLiteIndex(opened: connection, durable: durable, patience: patience)
  }

  private convenience init(opened connection: SQLiteConnection, durable: Bool, patience: UInt64) throws(IndexError) {
    try connection.switchToLog()
    try connection.prepareForWriting()
    self.init(
      connection, identity: try connection.identity(), durable: durable, readOnly: false, access: .write,
      patience: patience)
  }

  private static func openForReading(
    _ path: String, durable: Bool, patience: UInt64, until end: UInt64
  ) throws(IndexError) -> SQLiteIndex {
    // Where the file itself cannot be opened, nothing below would help, and the error says why.
    let connection = try SQLiteConnection(path, .read, deadline: end)
    do throws(IndexError) {
      if try connection.look() == .empty { throw .damaged(path, "it has no tables, so its creation was interrupted") }
      let identity = try connection.identity()
      return SQLiteIndex(
        connection, identity: identity, durable: durable, readOnly: true, access: .read, patience: patience,
        hidden: try connection.undoneCommits())
    } catch {
      // A log can be read only with an index of the log beside it, and that only be made where one may write.
      guard [.failed, .readOnly, .full].contains(error.code), !isShortOfFiles() else { throw error }
      guard logIsEmpty(path + "-wal") else {
        if error.code == .full { throw error }
        throw IndexError(
          .readOnly,
          "Cannot read the index '\(path)': its latest changes are in '\(path)-wal', and reading those takes a directory "
            + "that may be written. Open the cache once where it may be written, or copy the directory as a whole.")
      }
    }
    let last = try SQLiteConnection(path, .immutable, deadline: end)
    if try last.look() == .empty { throw .damaged(path, "it has no tables, so its creation was interrupted") }
    return SQLiteIndex(
      last, identity: try last.identity(), durable: durable, readOnly: true, access: .immutable, patience: patience)
  }
}

/// Whether this process could not open one more file. It tries another one than the index: to close any descriptor of that
/// would give up the locks that SQLite has on it.
private func isShortOfFiles() -> Bool {
  do throws(SystemError) {
    _ = try Descriptor("/dev/null", .read)
    return false
  } catch { return error.isShortage }
}

/// Whether a log holds nothing: it is not there, or begins with anything but a log's header.
func logIsEmpty(_ path: String) -> Bool {
  do throws(SystemError) {
    let log = try Descriptor(path, [.read, .nonBlocking])
    var header: UInt32 = 0
    let count = try withUnsafeMutableBytes(of: &header) { (buffer) throws(SystemError) in try log.readAll(into: buffer)
    }
    // The last bit says in which order the sums of the log are.
    return count < 4 || UInt32(bigEndian: header) | 1 != 0x377f_0683
  } catch {
    return error.isMissing
  }
}

extension SQLiteConnection {
  enum Content { case empty, index }

  /// Finds out whether this is an index that can be read, without changing a byte.
  func look() throws(IndexError) -> Content {
    // In one statement: another process may be making the index at this moment.
    var content = try query(.content)
    guard try content.step() else { return .empty }
    let (isEmpty, application, format) = (content.flag(0), content.integer(1), content.integer(2))
    content.again()
    if isEmpty && application == 0 && format == 0 { return .empty }
    guard application == Schema.applicationID else {
      throw IndexError(
        .foreign,
        "'\(path)' is a database of another program, not an index of Larder. Nothing was changed; choose another directory."
      )
    }
    guard format == Schema.format else {
      throw IndexError(
        .foreign,
        "Cannot open the index '\(path)': its format is \(format) and this Larder reads \(Schema.format). "
          + "Update Larder, or choose another directory.")
    }
    if let fault = try schemaFaults().first { throw .damaged(path, fault) }
    return .index
  }

  /// Turns the log on; it stays on with the file.
  func switchToLog() throws(IndexError) {
    var attempt: Int32 = 0
    while true {
      do throws(IndexError) {
        let mode = try text("PRAGMA journal_mode = WAL")
        if mode == "wal" { return }
        throw IndexError(
          .failed,
          "Cannot use the index '\(path)': the file system does not allow shared memory beside it. "
            + "Put the cache on a local disk.")
      } catch {
        // SQLite calls no busy handler for this step.
        guard error.code == .busy, Self.rest(attempt: attempt, until: deadline) else { throw error }
        attempt += 1
      }
    }
  }

  func identity() throws(IndexError) -> IndexIdentity {
    var query = try query(.identity)
    guard try query.step(), let cache = CacheID(bytes: query.bytes(1)), let index = CacheID(bytes: query.bytes(2))
    else {
      throw .damaged(path, "its row 'meta' is missing")
    }
    guard query.integer(0) == Schema.format else {
      throw .damaged(path, "its row 'meta' names the format \(query.integer(0))")
    }
    _ = try state(query, 3)
    return IndexIdentity(cacheID: cache, indexID: index)
  }

  /// The state of an index, from a column of its row `meta`.
  func state(_ query: borrowing Query, _ column: Int32) throws(IndexError) -> IndexState {
    guard let state = IndexState(rawValue: query.text(column)) else {
      throw .damaged(path, "its row 'meta' names no state that there is")
    }
    return state
  }

  /// Makes the tables of format 1 in an empty file.
  func makeTables() throws(IndexError) {
    for statement in Schema.statements { try execute(statement) }
    try execute("PRAGMA application_id = \(Schema.applicationID)")
    try execute("PRAGMA user_version = \(Schema.format)")
  }

  func found(_ identity: IndexIdentity) throws(IndexError) {
    var query = try query(.insertMeta)
    query.bind(Schema.format)
    query.bind(identity.indexID.bytes)
    query.bind(identity.cacheID.bytes)
    try query.run()
  }
}
