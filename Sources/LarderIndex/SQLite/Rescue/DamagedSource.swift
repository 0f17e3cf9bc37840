internal import LarderSystem

/// A damaged index to be read so that not a byte of it changes: as it is where it has no log, else as a copy beside the new
/// index.
struct DamagedSource: ~Copyable {
  /// The file to be read.
  let path: String
  private let copy: String

  /// - Throws: ``IndexError/Code/foreign`` for an index of a format that this version does not read,
  ///   ``IndexError/Code/full`` where there is no room for a copy.
  init(_ original: String, beside newPath: String) throws(IndexError) {
    copy = newPath + ".damaged"
    let hasLog = !logIsEmpty(original + "-wal")
    path = hasLog ? copy : original
    removeFiles(of: copy)
    let header = try FileHeader(of: original)
    if header.isForeign {
      throw IndexError(
        .foreign, "The index '\(original)' is of a format that this Larder does not read. Update Larder.")
    }
    if !hasLog { return }
    do {
      try copyReadable(original, to: copy)
      try mergeLog(original + "-wal", isAlone: header.isEmpty)
    } catch let error as SystemError {
      if error.isFullDisk { throw .full(copy) }
      throw IndexError(.failed, "Cannot copy the damaged index '\(original)' to '\(copy)': \(error.reason).")
    } catch let error as IndexError {
      throw error
    } catch {
      throw IndexError(.failed, "Cannot copy the damaged index '\(original)' to '\(copy)'.")
    }
  }

  deinit { removeFiles(of: copy) }

  /// Copies what a log holds into the copy, as a checkpoint does: the log may hold nearly everything. No table is needed
  /// for that.
  ///
  /// - Parameters:
  ///   - log: The log.
  ///   - isAlone: Whether the file beside it was empty.
  /// - Throws: Where there is no room for it.
  private func mergeLog(_ log: String, isAlone: Bool) throws {
    try copyReadable(log, to: copy + "-wal")
    // Beside an empty file SQLite throws a log away.
    if isAlone { try Descriptor(copy, .readWrite).truncate(to: Int64(TreePage.size)) }
    let connection = try SQLiteConnection(copy, .write, deadline: 0)
    // SQLite opens a log with the first read, whatever that finds.
    _ = try? connection.integer("PRAGMA schema_version")
    do throws(IndexError) { try connection.mergeLog() } catch {
      // What is no log any more holds nothing.
      if error.code == .full || error.code == .fileLimit { throw error }
    }
    removeFiles(of: copy, butItself: true)
  }
}
