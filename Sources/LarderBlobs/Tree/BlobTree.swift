internal import LarderCrypto
package import LarderFormat
package import LarderSystem

/// The files of a cache: `blobs/` with its 256 shards, and `staging/` where a file system has no unnamed files.
package final class BlobTree: Sendable {
  /// The directory of the cache.
  let cache: Descriptor
  let blobs: Descriptor
  let staging: Descriptor
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
      guard error.exists, try directory.status(of: name).kind == .directory else { throw error }
    }
  }

  /// Opens the tree of the cache whose directory this is.
  package init(in cache: borrowing Descriptor) throws(SystemError) {
    self.cache = try cache.open(".", [.read, .directory])
    blobs = try cache.open("blobs", [.read, .directory, .noFollow])
    staging = try cache.open("staging", [.read, .directory, .noFollow])
    // The owner can always read; a directory that hides its names from the group hides its bytes too.
    fileMode = try cache.status().permissions & 0o444 | 0o400
  }

  /// Whether the blob's file is there in its recorded size; its bytes are not looked at.
  package func exists(_ name: BlobName, storedSize: Int64) throws(SystemError) -> Bool {
    do throws(SystemError) {
      let status = try blobs.status(of: name.path)
      return status.kind == .file && status.size == storedSize
    } catch {
      if error.isMissing { return false }
      throw error
    }
  }

  /// Removes the blob's file and says whether it was there.
  @discardableResult
  package func remove(_ name: BlobName) throws(SystemError) -> Bool {
    do throws(SystemError) {
      try blobs.remove(name.path)
      return true
    } catch {
      if error.isMissing { return false }
      throw error
    }
  }

  /// What the file system says of the blob's file; nil when it is not there.
  package func status(_ name: BlobName) throws(SystemError) -> FileStatus? {
    do throws(SystemError) { return try blobs.status(of: name.path) } catch {
      if error.isMissing { return nil }
      throw error
    }
  }
}
