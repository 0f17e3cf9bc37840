internal import LarderBlobs
package import LarderCrypto
package import LarderFormat
package import LarderIndex
internal import LarderSystem

/// One entry whole.
package struct EntryInspection: Sendable {
  package let entry: StoredEntry
  /// Why a lookup would not be served; nil when it would be, as far as the index and the size of the blob's file tell.
  package let obstacle: MissReason?
  /// Whether the row is as it was written.
  package let isSealed: Bool
  /// Where the blob's file is, relative to the cache; nil for one whose bytes are in the index, or which is gone.
  package let path: String?
  /// The files of a tree; nil for an artifact that is none.
  package let tree: Tree?

  package enum Tree: Sendable {
    /// The manifest, and the blobs of the files by their content digests.
    case manifest(TreeManifest, [Digest: StoredBlob])
    /// The manifest cannot be read, and why.
    case unreadable(String)
  }
}

extension ArtifactStore {
  /// Looks at one entry; nothing is counted.
  ///
  /// - Returns: nil where no entry has the key.
  /// - Throws: ``LarderError`` when the index cannot be read.
  package func inspect(_ key: ArtifactKey) throws(LarderError) -> EntryInspection? {
    var obstacle: MissReason?
    if case .miss(let miss) = try self.entry(for: key, CallName()) { obstacle = miss.reason }
    do throws(IndexError) {
      guard let entry = try index.entry(for: key) else { return nil }
      let isSealed = sealer.verifies(entry.record, entry.seal)
      return EntryInspection(
        entry: entry, obstacle: obstacle, isSealed: isSealed,
        path: entry.blob?.record.name.map { "blobs/" + $0.path },
        tree: entry.record.representation == TreeManifest.representation ? try tree(of: entry) : nil)
    } catch { throw failed(error) }
  }

  private func tree(of entry: StoredEntry) throws(IndexError) -> EntryInspection.Tree {
    guard let blob = entry.blob else { return .unreadable("the row of its blob is gone") }
    let manifest: TreeManifest
    do {
      let bytes: [UInt8] =
        switch blob.record.place {
        case .inline(let stored): try BlobTree.decode(inline: stored, blob.record.form, as: [UInt8].self)
        case .file: try read(blob)
        }
      manifest = try TreeManifest(reading: bytes)
    } catch let error as ManifestError {
      return .unreadable(error.reason)
    } catch {
      return .unreadable("\(error)")
    }
    var blobs: [Digest: StoredBlob] = [:]
    for child in try index.children(of: blob.id) { blobs[child.record.form.contentDigest] = child }
    return .manifest(manifest, blobs)
  }
}
