internal import LarderBlobs
internal import LarderCrypto
internal import LarderFormat
internal import LarderIndex
internal import LarderSystem

/// The manifests of trees, for a recovery whose index has lost the edges: what a tree consists of is in its blob, too.
struct Manifests {
  private let tree: BlobTree

  init(in cache: borrowing Descriptor) throws(SystemError) { tree = try BlobTree(in: cache, mending: false) }

  /// The content digests of a tree's files; nil where its manifest is not there or is damaged.
  func files(of blob: StoredBlob) -> [Digest]? {
    // A tree whose manifest cannot be read is lost.
    try? askingAgain(where: Self.isOfDisk) { try TreeManifest(reading: content(of: blob)).fileDigests }
  }

  private static func isOfDisk(_ error: any Error) -> Bool {
    if case .io? = error as? BlobReadError { true } else { false }
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
