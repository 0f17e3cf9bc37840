#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif
internal import CSystem

// What can be done below an open directory. Names are single components; nothing here walks a path.
extension Descriptor {
  package init(directory path: String) throws(SystemError) {
    try self.init(path, [.read, .directory])
  }

  package func makeDirectory(_ name: some PathBytes, mode: UInt32 = 0o777) throws(SystemError) {
    _ = try perform(.mkdir, on: joined(name)) { name.withPath { larder_mkdir(number, $0, mode_t(mode)) } }
  }

  package func remove(_ name: some PathBytes) throws(SystemError) {
    _ = try perform(.unlink, on: joined(name)) { name.withPath { larder_unlink(number, $0) } }
  }

  package func removeDirectory(_ name: some PathBytes) throws(SystemError) {
    _ = try perform(.rmdir, on: joined(name)) { name.withPath { larder_rmdir(number, $0) } }
  }

  /// Gives an unnamed file a name here; throws EEXIST when the name is taken.
  package func link(_ file: borrowing Descriptor, as name: String) throws(SystemError) {
    let source = file.number
    _ = try perform(.link, on: joined(name)) { larder_link_unnamed(source, number, name) }
  }

  /// Gives a file of this directory a second name in `target`; throws EEXIST when the name is taken.
  package func link(_ name: String, as newName: String, in target: borrowing Descriptor) throws(SystemError) {
    let to = target.number
    _ = try perform(.link, on: joined(name)) { linkat(number, name, to, newName, 0) }
  }

  /// Moves a file into `target`, replacing what has that name.
  package func rename(_ name: String, to newName: String, in target: borrowing Descriptor) throws(SystemError) {
    let to = target.number
    _ = try perform(.rename, on: joined(name)) { larder_rename(number, name, to, newName) }
  }

  /// Moves a file into `target`; throws EEXIST when the name is taken there.
  package func renameExclusively(
    _ name: String, to newName: String, in target: borrowing Descriptor
  ) throws(SystemError) {
    let to = target.number
    _ = try perform(.renameExclusively, on: joined(name)) { larder_rename_exclusive(number, name, to, newName) }
  }

  /// Lets two names in this directory change places in one step; throws where the file system cannot.
  package func exchange(_ name: String, _ other: String) throws(SystemError) {
    _ = try perform(.rename, on: joined(name)) { larder_rename_exchange(number, name, other) }
  }

  package func makeLink(_ name: some PathBytes, to destination: some PathBytes) throws(SystemError) {
    _ = try perform(.symlink, on: joined(name)) {
      name.withPath { name in destination.withPath { symlinkat($0, number, name) } }
    }
  }

  /// Where a symbolic link points, as raw bytes.
  package func destination(ofLink name: some PathBytes) throws(SystemError) -> [UInt8] {
    var failure: SystemError?
    let bytes = [UInt8](unsafeUninitializedCapacity: Int(PATH_MAX)) { buffer, count in
      do throws(SystemError) {
        count = try perform(.readlink, on: joined(name)) {
          buffer.withMemoryRebound(to: CChar.self) { text in
            name.withPath { name in text.baseAddress.map { readlinkat(number, name, $0, text.count) } ?? 0 }
          }
        }
      } catch { failure = error }
    }
    if let failure { throw failure }
    return bytes
  }

  /// The names in this directory without `.` and `..`, as raw bytes, in no order.
  package func names() throws(SystemError) -> [[UInt8]] {
    // A new description: one that is shared would go on where the last reader stopped. The stream closes it.
    let number = try perform(.open, on: path) { larder_openat(self.number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0) }
    guard let stream = fdopendir(number) else {
      let reason = errno
      _ = larder_close(number)
      throw SystemError(.opendir, reason, path: path)
    }
    defer { closedir(stream) }
    var names: [[UInt8]] = []
    while true {
      var name: [UInt8]?
      _ = try perform(.readdir, on: path) {
        errno = 0
        guard let entry = readdir(stream) else { return Int32(errno == 0 ? 0 : -1) }
        name = withUnsafeBytes(of: &entry.pointee.d_name) { [UInt8]($0.prefix { $0 != 0 }) }
        return 0
      }
      guard let name else { return names }
      if name != [0x2E] && name != [0x2E, 0x2E] { names.append(name) }
    }
  }
}

/// Makes `path` and its missing parents.
package func makeDirectories(_ path: String, mode: UInt32 = 0o777) throws(SystemError) {
  do throws(SystemError) {
    _ = try perform(.mkdir, on: path) { mkdir(path, mode_t(mode)) }
  } catch {
    if error.exists, let status = try? FileStatus(following: path), status.kind == .directory { return }
    guard error.isMissing, let slash = path.dropLast().lastIndex(of: "/"), slash != path.startIndex else { throw error }
    try makeDirectories(String(path[..<slash]), mode: mode)
    do throws(SystemError) { _ = try perform(.mkdir, on: path) { mkdir(path, mode_t(mode)) } } catch {
      if !error.exists { throw error }
    }
  }
}

/// The directory that relative paths start from.
package func workingDirectory() -> String {
  guard let name = getcwd(nil, 0) else { return "." }
  defer { free(name) }
  return String(cString: name)
}

extension Descriptor {
  /// The bytes that the file system of this file has free for this process.
  package func freeSpace() throws(SystemError) -> Int64 {
    var space = statvfs()
    _ = try perform(.statvfs, on: path) { fstatvfs(number, &space) }
    return Int64(clamping: UInt64(space.f_bavail).multipliedReportingOverflow(by: UInt64(space.f_frsize)).partialValue)
  }
}

extension Descriptor {
  /// Whether the file system of this directory has no file left to give, however much space it has. Some file systems set no
  /// limit.
  package func hasNoFilesLeft() throws(SystemError) -> Bool {
    var space = statvfs()
    _ = try perform(.statvfs, on: path) { fstatvfs(number, &space) }
    return space.f_files > 0 && space.f_favail == 0
  }
}

/// An absolute path without `..`: up from where links lead, as the system goes, and never above the root.
package func pathWithoutParents(_ path: String) -> String {
  let parts = path.utf8.split(separator: 0x2F).map { String(Substring($0)) }
  guard parts.contains("..") else { return path }
  var result = ""
  for part in parts where part != "." {
    if part == ".." {
      let real = (try? resolvedPath(result.isEmpty ? "/" : result)) ?? result
      result = real.lastIndex(of: "/").map { String(real[..<$0]) } ?? ""
    } else {
      result += "/" + part
    }
  }
  return result.isEmpty ? "/" : result
}

/// The path without links and dots.
package func resolvedPath(_ path: String) throws(SystemError) -> String {
  guard let resolved = realpath(path, nil) else { throw SystemError(.readlink, errno, path: path) }
  defer { free(resolved) }
  return String(cString: resolved)
}
