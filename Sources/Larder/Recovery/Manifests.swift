internal import LarderBlobs
internal import LarderCrypto
internal import LarderFormat
internal import LarderIndex
internal import LarderSystem

/// The manifests of trees, for a recovery whose index has lost the edges: what a tree consists of is in its blob, too.
struct Manifests {
  private let tree: BlobTree?

  init(in cache: borrowing Descriptor) { tree = try? BlobTree(in: cache, mending: false) }

  /// The content digests of a tree's files; nil where its manifest is not there or is damaged.
  func files(of blob: StoredBlob) -> [Digest]? {
    var bytes: [UInt8] = []
    do {
      switch blob.record.place {
      case .inline(let stored): bytes = try BlobTree.decode(inline: stored, blob.record.form)
      case .file:
        guard let tree, let name = blob.record.name else { return nil }
        try tree.stream(name, blob.record.form) { bytes.append(contentsOf: $0) }
      }
      return try TreeManifest(reading: bytes).fileDigests
    } catch { return nil }
  }
}
