internal import LarderSystem

extension SQLiteConnection {
  /// Writes the log once more, byte for byte, and makes it durable.
  ///
  /// A flush that failed may have lost anything that was not on the disk yet, commits of others included. The kernel says
  /// so once; then it takes those bytes for written and calls the next flush a success. A log counts up to its first gap,
  /// so whatever is committed behind such bytes would be gone with them after a power cut. Written again they are new to
  /// the kernel, and a flush tells the truth about them (Rebello et al., "Can Applications Recover from fsync Failures?",
  /// 2020).
  ///
  /// Nobody else writes meanwhile, and who reads finds the same bytes at any moment.
  func renewLog() throws(IndexError) {
    try run(.begin)
    var failure: SystemError?
    do throws(SystemError) { try rewrite(path + "-wal") } catch { failure = error }
    try run(.rollback)
    guard let failure else { return }
    throw IndexError(
      .failed,
      "The log of the index '\(path)' could not be made durable again after that had failed: \(failure.reason). Check the disk."
    )
  }

  private func rewrite(_ path: String) throws(SystemError) {
    // Opened anew: what happened to another descriptor is not told to this one.
    let log = try Descriptor(path, .readWrite)
    let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
    defer { chunk.deallocate() }
    var offset: Int64 = 0
    while case let count = try log.readAll(into: chunk, at: offset), count > 0 {
      try log.seek(to: offset)
      try log.writeAll(UnsafeRawBufferPointer(rebasing: chunk[..<count]))
      offset += Int64(count)
    }
    try log.sync()
  }
}
