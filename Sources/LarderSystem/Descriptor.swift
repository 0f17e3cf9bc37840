#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif
internal import CSystem

/// An open file or directory, closed when it goes out of scope.
package struct Descriptor: ~Copyable, Sendable {
  package let number: Int32
  /// What was opened, for messages.
  package let path: String

  init(number: Int32, path: String) {
    self.number = number
    self.path = path
  }

  deinit { _ = larder_close(number) }
}

/// How a file is opened; every descriptor is close-on-exec.
package struct OpenOptions: OptionSet, Sendable {
  package let rawValue: Int32
  package init(rawValue: Int32) { self.rawValue = rawValue }

  package static let read = OpenOptions(rawValue: O_RDONLY)
  package static let readWrite = OpenOptions(rawValue: O_RDWR)
  package static let writeOnly = OpenOptions(rawValue: O_WRONLY)
  package static let create = OpenOptions(rawValue: O_CREAT)
  package static let exclusive = OpenOptions(rawValue: O_EXCL)
  package static let append = OpenOptions(rawValue: O_APPEND)
  package static let truncate = OpenOptions(rawValue: O_TRUNC)
  package static let directory = OpenOptions(rawValue: O_DIRECTORY)
  /// A symbolic link at the end of the path is refused with ELOOP.
  package static let noFollow = OpenOptions(rawValue: O_NOFOLLOW)
  /// Opening a FIFO returns at once; without it a hostile pipe in the tree would hang the reader.
  package static let nonBlocking = OpenOptions(rawValue: O_NONBLOCK)
}

extension Descriptor {
  /// Opens `path` from the working directory.
  package init(_ path: some PathBytes, _ options: OpenOptions, mode: UInt32 = 0o666) throws(SystemError) {
    try self.init(at: AT_FDCWD, path, options, mode: mode, shown: path.shown)
  }

  private init(
    at directory: Int32, _ path: some PathBytes, _ options: OpenOptions, mode: UInt32,
    shown: @autoclosure () -> String
  ) throws(SystemError) {
    guard !path.holdsNUL else { throw SystemError(.open, EINVAL, path: shown()) }
    let number = try perform(.open, on: shown()) {
      path.withPath { larder_openat(directory, $0, options.rawValue | O_CLOEXEC, mode_t(mode)) }
    }
    self.init(number: number, path: shown())
  }

  /// Opens `name` below this directory.
  package func open(
    _ name: some PathBytes, _ options: OpenOptions, mode: UInt32 = 0o666
  ) throws(SystemError) -> Descriptor {
    try Descriptor(at: number, name, options, mode: mode, shown: joined(name))
  }

  /// Opens what is at a path of one or two names below this directory. A symbolic link is followed nowhere: ELOOP or
  /// ENOTDIR. By one name after the other where the system has no call that does it at once, or where that is asked for.
  package func openWithoutLinks(
    _ path: some PathBytes, _ options: OpenOptions, inSteps: Bool = false
  ) throws(SystemError) -> Descriptor {
    let file = try perform(.open, on: joined(path)) {
      path.withPath {
        inSteps
          ? larder_open_in_steps(number, $0, options.rawValue)
          : larder_open_without_links(number, $0, options.rawValue)
      }
    }
    return Descriptor(number: file, path: joined(path))
  }

  /// Makes a file without a name in this directory, to be linked with ``link(_:as:)`` when it is whole.
  package func openUnnamed(mode: UInt32 = 0o600) throws(SystemError) -> Descriptor {
    let file = try perform(.openUnnamed, on: path) { larder_open_unnamed(number, mode_t(mode)) }
    return Descriptor(number: file, path: path + "/(unnamed)")
  }

  /// The path of an entry of this directory, for messages.
  package func joined(_ name: some PathBytes) -> String {
    let name = name.shown
    return name == "." ? path : path.hasSuffix("/") ? path + name : path + "/" + name
  }
}

// Reading and writing

extension Descriptor {
  /// Reads up to `buffer.count` bytes; 0 at the end. The corresponding C function is `read`.
  package func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int {
    try perform(.read, on: path) { larder_read(number, buffer.baseAddress, allowance(.read, buffer.count)) }
  }

