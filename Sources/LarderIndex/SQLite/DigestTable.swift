package import LarderCrypto
package import LarderSystem

/// A private file that remembers what files hashed to: (device, inode, size, both times) → digest.
///
/// It shares the connection and nothing else with the index. The file belongs to one user: one that others may read or
/// write, or that is somebody else's, is not used.
package final class DigestTable: Sendable {
  private let connection: Locked<SQLiteConnection>
  private let patience: UInt64

  private static let applicationID: Int64 = 0x4C64_6967  // "Ldig"
  private static let schema = """
    CREATE TABLE IF NOT EXISTS digests (
      device INTEGER NOT NULL, inode INTEGER NOT NULL, size INTEGER NOT NULL, modified INTEGER NOT NULL,
      changed INTEGER NOT NULL, digest BLOB NOT NULL, PRIMARY KEY (device, inode)
    ) WITHOUT ROWID
    """

  private init(_ connection: SQLiteConnection, patience: UInt64) {
    self.connection = Locked(connection)
    self.patience = patience
  }

  package static func open(at path: String, deadline: Duration) throws -> DigestTable {
    if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
      try makeDirectories(String(path[..<slash]), mode: 0o700)
    }
    // SQLite would make the file readable for others.
    do { _ = try Descriptor(path, [.readWrite, .create, .exclusive], mode: 0o600) } catch {
      // One that is there is not opened: closing it would give up the locks of this process's other connections to it.
      guard error.exists else { throw error }
    }
    let status = try FileStatus(of: path)
    guard status.kind == .file, status.permissions & 0o077 == 0, status.owner == Host.userID else {
      throw IndexError(.failed, "Others can read or own '\(path)'. Remove it.")
    }
    let patience = deadline.nanoseconds
    // A short log: a command reads it when it starts, and nobody waits for what is written here.
    let connection = try SQLiteConnection(
      path, .write, deadline: Clock.system.uptime() &+ patience, logPageLimit: 250)
    let application = try connection.integer("PRAGMA application_id") ?? 0
    guard application == applicationID || application == 0 else {
      throw IndexError(.foreign, "'\(path)' is not a memo of digests. Choose another file.")
    }
    try connection.switchToLog()
    try connection.prepareForWriting()
    if application == 0 {
      try connection.execute(schema)
      try connection.execute("PRAGMA application_id = \(applicationID)")
    }
    return DigestTable(connection, patience: patience)
  }

  /// What a file hashed to when it had this status.
  package func digest(of status: FileStatus) throws -> Digest? {
    try connection.withLock { connection in
      connection.deadline = Clock.system.uptime() &+ patience
      var query = try connection.query(.digestOfFile)
      query.bind(status)
      return try query.step() ? query.digest(0) : nil
    }
  }

  package func remember(_ status: FileStatus, _ digest: Digest) throws {
    try connection.withLock { connection in
      connection.deadline = Clock.system.uptime() &+ patience
      var query = try connection.query(.rememberDigest)
      query.bind(status)
      query.bind(digest)
      try query.run()
    }
  }
}

extension Query {
  fileprivate mutating func bind(_ status: FileStatus) {
    bind(Int64(bitPattern: status.device))
    bind(Int64(bitPattern: status.inode))
    bind(status.size)
    bind(status.modified.nanoseconds)
    bind(status.changed.nanoseconds)
  }
}
