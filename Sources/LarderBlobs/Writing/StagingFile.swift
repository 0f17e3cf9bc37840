internal import LarderCrypto
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
    // No read would find it behind a link.
    if let fault = try tree.faultOfShard(blob.shard) { throw fault }
    do throws(SystemError) { try giveName(blob) } catch {
      guard error.isMissing else { throw error }
      // A copy of a cache comes without its empty directories.
      try tree.makeShard(blob.shard)
      try giveName(blob)
    }
  }

  private mutating func giveName(_ blob: BlobName) throws(SystemError) {
    if let name { try tree.move(name, to: blob) } else { try tree.link(descriptor, as: blob) }
    name = nil
  }

  func setMode() throws(SystemError) { try tree.setMode(of: descriptor) }

  /// Gives up the name below `staging` while the file stays open.
  mutating func removeStagingName() throws(SystemError) {
    if let name { try tree.staging.remove(name) }
    name = nil
  }

  /// The next piece of what was written.
  func next(_ chunks: inout ChunkReader) throws(SystemError) -> UnsafeRawBufferPointer? {
    try chunks.next(of: descriptor)
  }

  /// A new file with the same bytes, which are checked unless the two share their blocks.
  ///
  /// - Parameters:
  ///   - form: The stored form of what is in the file.
  ///   - name: The name below `staging` of the new file.
  ///   - mayShare: Whether the new file may share the blocks of this one: no, when those may not have reached the disk.
  /// - Returns: The new file, not placed yet.
  /// - Throws: EIO when the bytes that were written do not come back.
  func copy(_ form: StoredForm, name: StagingName?, mayShare: Bool) throws(SystemError) -> StagingFile {
    let copy = try StagingFile(in: tree, name: name)
    var isShared = false
    if mayShare {
      // Whatever keeps the files from sharing blocks, writing shows whether it matters.
      do throws(SystemError) {
        try copy.descriptor.clone(from: descriptor)
        isShared = true
      } catch {}
    }
    if !isShared { try copy.write(from: descriptor, form) }
    try tree.setMode(of: copy.descriptor)
    return copy
  }

  private func write(from other: borrowing Descriptor, _ form: StoredForm) throws(SystemError) {
    var hasher = SHA256()
    var chunks = ChunkReader(upTo: form.storedSize)
    while let chunk = try chunks.next(of: other) {
      hasher.update(chunk)
      try descriptor.writeAll(chunk)
    }
    if chunks.offset != form.storedSize || hasher.finalize() != form.storedDigest {
      // A file that nobody else writes to changed: the disk lost bytes.
      throw SystemError(.pread, SystemError.lostBytes, path: other.path)
    }
  }
}