  /// Reads until the buffer is full or the file ends, and returns the number of bytes.
  package func readAll(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int {
    var filled = 0
    while filled < buffer.count {
      let count = try read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
      if count == 0 { break }
      filled += count
    }
    return filled
  }

  /// Reads at an offset, without moving the file's position, until the buffer is full or the file ends.
  package func readAll(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws(SystemError) -> Int {
    var filled = 0
    while filled < buffer.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
      let position = offset + Int64(filled)
      let count = try perform(.pread, on: path) {
        larder_pread(number, rest.baseAddress, allowance(.pread, rest.count), off_t(position))
      }
      if count == 0 { break }
      filled += count
    }
    return filled
  }

  /// The whole of a file that is at most `limit` bytes long, or nil when it is longer.
  package func contents(limit: Int) throws(SystemError) -> [UInt8]? {
    var bytes: [UInt8] = []
    var failure: SystemError?
    let size = Int(clamping: try status().size)
    if size > limit { return nil }
    var capacity = size + 1
    while bytes.count <= limit {
      let more = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
        do throws(SystemError) { count = try readAll(into: UnsafeMutableRawBufferPointer(buffer)) } catch {
          failure = error
        }
      }
      if let failure { throw failure }
      bytes += more
      if more.count < capacity { break }
      capacity = 64 << 10
    }
    return bytes.count > limit ? nil : bytes
  }

  /// Writes every byte; goes on after short writes and interrupts.
  ///
  /// - Parameters:
  ///   - bytes: What is written.
  ///   - makeRoom: Asked when the disk is full, with the number of bytes that are left to write; says whether it is worth
  ///     going on.
  /// - Throws: What the system refuses; some of the bytes may be written.
  package func writeAll(
    _ bytes: UnsafeRawBufferPointer, whenFull makeRoom: (Int) -> Bool = { _ in false }
  ) throws(SystemError) {
    var written = 0
    while written < bytes.count {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[written...])
      do throws(SystemError) {
        written += try perform(.write, on: path) {
          larder_write(number, rest.baseAddress, allowance(.write, rest.count))
        }
      } catch {
        guard error.needsRoom, makeRoom(rest.count) else { throw error }
      }
    }
  }

  package func writeAll(_ bytes: [UInt8]) throws(SystemError) {
    try bytes.withUnsafeBufferPointer { (buffer) throws(SystemError) in try writeAll(UnsafeRawBufferPointer(buffer)) }
  }

  package func seek(to offset: Int64) throws(SystemError) {
    _ = try perform(.lseek, on: path) { larder_lseek(number, off_t(offset), SEEK_SET) }
  }

  package func truncate(to size: Int64) throws(SystemError) {
    _ = try perform(.ftruncate, on: path) { larder_ftruncate(number, off_t(size)) }
  }

  /// Reserves space; a file system that cannot is no error, one that is full is.
  package func preallocate(_ size: Int64) throws(SystemError) {
    do throws(SystemError) { try reserve(size) } catch {
      if !error.isUnsupported { throw error }
    }
  }

  /// Reserves space; throws where the file system cannot.
  package func reserve(_ size: Int64) throws(SystemError) {
    _ = try perform(.fallocate, on: path) { larder_preallocate(number, size) }
  }
}

// Durability

extension Descriptor {
  /// Makes the file's bytes durable. Never call it again on a descriptor for which it failed: the kernel has
  /// dropped the dirty pages and the second call reports success for bytes that are gone.
  package func sync() throws(SystemError) { _ = try perform(.fsync, on: path) { larder_sync(number) } }

  /// Makes everything durable that was written to this descriptor's file system.
  package func syncFileSystem() throws(SystemError) {
    _ = try perform(.syncfs, on: path) { larder_sync_file_system(number) }
  }

  package func setMode(_ mode: UInt32) throws(SystemError) {
    _ = try perform(.fchmod, on: path) { larder_fchmod(number, mode_t(mode)) }
  }

  /// Makes this file share the blocks of another one; throws where the file system cannot.
  package func clone(from other: borrowing Descriptor) throws(SystemError) {
    let source = other.number
    _ = try perform(.ficlone, on: path) { larder_clone(source, number) }
  }

  /// The kernel's number for the kind of file system, or -1 where it does not say.
  package var fileSystemKind: Int64 { larder_file_system_kind(number) }
}
