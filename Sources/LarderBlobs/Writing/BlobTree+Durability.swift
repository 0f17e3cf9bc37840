package import LarderFormat
package import LarderSystem

// Making files durable. After a failure the files must be written anew: the kernel may have dropped their bytes, and the
// next flush would report success.
extension BlobTree {
  /// Makes placed files durable, bytes and names: one by a flush of its own, several by one flush of the file system.
  package func sync(_ names: [BlobName]) throws(SystemError) {
    guard let first = names.first else { return }
    if names.count > 1, try syncFileSystem() { return }
    for name in names.count > 1 ? names : [first] { try syncFile(name) }
  }

  /// Makes everything durable that the given sessions have placed so far, and some other files.
  package func sync(sessions: Set<UInt64>, and others: [BlobName]) throws(SystemError) {
    if try syncFileSystem() { return }
    for shard in BlobTree.shards {
      for name in try files(inShard: shard).compactMap(\.blob) where sessions.contains(name.session) {
        try syncFileIfThere(name)
      }
    }
    for name in others { try syncFileIfThere(name) }
  }

  private func syncFileIfThere(_ name: BlobName) throws(SystemError) {
    do throws(SystemError) { try syncFile(name) } catch {
      if !error.isMissing { throw error }
    }
  }

  /// Makes every file and name of the tree durable that is written so far; false where there is no call that does.
  func syncFileSystem() throws(SystemError) -> Bool {
    guard BlobTree.flushedAsAWhole.contains(blobs.fileSystemName) else { return false }
    do throws(SystemError) {
      try blobs.syncFileSystem()
      return true
    } catch {
      if error.isUnsupported { return false }
      throw error
    }
  }

  /// File systems of which syncfs(2) makes everything durable. On others, such as FUSE, it succeeds when the pages have
  /// left the page cache, wherever they are then.
  static let flushedAsAWhole: Set<String> = [
    "ext4", "xfs", "btrfs", "f2fs", "zfs", "bcachefs", "overlay", "tmpfs", "ramfs",
  ]

  private func syncFile(_ name: BlobName) throws(SystemError) {
    let file = try blobs.open(name.path, [.read, .noFollow, .nonBlocking])
    try file.sync()
    // ext4 and XFS write a new file's name in the transaction that its own fsync waits for; no other file system
    // promises that.
    if !["ext4", "xfs"].contains(file.fileSystemName) { try syncShard(name.shard) }
  }

  /// Makes the names in a shard durable.
  func syncShard(_ shard: String) throws(SystemError) {
    try blobs.open(shard, [.read, .directory, .noFollow]).sync()
  }
}
