internal import LarderFormat
internal import LarderSystem

/// A journal as far as it was read, and the tables that its lines make.
struct Journal {
  let path: String
  let readOnly: Bool
  var tables: MemoryTables
  var file: JournalFile
  var header: JournalHeader
  /// Where the last line ends that counts.
  var offset: Int64
  /// Its number and checksum.
  var sequence: Int64
  var last: UInt64
  /// What is known to be durable.
  var durable: Int64
  /// How long the file was when it was last read to the end.
  var seenSize: Int64 = 0
  /// Whether there are bytes behind the last line that counts.
  var hasTail = false
  /// Whether lines were lost: the rows are others than the file says, until it is written anew.
  var hasLostLines = false
  /// Whether a flush failed: nothing durable is written behind that before the file was written anew.
  var isDistrusted = false
  var notices: [String] = []
  /// Below this size the file is not compacted: doing so was of no use, or failed.
  var compactionFloor = Journal.smallest

  static let smallest: Int64 = 1 << 20

  /// Reads the journal at a path.
  init(_ path: String, readOnly: Bool) throws(IndexError) {
    self.path = path
    self.readOnly = readOnly
    let file: JournalFile
    do throws(SystemError) { file = try JournalFile(path, readOnly: readOnly) } catch {
      throw error.isOutOfPlace ? .damaged(path, "it is not a file") : IndexError(journal: path, error)
    }
    let size: Int64
    (header, size) = try Self.header(of: file, path)
    self.file = file
    tables = MemoryTables(path: path)
    offset = Int64(JournalHeader.count)
    sequence = header.sequence
    last = header.last
    durable = header.sequence
    try readParts(size)
    try advance(to: size, isLocked: false)
  }

  static func header(of file: JournalFile, _ path: String) throws(IndexError) -> (JournalHeader, size: Int64) {
    var bytes = [UInt8](repeating: 0, count: JournalHeader.count + 16)
    let (size, count): (Int64, Int)
    do throws(SystemError) {
      size = try file.descriptor.status().size
      count = try bytes.withUnsafeMutableBufferPointer { (buffer) throws(SystemError) in
        try file.descriptor.readAll(into: UnsafeMutableRawBufferPointer(buffer), at: 0)
      }
    } catch { throw IndexError(journal: path, error) }
    if size == 0 { throw .damaged(path, "it is empty, so its creation was interrupted") }
    let header = try bytes.withUnsafeBufferPointer { (buffer) throws(IndexError) in
      try JournalHeader(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: buffer[..<count])), path: path)
    }
    return (header, size)
  }

  var isMostlyDead: Bool { offset - Int64(JournalHeader.count) > 2 * tables.textBytes }

  mutating func notice(_ what: String) {
    // A file that is damaged everywhere says so a few times.
    if notices.count < 20 { notices.append("The index '\(path)': \(what)") }
  }
}
