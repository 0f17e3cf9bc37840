package import LarderFormat
package import LarderSystem

// What only a sweep does to files.
extension BlobTree {
  /// Whether a file, wherever it lies, has the stored bytes of a blob.
  ///
  /// - Throws: What the system refuses: then nothing is known of it.
  package func isSound(_ file: TreeFile, _ form: StoredForm) throws(SystemError) -> Bool {
    guard file.status.kind == .file, file.status.size == form.storedSize else { return false }
    let open = try blobs.openWithoutLinks(
      [UInt8](file.shard.utf8) + [0x2F] + file.bytes, [.read, .noFollow, .nonBlocking])
    do throws(BlobReadError) {
      try BlobTree.verify(open, form)
      return true
    } catch {
      if case .io(let error) = error { throw error }
      return false
    }
  }

  /// Moves a file from the wrong shard to its place, unless something is there.
  package func putInPlace(_ file: TreeFile, as name: BlobName) throws(SystemError) {
    let place = "\(file.shard)/\(file.fileName)"
    if let fault = try faultOfShard(name.shard) { throw fault }
    do throws(SystemError) { try blobs.renameExclusively(place, to: name.path, in: blobs) } catch {
      // A copy of a cache comes without its empty directories.
      guard error.isMissing, try !blobs.holds(name.shard) else { throw error }
      try makeShard(name.shard)
      try blobs.renameExclusively(place, to: name.path, in: blobs)
    }
  }

  /// Removes a file that was being written when its writer ended.
  package func remove(_ file: StagedFile) throws(SystemError) {
    try staging.remove(ifThere: file.bytes)
  }

  /// Removes a file of the cache by its path relative to the cache's directory. A directory, a link or a pipe of that name
  /// is somebody else's and stays.
  package func remove(path: String) throws(SystemError) {
    if try cache.status(ifThere: path)?.kind == .file { try cache.remove(ifThere: path) }
  }
}
