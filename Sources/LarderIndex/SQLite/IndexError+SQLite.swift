internal import CSQLite
internal import LarderSystem

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

extension IndexError {
  /// What a result code of SQLite means for an index.
  init(sqlite code: Int32, system number: Int32, path: String, detail: String? = nil) {
    let words = detail ?? String(cString: sqlite3_errstr(code))
    switch code & 0xff {
    case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_PROTOCOL:
      self = .busy(path)
    case SQLITE_CORRUPT where [EIO, ENXIO, ERANGE].contains(number):
      // SQLite calls a file damaged whose disk failed to read it. It may read again, and must not be moved aside.
      self.init(.failed, "Reading the index '\(path)' failed\(Self.reason(number)).")
    case SQLITE_CORRUPT, SQLITE_NOTADB:
      self = .damaged(path, words)
    case SQLITE_CONSTRAINT where Self.takenNumbers.contains(code):
      // No number of a row is given out twice; where one is taken, the rows are not what they were.
      self = .damaged(path, words)
    case SQLITE_FULL:
      self = .full(path)
    case SQLITE_IOERR where number == ENOSPC || number == EDQUOT:
      self = .full(path)
    case SQLITE_IOERR where number == EFBIG:
      self = .fileLimit(path)
    case SQLITE_READONLY where code == Self.movedAway:
      self = .missing(path, "was moved or deleted while it was open")
    case SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH:
      self = .readOnly(path)
    case SQLITE_CANTOPEN:
      do throws(SystemError) {
        _ = try FileStatus(following: path)
        // SQLite looks for a file that it could not make, and ends with not having found it.
        if [ENOENT, ENOSPC, EDQUOT].contains(number), Self.hasNoFilesLeft(beside: path) {
          self = .withoutFiles(path)
          return
        }
        self.init(
          .failed,
          "Cannot open the index '\(path)': \(words)\(Self.reason(number)). \(Self.remedy(number))"
        )
      } catch {
        self =
          error.isMissing
          ? .missing(path, "is not there")
          : IndexError(.failed, "Cannot open the index '\(path)': \(error.reason).")
      }
    case SQLITE_IOERR:
      self.init(.failed, "Reading or writing the index '\(path)' failed: \(words)\(Self.reason(number)).")
    default:
      self.init(.failed, "The index '\(path)' refused an operation: \(words) (SQLite's code \(code)).")
    }
  }

  /// A file beside the index that could not be read or written.
  static func failed(_ what: String, _ error: SystemError) -> IndexError {
    let remedy = error.isShortage ? " \(SystemError.shortageRemedy)" : ""
    return IndexError(.failed, "\(what): \(error.reason).\(remedy)")
  }

  static func busy(_ path: String) -> IndexError {
    IndexError(
      .busy,
      "The index '\(path)' was held by another process until the time to wait for it was over. "
        + "Try again, or look for a process that is stopped while it holds the file.")
  }

  static func damaged(_ path: String, _ words: String) -> IndexError {
    IndexError(
      .damaged,
      "The index '\(path)' is damaged: \(words). Open the cache for writing while nobody else uses it: what can be read is saved into a new index, and the damaged one is kept."
    )
  }

  /// For rows that come in another order than they were asked for: a damaged tree can lead back to where one came from, and
  /// whoever goes on from page to page would never come to the end.
  static func disordered(_ path: String) -> IndexError { .damaged(path, "its rows are not in order") }

  static func full(_ path: String) -> IndexError {
    IndexError(.full, "The index '\(path)' cannot grow: the disk or the quota is full. Make room, or lower the limits.")
  }

  static func withoutFiles(_ path: String) -> IndexError {
    IndexError(
      .full,
      "The index '\(path)' cannot be opened: two files have to be made beside it, and the disk is full of files: it has no "
        + "inode left, however much space is free. Remove some files from it.")
  }

  /// Asked of the directory: closing a descriptor of the index itself would give up SQLite's locks.
  private static func hasNoFilesLeft(beside path: String) -> Bool {
    (try? Descriptor(directory: PathParts(path).directory).hasNoFilesLeft()) ?? false
  }

  static func fileLimit(_ path: String) -> IndexError {
    IndexError(
      .fileLimit,
      "The index '\(path)' cannot grow: a limit on the size of files is reached. Raise it (ulimit -f), or choose a file "
        + "system that allows larger files.")
  }

  static func missing(_ path: String, _ what: String) -> IndexError {
    IndexError(
      .missing, "The index '\(path)' \(what). Restore the cache as a whole from a copy, or choose another directory.")
  }

  static func readOnly(_ path: String) -> IndexError {
    IndexError(
      .readOnly,
      "The index '\(path)' may not be written: check the permissions of the file and its directory, or open it read-only."
    )
  }

  /// SQLITE_CONSTRAINT_PRIMARYKEY and SQLITE_CONSTRAINT_ROWID, macros that Swift cannot import.
  private static var takenNumbers: [Int32] { [SQLITE_CONSTRAINT | 6 << 8, SQLITE_CONSTRAINT | 10 << 8] }

  /// SQLITE_READONLY_DBMOVED, a macro that Swift cannot import.
  private static var movedAway: Int32 { SQLITE_READONLY | 4 << 8 }

  private static func remedy(_ number: Int32) -> String {
    SystemError.isShortage(number)
      ? SystemError.shortageRemedy
      : "Check the permissions of the file and its directory."
  }

  private static func reason(_ number: Int32) -> String {
    number == 0 ? "" : ": \(String(cString: strerror(number)))"
  }
}
