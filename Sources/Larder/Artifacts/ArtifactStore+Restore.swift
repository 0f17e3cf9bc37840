internal import LarderBlobs
internal import LarderCrypto
internal import LarderFormat
package import LarderIndex
internal import LarderSystem

extension ArtifactStore {
  /// Brings the file or tree under a key to a place, whole or not at all.
  func restore(
    _ key: ArtifactKey, _ call: CallName, to destination: Destination, _ kind: PathForm.Kind
  ) throws(LarderError) -> Finding<Void> {
    try find(key, call) { (entry, blob) throws(BlobReadError) in
      let form = entry.record.representation
      let isFile = [Representation.file, Representation.executable, Representation.data].contains(form)
      guard kind == .tree ? form == Representation.tree : isFile else {
        throw .undecodable(CodecError("it is no \(kind)"))
      }
      do {
        try self.write(entry, blob, to: destination)
      } catch let error as BlobReadError {
        throw error
      } catch let error as SystemError {
        throw .io(error)
      } catch {
        throw .undecodable(CodecError("\(error)"))
      }
    }
  }

  /// Writes an artifact to a file, or to a directory if it is a tree.
  ///
  /// - Throws: ``LarderError``; the destination is then what it was.
  package func export(_ entry: StoredEntry, to path: String) throws {
    guard let blob = entry.blob else { throw BlobReadError.missing }
    let destination = try Destination(path, random: random)
    if let there = try? FileStatus(of: destination.path) {
      if entry.record.representation == Representation.tree {
        guard there.kind == .directory, try Descriptor(directory: destination.path).names().isEmpty else {
          throw LarderError(
            .usage, "'\(printable(path))' is there already. Remove it, or name another place for the tree.")
        }
      } else if there.kind == .directory {
        throw LarderError(.usage, "'\(printable(path))' is a directory. Name a file in it.")
      } else if there.kind == .special {
        // A device or a pipe would be replaced by a file.
        throw LarderError(.usage, "'\(printable(path))' is no regular file. Redirect standard output to it instead.")
      }
      // A file that replaces another one has a name of its own for a moment, and so may have had one that was killed. A
      // program that restores thousands of files must not list their directory each time.
      destination.removeAbandoned()
    }
    try write(entry, blob, to: destination)
  }

  private func write(_ entry: StoredEntry, _ blob: StoredBlob, to destination: Destination) throws {
    try destination.makeParent()
    if entry.record.representation == Representation.tree {
      try destination.placeTree { top in try writeTree(blob, below: top) }
    } else {
      let mode: UInt32 = entry.record.representation == Representation.executable ? 0o777 : 0o666
      try destination.placeFile(mode: mode) { file in try fill(file, with: blob) }
    }
  }

  private func writeTree(_ blob: StoredBlob, below top: borrowing Descriptor) throws {
    let tree = try StoredTree(self, blob)
    for item in tree.items { try tree.write(item, as: item.path, below: top) }
  }
}
