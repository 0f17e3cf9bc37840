internal import LarderBlobs
internal import LarderCrypto
internal import LarderFormat
internal import LarderIndex
internal import LarderSystem

/// The manifests of trees, for a recovery whose index has lost the edges: what a tree consists of is in its blob, too.
struct Manifests {
  private let tree: BlobTree

  init(in cache: borrowing Descriptor) throws(SystemError) { tree = try BlobTree(in: cache, mending: false) }

  /// A disk that fails for a moment is asked again: a tree whose manifest cannot be read is lost.
  private static let attempts = 3

  /// The content digests of a tree's files; nil where its manifest is not there or is damaged.
  func files(of blob: StoredBlob) -> [Digest]? {
    for _ in 0..<Self.attempts {
      do { return try TreeManifest(reading: content(of: blob)).fileDigests } catch {
        guard case .io? = error as? BlobReadError else { return nil }
      }
    }
    return nil
  }

  private func content(of blob: StoredBlob) throws -> [UInt8] {
    switch blob.record.place {
    case .inline(let stored): return try BlobTree.decode(inline: stored, blob.record.form)
    case .file:
      guard let name = blob.record.name else { return [] }
      var bytes: [UInt8] = []
      try tree.stream(name, blob.record.form) { bytes.append(contentsOf: $0) }
      return bytes
    }
  }
}
