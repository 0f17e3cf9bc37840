internal import LarderFormat
internal import LarderSystem

/// Names a file while it is written, where the file system has no unnamed files: `<session, 16 hex>.<n, hex>`.
package struct StagingName: Hashable, Sendable {
  package let session: UInt64
  package let n: UInt64

  package init(session: UInt64, n: UInt64) {
    self.session = session
    self.n = n
  }

  package var fileName: String { "\(BlobName.padded(session)).\(String(n, radix: 16))" }
}

/// A file that is being written and has no name in the tree yet; what is not placed vanishes with it.
struct StagingFile: ~Copyable, Sendable {
  let descriptor: Descriptor
  let tree: BlobTree
  /// The name below `staging`; nil for a file without one.
  private var name: String?
  private(set) var place: BlobName?

  /// Makes a file without a name, or one below `staging` if it is given a name.
  init(in tree: BlobTree, name: StagingName?) throws(SystemError) {
    if let name {
      descriptor = try tree.staging.open(
        name.fileName, [.readWrite, .create, .exclusive, .noFollow], mode: 0o600)
    } else {
      descriptor = try tree.blobs.openUnnamed()
    }
    self.name = name?.fileName
    self.tree = tree
  }

  deinit {
    // Nothing can be done about a failure here: a sweep finds the file by the session in its name.
    if let name { try? tree.staging.remove(name) }
  }

  /// Gives the file its name in the tree; throws EEXIST, with the name's path, when it is taken.
  mutating func place(as blob: BlobName) throws(SystemError) {
    do throws(SystemError) { try giveName(blob) } catch {
      guard error.isMissing else { throw error }
      // A copy of a cache comes without its empty directories.
      try tree.makeShard(blob.shard)
      try giveName(blob)
    }
    place = blob
  }

  private mutating func giveName(_ blob: BlobName) throws(SystemError) {
    if let name {
      try move(name, to: blob)
      self.name = nil
    } else {
      try tree.blobs.link(descriptor, as: blob.path)
    }
  }

  private func move(_ name: String, to blob: BlobName) throws(SystemError) {
    do throws(SystemError) {
      try tree.staging.renameExclusively(name, to: blob.path, in: tree.blobs)
    } catch {
      if error.exists { throw SystemError(.rename, error.number, path: tree.blobs.joined(blob.path)) }
      // NFS has no rename that refuses to replace, but its link does.
      guard error.isUnsupported else { throw error }
      try tree.blobs.link(descriptor, as: blob.path)
      try tree.staging.remove(name)
    }
  }

  /// Makes the bytes durable, and the name if the file has one.
  func sync() throws(SystemError) {
    try descriptor.sync()
    // ext4 (0xEF53) and XFS (0x58465342) write a new file's name in the transaction that its own fsync waits for;
    // no other file system promises that.
    guard let place, ![0xEF53, 0x5846_5342].contains(descriptor.fileSystemKind) else { return }
    try tree.syncShard(place.shard)
  }

  /// Gives up the name below `staging` while the file stays open.
  mutating func removeStagingName() throws(SystemError) {
    if let name { try tree.staging.remove(name) }
    name = nil
  }

  /// The next piece of what was written.
  func next(_ chunks: inout ChunkReader) throws(SystemError) -> UnsafeRawBufferPointer? {
    try chunks.next(of: descriptor)
  }

  /// A new file with the same bytes.
  func copy(size: Int64, name: StagingName?) throws(SystemError) -> StagingFile {
    let copy = try StagingFile(in: tree, name: name)
    do throws(SystemError) {
      try copy.descriptor.clone(from: descriptor)
    } catch {
      // Whatever kept the files from sharing blocks, writing shows whether it matters.
      try copy.write(from: descriptor, size: size)
    }
    try copy.descriptor.setMode(tree.fileMode)
    return copy
  }

  private func write(from other: borrowing Descriptor, size: Int64) throws(SystemError) {
    let scratch = Scratch(Int(min(Int64(BlobFormat.chunkSize), size)))
    var offset: Int64 = 0
    while offset < size {
      let count = try other.readAll(into: scratch.bytes, at: offset)
      // A file that nobody else can name became shorter: the disk lost bytes.
      if count == 0 { throw SystemError(.pread, SystemError.lostBytes, path: other.path) }
      try descriptor.writeAll(UnsafeRawBufferPointer(rebasing: scratch.bytes[..<count]))
      offset += Int64(count)
    }
  }
}
