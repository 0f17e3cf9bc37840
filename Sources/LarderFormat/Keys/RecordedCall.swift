package import LarderCrypto

/// What an entry tells of the call that it is the result of: what its sealed document says, and of its detail, which is not
/// sealed, what the document does not contradict.
package struct RecordedCall: Hashable, Sendable {
  /// One argument or environment value.
  package struct Part: Hashable, Sendable {
    package let name: String
    /// Nil where only the document has it.
    package let kind: CallDetail.Kind?
    /// What stands for it in the document; nil for what is not part of the key.
    package let digest: Digest?
    /// For people; nil where nothing of it was kept.
    package let preview: String?
    /// Nil where it was too large to be kept, for secrets, files and trees.
    package let value: CBORValue?
    /// Where a file or directory lay.
    package let path: String?
    /// Its size in bytes.
    package let size: UInt64?
  }

  package let namespace: String
  package let function: String
  package let version: String
  /// In the order in which the caller gave them, as far as that is known.
  package let arguments: [Part]
  package let environment: [Part]
  /// Whether there is a document: an entry that was put under a bare key has none.
  package let isDocumented: Bool

  package init(_ entry: EntryRecord) {
    namespace = entry.namespace
    function = entry.function
    version = entry.version
    let document = try? KeyDocument(decoding: entry.document)
    let detail = try? CallDetail(decoding: entry.detail)
    isDocumented = document != nil
    arguments = Self.parts(detail?.arguments ?? [], document?.arguments ?? [])
    environment = Self.parts(detail?.environment ?? [], document?.environment ?? [])
  }

  private static func parts(_ items: [CallDetail.Item], _ leaves: [KeyDocument.Leaf]) -> [Part] {
    // By their bytes: two names can be equal to Swift and yet be two names.
    var open: [[UInt8]: Digest] = [:]
    for leaf in leaves { open[Array(leaf.name.utf8)] = leaf.digest }
    var parts: [Part] = []
    for item in items {
      if item.kind == .unkeyed {
        parts.append(Part(item, nil))
      } else if let digest = open.removeValue(forKey: Array(item.name.utf8)) {
        parts.append(item.fits(digest) ? Part(item, digest) : Part(name: item.name, digest))
      }
    }
    for leaf in leaves where open[Array(leaf.name.utf8)] != nil { parts.append(Part(name: leaf.name, leaf.digest)) }
    return parts
  }
}

extension RecordedCall.Part {
  fileprivate init(_ item: CallDetail.Item, _ digest: Digest?) {
    self.init(
      name: item.name, kind: item.kind, digest: digest, preview: item.preview,
      value: item.value.flatMap { try? CBORValue(decoding: $0, depthLimit: 2 * CBORReader.depthLimit) },
      path: item.path, size: item.size)
  }

  fileprivate init(name: String, _ digest: Digest) {
    self.init(name: name, kind: nil, digest: digest, preview: nil, value: nil, path: nil, size: nil)
  }
}

extension CallDetail.Item {
  /// Whether a value that was kept is the one that the key was derived from.
  fileprivate func fits(_ digest: Digest) -> Bool {
    guard let value else { return true }
    switch kind {
    case .argument: return KeyLeaf.digest(.argument, value) == digest
    case .environment: return KeyLeaf.digest(.environment, value) == digest
    case .file, .tree, .secret, .unkeyed: return false
    }
  }
}
