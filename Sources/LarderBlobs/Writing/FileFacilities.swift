package import LarderSystem

/// What the file system of a cache can do of what Larder makes use of. Nothing depends on it: what is missing has a
/// slower or less neat substitute.
package struct FileFacilities: Hashable, Sendable {
  /// What the file system is called, such as "xfs".
  package var fileSystem: String
  /// Files are written without a name, so that a writer that is killed leaves none. Else they are below `staging`.
  package var unnamedFiles: Bool
  /// A rename can refuse to replace.
  package var exclusiveRename: Bool
  /// A file can have two names.
  package var links: Bool
  /// One call makes all files durable. Else each is flushed alone.
  package var flushOfAll: Bool
  /// Copies share blocks.
  package var sharedBlocks: Bool
  /// Space can be reserved, so that a disk that is too full says so early.
  package var reservation: Bool
}

extension BlobTree {
  /// Finds out what the file system can do, by doing it with files below `staging` that are gone afterwards.
  ///
  /// - Parameters:
  ///   - one: A name that nobody else uses.
  ///   - other: Another one.
  package func facilities(_ one: StagingName, _ other: StagingName) throws(SystemError) -> FileFacilities {
    defer { for name in [one, other] { try? staging.remove(name.fileName) } }
    let unnamed = try works { () throws(SystemError) in
      try staging.link(try blobs.openUnnamed(), as: one.fileName)
      try staging.remove(one.fileName)
    }
    let file = try staging.open(one.fileName, [.readWrite, .create, .exclusive, .noFollow], mode: 0o600)
    // An empty file has no blocks to share.
    try file.writeAll([UInt8](repeating: 0, count: 4096))
    let links = try works { () throws(SystemError) in
      try staging.link(one.fileName, as: other.fileName, in: staging)
      try staging.remove(other.fileName)
    }
    let shares = try works { () throws(SystemError) in
      try staging.open(other.fileName, [.readWrite, .create, .noFollow], mode: 0o600).clone(from: file)
    }
    try staging.remove(other.fileName)
    return FileFacilities(
      fileSystem: blobs.fileSystemName, unnamedFiles: unnamed,
      exclusiveRename: try works { () throws(SystemError) in
        try staging.renameExclusively(one.fileName, to: other.fileName, in: staging)
      },
      links: links, flushOfAll: try syncFileSystem(),
      sharedBlocks: shares,
      reservation: try works { () throws(SystemError) in try file.reserve(1 << 20) })
  }

  private func works(_ body: () throws(SystemError) -> Void) throws(SystemError) -> Bool {
    do throws(SystemError) {
      try body()
      return true
    } catch {
      // ENOENT: an unnamed file gets its name through /proc, which some containers lack.
      guard error.refusesLinks || error.isMissing else { throw error }
      return false
    }
  }
}
