#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// A system call that failed: which call, with which error number, on which path.
package struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
  package let call: SystemCall
  package let number: Int32
  package let path: String?

  package init(_ call: SystemCall, _ number: Int32, path: String? = nil) {
    self.call = call
    self.number = number
    self.path = path
  }

  /// The system's words for the error, such as "No space left on device".
  package var reason: String { String(cString: strerror(number)) }

  package var description: String {
    let subject = path.map { " of '\($0)'" } ?? ""
    return "\(call.rawValue)\(subject) failed: \(reason)"
  }

  /// ENOENT, for what was found missing without a call that said so.
  package static let missing = ENOENT
  package var isMissing: Bool { number == ENOENT }
  package var exists: Bool { number == EEXIST }
  package var isFullDisk: Bool { number == ENOSPC || number == EDQUOT || number == EFBIG }
  /// A limit on the size of one file, which other files are not in the way of.
  package var isFileLimit: Bool { number == EFBIG }
  /// Whether it would help if other files were gone.
  package var needsRoom: Bool { isFullDisk && !isFileLimit }
  package var isRefused: Bool { number == EACCES || number == EPERM }
  /// Whether the process or the machine has no more descriptors or memory.
  package var isShortage: Bool { Self.isShortage(number) }
  package static func isShortage(_ number: Int32) -> Bool { [EMFILE, ENFILE, ENOMEM].contains(number) }
  /// What helps against it.
  package static let shortageRemedy = "Raise the limits of this process (ulimit -n for open files), or end others."
  package var isReadOnly: Bool { number == EROFS }
  /// Whether something of another kind is where a file or a directory should be.
  package var isOutOfPlace: Bool { [ENOTDIR, EISDIR, ELOOP, ENXIO].contains(number) }
  /// Whether it is a matter of one place: others may be as they should be.
  package var concernsPlace: Bool { isRefused || isOutOfPlace || isBrokenMedium }
  package var isDirectory: Bool { number == EISDIR }
  /// The medium failed, as far as this file is concerned.
  package var isBrokenMedium: Bool { number == EIO }
  package var isUnsupported: Bool {
    [ENOSYS, ENOTSUP, EOPNOTSUPP, EINVAL, EISDIR, EXDEV, ENOTTY].contains(number)
  }
}

/// Every call that Larder makes of the system, by its name in the manual.
package enum SystemCall: String, CaseIterable, Sendable {
  /// The ends of a transaction of the index, before and after: calls of SQLite, which tests fail like Larder's own.
  case commit, committed
  case openUnnamed = "open (O_TMPFILE)"
  case renameExclusively = "renameat2"
  /// How SQLite gives a lock back.
  case unlock = "fcntl (F_UNLCK)"
  case open, close, read, write, pread, pwrite, fstat, stat, lstat, fchmod, mkdir, link, rename, unlink, rmdir
  case symlink, readlink, fsync, syncfs, fallocate, ftruncate, lseek, fcntl, opendir, readdir, statvfs, utimensat
  case ficlone, getcwd, access, mmap, pipe
  case spawn = "posix_spawn"
  /// No call, but a signal that asked to end meanwhile.
  case interrupted = "interrupt"
}
