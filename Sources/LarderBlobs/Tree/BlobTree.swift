internal import LarderCrypto
package import LarderFormat
package import LarderSystem

/// The files of a cache: `blobs/` with its 256 shards, and `staging/` where a file system has no unnamed files.
package final class BlobTree: Sendable {
  /// The directory of the cache.
  let cache: Descriptor
  /// `blobs`; where that is missing and may not be made the cache's own directory, in which nothing is called like a
  /// shard, so that no blob is found.
  let blobs: Descriptor
  let hasBlobs: Bool
  /// `staging`, or the cache's own directory likewise; then nobody writes.
  let staging: Descriptor
  let hasStaging: Bool
  /// Of every blob's file: read-only, for those who may read the cache directory.
  let fileMode: UInt32
  /// What the file system of this tree has shown to be able to; another tree may lie on another one.
  let naming = Locked(Naming())

  /// The names of the shards, in order.
  package static let shards: [String] = (0...255).map { hexadecimal(CollectionOfOne(UInt8($0))) }

  /// Makes the directories of an empty tree, with all shards, so that no writer ever has to; goes on where somebody who
  /// began was killed.
  package static func create(in cache: borrowing Descriptor) throws(SystemError) {
    try ensure("staging", in: cache)
    try ensure("blobs", in: cache)
    let blobs = try cache.open("blobs", [.read, .directory, .noFollow])
    for shard in shards { try ensure(shard, in: blobs) }
  }

  static func ensure(_ name: String, in directory: borrowing Descriptor) throws(SystemError) {
    do throws(SystemError) { try directory.makeDirectory(name) } catch {
      guard error.exists else { throw error }
      // Something is there; what matters is that it is no directory.
      guard try directory.status(of: name).kind == .directory else {
        throw SystemError(.mkdir, SystemError.noDirectory, path: directory.joined(name))
      }
    }
  }

  /// Opens the tree of the cache whose directory this is.
  ///
  /// Many ways of copying a directory leave out empty ones.
  ///
  /// - Parameters:
  ///   - cache: The directory.
  ///   - mending: Whether directories that are missing are made. A shard is made when a file is placed in it.
  /// - Throws: `SystemError` for a directory that cannot be opened, or is none.
  package init(in cache: borrowing Descriptor, mending: Bool = false) throws(SystemError) {
    self.cache = try cache.open(".", [.read, .directory])
    if mending {
      hasBlobs = true
      hasStaging = true
    } else {
      hasBlobs = try cache.holds("blobs")
      hasStaging = try cache.holds("staging")
    }
    blobs = try hasBlobs ? Self.open("blobs", in: cache) : cache.open(".", [.read, .directory])
    staging = try hasStaging ? Self.open("staging", in: cache) : cache.open(".", [.read, .directory])
    // The owner can always read; a directory that hides its names from the group hides its bytes too.
    fileMode = try cache.status().permissions & 0o444 | 0o400
  }

  private static func open(_ name: String, in cache: borrowing Descriptor) throws(SystemError) -> Descriptor {
    do throws(SystemError) { return try cache.open(name, [.read, .directory, .noFollow]) } catch {
      guard error.isMissing else { throw error }
    }
    try ensure(name, in: cache)
    return try cache.open(name, [.read, .directory, .noFollow])
  }

  /// Makes a shard that is missing, durably: what is placed in it must not vanish with it.
  func makeShard(_ shard: String) throws(SystemError) {
    try Self.ensure(shard, in: blobs)
    try blobs.sync()
  }

  /// What lies in the place of a shard and is no directory; nil where there is one, or nothing.
  ///
  /// Somebody may have moved a shard elsewhere and left a link. It is not followed: where it leads may be the shard of
  /// another cache, whose files a sweep of this one would take for orphans.
  ///
  /// - Throws: What the system refuses: then nothing is known of it.
  func faultOfShard(_ shard: String) throws(SystemError) -> SystemError? {
    guard let kind = try blobs.status(ifThere: shard)?.kind, kind != .directory else { return nil }
    return SystemError(
      .open, kind == .link ? SystemError.isLink : SystemError.noDirectory, path: blobs.joined(shard))
  }

  /// Whether the blob's file is there in its recorded size; its bytes are not looked at.
  package func exists(_ name: BlobName, storedSize: Int64) throws(SystemError) -> Bool {
    guard let status = try status(name) else { return false }
    return status.kind == .file && status.size == storedSize
  }

  /// Removes the blob's file and says whether it was there. A directory, a link or a pipe in its place is somebody else's
  /// and stays.
  @discardableResult
  package func remove(_ name: BlobName) throws(SystemError) -> Bool {
    guard try status(name)?.kind == .file else { return false }
    return try blobs.remove(ifThere: name.path)
  }

  /// What the file system says of the blob's file; nil when it is not there.
  package func status(_ name: BlobName) throws(SystemError) -> FileStatus? { try blobs.status(ifThere: name.path) }
}
