internal import CSQLite
internal import LarderSystem

/// Up to where a log counts, as all who use it have agreed; sqlite.org/walformat.html, section 2.1.
struct LogEnd {
  /// The last frame that counts.
  let frame: Int64
  /// The sum that is written down in it.
  let sum: LogSum
  /// What the next frame is marked with.
  let salts: LogSalts
  let isBigEndian: Bool
}

extension SQLiteConnection {
  private static let attempts = 10

  /// Up to where the log counts at this moment; nil where that cannot be found out. Something was read before.
  func logEnd() -> LogEnd? {
    for _ in 0..<Self.attempts {
      let end = withUnsafeTemporaryAllocation(byteCount: 96, alignment: 8) { headers -> LogEnd? in
        guard copyLogHeaders(headers) else { return nil }
        let bytes = UnsafeRawBufferPointer(headers)
        // There are two copies, so that whoever reads them while they change can tell.
        guard bytes[12] == 1, bytes[..<48].elementsEqual(bytes[48...]) else { return nil }
        return LogEnd(
          frame: Int64(bytes.load(fromByteOffset: 16, as: UInt32.self)), sum: LogSum(inMemory: bytes, at: 24),
          salts: LogSalts(bytes, at: 32), isBigEndian: bytes[13] == 1)
      }
      if let end { return end }
    }
    return nil
  }

  /// What was written behind the end of the log although it belongs to it; nil in nearly every log.
  func logTail() throws(IndexError) -> LogTail? {
    guard let end = logEnd() else { return nil }
    do throws(SystemError) {
      guard let log = try LogFile(path + "-wal") else { return nil }
      return LogTail(of: log, behind: end)
    } catch {
      throw .failed("Cannot read the log of the index '\(path)'", error)
    }
  }
}
