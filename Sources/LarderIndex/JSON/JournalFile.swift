internal import LarderSystem

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// An open journal.
final class JournalFile: Sendable {
  let descriptor: Descriptor
  let device: UInt64
  let inode: UInt64
  let permissions: UInt32

  init(_ path: String, readOnly: Bool) throws(SystemError) {
    let options: OpenOptions = readOnly ? .read : [.readWrite, .append]
    // Without waiting: what is no file at all, a pipe say, is found out below.
    let descriptor = try Descriptor(path, [options, .noFollow, .nonBlocking])
    let status = try descriptor.status()
    if status.kind != .file { throw SystemError(.open, EISDIR, path: path) }
    device = status.device
    inode = status.inode
    permissions = status.permissions
    self.descriptor = descriptor
  }

  func isSame(as status: FileStatus) -> Bool { status.inode == inode && status.device == device }
}

/// Reads the lines of a journal from an offset on, in memory that is used again.
struct JournalLines: ~Copyable {
  struct Line {
    /// Without its end; good until the next line is read.
    let bytes: UnsafeRawBufferPointer
    let offset: Int64
    /// Where the next line begins.
    let end: Int64
    /// Whether its end is there.
    let isWhole: Bool
  }

  private let file: JournalFile
  private let size: Int64
  private var buffer: UnsafeMutableRawBufferPointer
  /// Where in the file the buffer begins.
  private var start: Int64
  private var filled = 0
  private var next = 0

  init(_ file: JournalFile, from offset: Int64, to size: Int64) {
    self.file = file
    self.size = size
    start = offset
    let count = min(max(size - offset, 1), 1 << 20)
    buffer = .allocate(byteCount: Int(count), alignment: 16)
  }

  deinit { buffer.deallocate() }

  /// - Throws: `SystemError`; ENOMEM for a line that is longer than any.
  mutating func read() throws(SystemError) -> Line? {
    var searched = 0
    while true {
      let rest = filled - next
      if rest > searched, let base = buffer.baseAddress,
        let found = memchr(base + next + searched, 0x0A, rest - searched)
      {
        let count = UnsafeMutableRawPointer(found) - (base + next)
        return line(count, isWhole: true)
      }
      searched = rest
      if start + Int64(filled) >= size { return rest == 0 ? nil : line(rest, isWhole: false) }
      try fill()
      // Cut off meanwhile.
      if filled - next == rest { return rest == 0 ? nil : line(rest, isWhole: false) }
    }
  }

  private mutating func line(_ count: Int, isWhole: Bool) -> Line {
    defer { next += count + (isWhole ? 1 : 0) }
    let offset = start + Int64(next)
    return Line(
      bytes: UnsafeRawBufferPointer(rebasing: buffer[next..<next + count]), offset: offset,
      end: offset + Int64(count) + (isWhole ? 1 : 0), isWhole: isWhole)
  }

  private mutating func fill() throws(SystemError) {
    let rest = filled - next
    if next > 0 {
      if let base = buffer.baseAddress { memmove(base, base + next, rest) }
      start += Int64(next)
      next = 0
      filled = rest
    } else if filled == buffer.count {
      if buffer.count > JournalLine.longest { throw SystemError(.read, ENOMEM, path: file.descriptor.path) }
      let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: buffer.count * 2, alignment: 16)
      larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[..<filled]))
      buffer.deallocate()
      buffer = larger
    }
    let most = Int(min(Int64(buffer.count - filled), size - start - Int64(filled)))
    let part = UnsafeMutableRawBufferPointer(rebasing: buffer[filled..<filled + most])
    filled += try file.descriptor.readAll(into: part, at: start + Int64(filled))
  }
}
