internal import CSQLite
internal import LarderCrypto

/// One use of a statement: bind its values in order, step, read the columns; it is reset at the end.
struct Query: ~Copyable {
  private let handle: OpaquePointer
  private let connection: SQLiteConnection
  private var position: Int32 = 0
  private var failure = SQLITE_OK

  init(_ handle: OpaquePointer, on connection: SQLiteConnection) {
    self.handle = handle
    self.connection = connection
  }

  // Without a reset the statement would hold its read transaction, and keep the log from starting anew.
  deinit { sqlite3_reset(handle) }

  // SQLite copies what is bound into its own small-block memory; lending it the bytes saved nothing that shows in a put.

  mutating func bind(_ value: Int64) {
    position += 1
    note(sqlite3_bind_int64(handle, position, value))
  }

  mutating func bind(_ value: Int64?) {
    guard let value else { return bindNull() }
    bind(value)
  }

  mutating func bind(_ value: Double) {
    position += 1
    note(sqlite3_bind_double(handle, position, value))
  }

  mutating func bind(_ text: String) {
    position += 1
    var text = text
    let code = text.withUTF8 { utf8 in
      utf8.withMemoryRebound(to: CChar.self) { bytes in
        // A nil pointer would bind NULL.
        guard let start = bytes.baseAddress else { return sqlite3_bind_text(handle, position, "", 0, nil) }
        return sqlite3_bind_text64(
          handle, position, start, UInt64(bytes.count), larder_sqlite_transient(), UInt8(SQLITE_UTF8))
      }
    }
    note(code)
  }

  mutating func bind(_ bytes: [UInt8]) { bytes.withUnsafeBytes { bind($0) } }
  mutating func bind(_ digest: Digest) { digest.withUnsafeBytes { bind($0) } }

  mutating func bind(_ bytes: UnsafeRawBufferPointer) {
    position += 1
    guard let start = bytes.baseAddress, !bytes.isEmpty else { return note(sqlite3_bind_zeroblob(handle, position, 0)) }
    note(sqlite3_bind_blob64(handle, position, start, UInt64(bytes.count), larder_sqlite_transient()))
  }

  mutating func bindNull() {
    position += 1
    note(sqlite3_bind_null(handle, position))
  }

  private mutating func note(_ code: Int32) {
    if code != SQLITE_OK && failure == SQLITE_OK { failure = code }
  }

  /// Goes to the next row and says whether there is one.
  mutating func step() throws(IndexError) -> Bool {
    guard failure == SQLITE_OK else { throw connection.error(failure) }
    var attempt: Int32 = 0
    while true {
      connection.forgetSystemError()
      let code = sqlite3_step(handle)
      if code == SQLITE_ROW { return true }
      if code == SQLITE_DONE { return false }
      let error = connection.error(code)
      sqlite3_reset(handle)
      // The tables may have changed since the statement was prepared.
      if code == SQLITE_ERROR, let fault = connection.schemaFault() { throw .damaged(connection.path, fault) }
      guard connection.mayRepeat(code, attempt: attempt) else { throw error }
      attempt += 1
    }
  }

  /// Runs a statement that gives no rows, and makes it ready for other values.
  mutating func run() throws(IndexError) {
    _ = try step()
    again()
  }

  /// Makes the statement ready for other values.
  mutating func again() {
    sqlite3_reset(handle)
    position = 0
  }

  // Columns, counted from 0

  func isNull(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_NULL }
  func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }
  func optionalInteger(_ column: Int32) -> Int64? { isNull(column) ? nil : integer(column) }
  func flag(_ column: Int32) -> Bool { integer(column) != 0 }
  func real(_ column: Int32) -> Double { sqlite3_column_double(handle, column) }

  func text(_ column: Int32) -> String {
    guard let start = sqlite3_column_text(handle, column) else { return "" }
    let count = Int(sqlite3_column_bytes(handle, column))
    return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
  }

  func bytes(_ column: Int32) -> [UInt8] {
    guard let start = sqlite3_column_blob(handle, column) else { return [] }
    return [UInt8](UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column))))
  }

  /// Whether a column holds bytes, and not a number or a text.
  func holdsBytes(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_BLOB }

  /// Whether a column holds a digest.
  func holdsDigest(_ column: Int32) -> Bool {
    holdsBytes(column) && sqlite3_column_bytes(handle, column) == Digest.byteCount
  }

  /// A digest; all zeros where a damaged row holds anything but 32 bytes, so that no seal verifies.
  func digest(_ column: Int32) -> Digest {
    let start = sqlite3_column_blob(handle, column)
    let count = Int(sqlite3_column_bytes(handle, column))
    return Digest { buffer in
      guard let start, count == Digest.byteCount else { return }
      UnsafeMutableRawBufferPointer(buffer).copyMemory(from: UnsafeRawBufferPointer(start: start, count: count))
    }
  }
}
