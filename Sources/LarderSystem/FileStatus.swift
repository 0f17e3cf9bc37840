#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif
internal import CSystem

/// What the file system says of a file.
package struct FileStatus: Hashable, Sendable {
  package enum Kind: Hashable, Sendable { case file, directory, link, special }

  package let kind: Kind
  package let device: UInt64
  package let inode: UInt64
  package let size: Int64
  package let modified: Timestamp
  package let changed: Timestamp
  package let permissions: UInt32
  package let owner: UInt32
  package let group: UInt32
  /// How many names the file has.
  package let linkCount: UInt64
  /// The bytes that the file takes on the device.
  package let allocated: Int64

  /// Whether it is a device that gives or takes bytes one after the other, such as a terminal or `/dev/null`.
  package let isCharacterDevice: Bool

  package var isExecutable: Bool { permissions & 0o100 != 0 }

  init(_ status: stat) {
    let mode = status.st_mode
    kind =
      larder_is_regular(mode) != 0
      ? .file : larder_is_directory(mode) != 0 ? .directory : larder_is_link(mode) != 0 ? .link : .special
    isCharacterDevice = larder_is_character_device(mode) != 0
    device = UInt64(truncatingIfNeeded: status.st_dev)
    inode = UInt64(status.st_ino)
    size = Int64(status.st_size)
    permissions = UInt32(mode) & 0o7777
    owner = status.st_uid
    group = status.st_gid
    linkCount = UInt64(status.st_nlink)
    allocated = Int64(status.st_blocks) * 512
    var status = status
    modified = Timestamp(nanoseconds: larder_modified(&status))
    changed = Timestamp(nanoseconds: larder_changed(&status))
  }
}

extension Descriptor {
  package func status() throws(SystemError) -> FileStatus {
    var status = stat()
    _ = try perform(.fstat, on: path) { larder_fstat(number, &status) }
    return FileStatus(status)
  }

  /// The status of an entry of this directory; a symbolic link is not followed.
  package func status(of name: some PathBytes) throws(SystemError) -> FileStatus {
    var status = stat()
    _ = try perform(.lstat, on: joined(name)) { name.withPath { fstatat(number, $0, &status, AT_SYMLINK_NOFOLLOW) } }
    return FileStatus(status)
  }
}

extension FileStatus {
  /// The status of the file at `path`, its links followed.
  package init(following path: String) throws(SystemError) {
    guard !path.holdsNUL else { throw SystemError(.stat, EINVAL, path: path) }
    var status = stat()
    _ = try perform(.stat, on: path) { fstatat(AT_FDCWD, path, &status, 0) }
    self.init(status)
  }

  /// The status of what is at `path` itself.
  package init(of path: String) throws(SystemError) {
    guard !path.holdsNUL else { throw SystemError(.lstat, EINVAL, path: path) }
    var status = stat()
    _ = try perform(.lstat, on: path) { fstatat(AT_FDCWD, path, &status, AT_SYMLINK_NOFOLLOW) }
    self.init(status)
  }
}
