internal import LarderCrypto
internal import LarderFormat
internal import LarderSystem

/// The digests of input files: each file is read once, and again only when its size or times changed.
final class FileDigests: Sendable {
  /// Which file, whatever its name.
  struct FileID: Hashable, Sendable {
    var device: UInt64
    var inode: UInt64
  }

  struct Known: Sendable {
    var status: FileStatus
    var digest: Digest
  }

  let environment: [String: String]
  private let clock: Clock
  private let known = Locked<[FileID: Known]>([:])
  private let memoPath: String?
  private let wait: Duration
  /// Opened when the first file asks for it: most calls have none, and opening costs more than a hit.
  private let memo = Locked<DigestMemo??>(nil)

  /// A file whose times are younger than this may change again without its times showing it.
  private static let settlingTime: Int64 = 2_000_000_000

  init(_ options: CacheOptions) {
    environment = options.environment
    clock = options.clock
    memoPath = DigestMemo.path(options.environment)
    wait = options.wait
  }

  /// What the key takes from the file at a path, links followed, and the status it had.
  ///
  /// - Throws: ``LarderError`` with the code `argument` when it is no regular file, cannot be read, or changes while it is
  ///   being read.
  func identity(of path: String) throws -> (FileStatus, FileIdentity) {
    do {
      let status = try FileStatus(following: path)
      try Self.refuseOthers(status, path)
      if let digest = remembered(status) { return (status, status.identity(digest)) }
      for _ in 0..<3 {
        if let (status, digest) = try hash(path) { return (status, status.identity(digest)) }
      }
    } catch let error as SystemError {
      throw LarderError(.argument, "Cannot read the input file '\(printable(path))': \(error.reason).", cause: error)
    }
    throw LarderError(
      .argument, "The input file '\(printable(path))' changed while reading. Try again when nobody writes it.")
  }

  /// Whether a file has not been touched for so long that a later change shows in its times.
  func isAtRest(_ status: FileStatus) -> Bool {
    max(status.modified, status.changed).adding(nanoseconds: Self.settlingTime) <= clock.now()
  }

  private static func refuseOthers(_ status: FileStatus, _ path: String) throws(LarderError) {
    switch status.kind {
    case .file: return
    case .directory:
      throw LarderError(
        .argument, "The input file '\(printable(path))' is a directory. Name a file in it, or make the argument a tree."
      )
    default:
      throw LarderError(
        .argument, "The input file '\(printable(path))' is not a regular file. Copy its content to a file first.")
    }
  }

  /// Hashes a file; nil when it changed meanwhile.
  private func hash(_ path: String) throws -> (FileStatus, Digest)? {
    let started = clock.now()
    let file = try Descriptor(path, [.read, .nonBlocking])
    let before = try file.status()
    try Self.refuseOthers(before, path)
    var hasher = SHA256()
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 64)
    defer { buffer.deallocate() }
    // Only as far as it was long at the start: a log that grows faster than it is read has no end.
    var rest = before.size
    while rest > 0 {
      let chunk = UnsafeMutableRawBufferPointer(rebasing: buffer[..<Int(min(rest, Int64(buffer.count)))])
      let count = try file.readAll(into: chunk)
      if count == 0 { break }
      hasher.update(UnsafeRawBufferPointer(rebasing: chunk[..<count]))
      rest -= Int64(count)
    }
    if try file.readAll(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<1])) > 0 {
      guard before.size == 0, try file.status().size == 0 else { return nil }
      throw LarderError(
        .argument,
        "The input file '\(printable(path))' holds more than its size of 0 bytes tells. Copy its content to a file first."
      )
    }
    let after = try file.status()
    guard before.isSameContent(as: after) else { return nil }
    let digest = hasher.finalize()
    // Over a network, and in user space, times come from another clock, and late.
    let fileSystem = FileSystemKind(number: UInt32(truncatingIfNeeded: file.fileSystemKind))
    if fileSystem.networkName == nil { remember(after, digest, started) }
    return (after, digest)
  }

  private func openMemo() -> DigestMemo? {
    memo.withLock { memo in
      if let memo { return memo }
      let opened = DigestMemo(path: memoPath, wait: wait)
      memo = .some(opened)
      return opened
    }
  }

  private func remembered(_ status: FileStatus) -> Digest? {
    let id = FileID(device: status.device, inode: status.inode)
    if let found = known.withLock({ $0[id] }), found.status.isSameContent(as: status) { return found.digest }
    guard let digest = openMemo()?.digest(of: status) else { return nil }
    known.withLock { $0[id] = Known(status: status, digest: digest) }
    return digest
  }

  private func remember(_ status: FileStatus, _ digest: Digest, _ started: Timestamp) {
    let newest = max(status.modified, status.changed)
    guard newest.adding(nanoseconds: Self.settlingTime) <= started else { return }
    known.withLock { $0[FileID(device: status.device, inode: status.inode)] = Known(status: status, digest: digest) }
    openMemo()?.remember(status, digest)
  }
}

extension FileStatus {
  fileprivate func identity(_ digest: Digest) -> FileIdentity {
    FileIdentity(size: UInt64(size), isExecutable: isExecutable, digest: digest)
  }
}
