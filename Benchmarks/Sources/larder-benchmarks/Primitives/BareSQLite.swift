internal import CBenchSQLite
internal import Foundation

/// A table of keys and bytes, without Larder: WAL, `synchronous=NORMAL`, prepared statements, one commit for each row.
final class BareSQLite {
  private var database: OpaquePointer?
  private var insertion: OpaquePointer?
  private var selection: OpaquePointer?

  init(at path: String) throws {
    try check(sqlite3_open_v2(path, &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nil))
    for statement in [
      "PRAGMA journal_mode = WAL", "PRAGMA synchronous = NORMAL",
      "CREATE TABLE pairs (id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, data BLOB NOT NULL)",
    ] { try check(sqlite3_exec(database, statement, nil, nil, nil)) }
    let flags = UInt32(SQLITE_PREPARE_PERSISTENT)
    try check(
      sqlite3_prepare_v3(database, "INSERT INTO pairs (key, data) VALUES (?, ?)", -1, flags, &insertion, nil))
    try check(sqlite3_prepare_v3(database, "SELECT data FROM pairs WHERE key = ?", -1, flags, &selection, nil))
  }

  deinit {
    sqlite3_finalize(insertion)
    sqlite3_finalize(selection)
    sqlite3_close_v2(database)
  }

  func insert(_ number: Int, _ data: Data) throws {
    try withKey(number) { key in
      try data.withUnsafeBytes { bytes in
        // Both outlive the step.
        sqlite3_bind_blob(insertion, 1, key.baseAddress, Int32(key.count), nil)
        sqlite3_bind_blob64(insertion, 2, bytes.baseAddress, UInt64(bytes.count), nil)
        guard sqlite3_step(insertion) == SQLITE_DONE else { throw failure }
      }
    }
    sqlite3_reset(insertion)
  }

  func select(_ number: Int) throws -> Data {
    let data = try withKey(number) { key in
      sqlite3_bind_blob(selection, 1, key.baseAddress, Int32(key.count), nil)
      guard sqlite3_step(selection) == SQLITE_ROW, let bytes = sqlite3_column_blob(selection, 0) else { throw failure }
      return Data(bytes: bytes, count: Int(sqlite3_column_bytes(selection, 0)))
    }
    sqlite3_reset(selection)
    return data
  }

  /// 32 bytes as evenly spread as a digest.
  private func withKey<Value>(_ number: Int, _ body: (UnsafeRawBufferPointer) throws -> Value) rethrows -> Value {
    var random = SplitMix(state: UInt64(number) &* 0xD129_0D3A_4B2C_9F17)
    let words = (random.next(), random.next(), random.next(), random.next())
    return try withUnsafeBytes(of: words, body)
  }

  private var failure: Failure { Failure(sqlite: String(cString: sqlite3_errmsg(database))) }

  private func check(_ code: Int32) throws {
    guard code == SQLITE_OK else { throw failure }
  }
}
