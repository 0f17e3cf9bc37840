internal import CSQLite
internal import LarderSystem

/// SQLite's own file system layer, except that it never rests long.
///
/// A reader that finds every lock of the log taken, or one that a process which was stopped has in the middle of a step,
/// tries a hundred times with growing rests, ten seconds in all, and asks no busy handler. Here the hundred are over
/// within some 30 ms, and whether there is time for more is for the deadline of the connection to say; see
/// ``SQLiteConnection/mayRepeat(_:attempt:)``.
enum BriefRests {
  /// The longest rest, in nanoseconds: somewhat more than the steps that are waited for take.
  private static let limit: UInt64 = 200_000

  /// The name under which SQLite knows the layer; nil where there is none to build on, for SQLite's own.
  static let layer: String? = {
    guard let original = sqlite3_vfs_find(nil) else { return nil }
    let name = "larder-" + String(cString: original.pointee.zName)
    // SQLite keeps both for as long as the process lives.
    let copy = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
    let bytes = UnsafeMutablePointer<CChar>.allocate(capacity: name.utf8.count + 1)
    for (offset, byte) in name.utf8CString.enumerated() { (bytes + offset).initialize(to: byte) }
    copy.initialize(to: original.pointee)
    copy.pointee.pNext = nil
    copy.pointee.zName = UnsafePointer(bytes)
    copy.pointee.xSleep = { _, microseconds in
      Clock.rest(nanoseconds: min(UInt64(max(microseconds, 0)) * 1000, BriefRests.limit))
      return microseconds
    }
    return sqlite3_vfs_register(copy, 0) == SQLITE_OK ? name : nil
  }()
}
