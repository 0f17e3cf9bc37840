internal import LarderFormat
package import LarderSystem

/// How files of a tree get their names, as far as it is known.
struct Naming: Sendable {
  enum Move: Sendable {
    case exclusiveRename
    /// A second name, then the first one goes: NFS has no rename that refuses to replace, but its link does.
    case link
    /// A rename after a look whether the name is taken. Nobody else ever uses the name, so the look is only a precaution.
    case rename
  }

  /// Whether files can be written without a name and be given one afterwards; nil before the first was made.
  var hasUnnamedFiles: Bool?
  var move = Move.exclusiveRename
}

extension BlobTree {
  /// Whether writers must be given names for files that are being written, for want of unnamed ones.
  package func needsStagingNames() throws(SystemError) -> Bool {
    if let known = naming.withLock({ $0.hasUnnamedFiles }) { return !known }
    var works = true
    do throws(SystemError) { _ = try blobs.openUnnamed() } catch {
      guard error.isUnsupported else { throw error }
      works = false
    }
    naming.withLock { [works] in $0.hasUnnamedFiles = works }
    return !works
  }

  /// Gives an unnamed file its name.
  ///
  /// - Throws: EEXIST with the path when the name is taken. After an error that says that the file system cannot do it,
  ///   ``needsStagingNames()`` says yes.
  func link(_ file: borrowing Descriptor, as blob: BlobName) throws(SystemError) {
    do throws(SystemError) { try blobs.link(file, as: blob.path) } catch {
      // ENOENT: an unnamed file gets its name through /proc, which some containers lack.
      let isMissing = error.isMissing && (try? blobs.status(of: blob.shard)) != nil
      if isMissing || error.refusesLinks { naming.withLock { $0.hasUnnamedFiles = false } }
      throw error
    }
  }

  /// Moves a file from `staging` to its place in the tree; throws EEXIST, with the place's path, when it is taken.
  func move(_ name: String, to blob: BlobName) throws(SystemError) {
    let known = naming.withLock { $0.move }
    var move = known
    while true {
      do throws(SystemError) {
        try self.move(name, to: blob.path, by: move)
        if move != known { naming.withLock { [move] in $0.move = move } }
        return
      } catch {
        if error.exists { throw SystemError(error.call, error.number, path: blobs.joined(blob.path)) }
        switch move {
        case .exclusiveRename where error.isUnsupported: move = .link
        // File systems in user space say all sorts of things where they have no links.
        case .link where error.call == .link: move = .rename
        default: throw error
        }
      }
    }
  }

  private func move(_ name: String, to target: String, by move: Naming.Move) throws(SystemError) {
    switch move {
    case .exclusiveRename:
      try staging.renameExclusively(name, to: target, in: blobs)
    case .link:
      try staging.link(name, as: target, in: blobs)
      try staging.remove(name)
    case .rename:
      if (try? blobs.status(of: target)) != nil { throw SystemError(.rename, SystemError.nameTaken) }
      try staging.rename(name, to: target, in: blobs)
    }
  }

  /// Gives a file the mode of blobs. Explicitly, since the umask of whoever writes is not the cache's.
  func setMode(of file: borrowing Descriptor) throws(SystemError) {
    do throws(SystemError) { try file.setMode(fileMode) } catch {
      // FAT and some network file systems have one mode for all files; blobs are not less safe there, only less neat.
      guard error.isUnsupported || error.number == SystemError.notPermitted else { throw error }
    }
  }
}
