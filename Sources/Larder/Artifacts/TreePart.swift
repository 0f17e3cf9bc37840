internal import LarderCrypto
package import LarderFormat
package import LarderSystem

/// One item of a tree that is to be stored, and where its content comes from.
package struct TreePart: Sendable {
  package enum Content: Sendable {
    case directory
    case link(target: [UInt8])
    /// A file at a path, with the status that it had.
    case file(at: [UInt8], FileStatus)
    case bytes([UInt8])
    /// A file that has no name, from its beginning.
    case open(OpenFile, size: Int64)
  }

  /// The path within the tree.
  package let path: [UInt8]
  package let content: Content

  package init(_ path: [UInt8], _ content: Content) {
    self.path = path
    self.content = content
  }

  package init(_ path: String, _ content: Content) { self.init(Array(path.utf8), content) }

  /// The size as far as it is known before it is read.
  package var size: Int64 {
    switch content {
    case .directory, .link: 0
    case .file(_, let status): status.size
    case .bytes(let bytes): Int64(bytes.count)
    case .open(_, let size): size
    }
  }

  /// The item that it becomes; files are read for their digests.
  package func item() throws -> TreeManifest.Item {
    TreeManifest.Item(path: path, kind: try kind())
  }

  private func kind() throws -> TreeManifest.Item.Kind {
    switch content {
    case .directory: return .directory
    case .link(let target): return .link(target: target)
    case .bytes(let bytes): return .file(digest: SHA256.hash(bytes), size: size, executable: false)
    case .open(let file, _):
      try file.descriptor.seek(to: 0)
      return .file(digest: try SHA256.hash(contentsOf: file.descriptor), size: size, executable: false)
    case .file(let path, let status):
      let digest = try SHA256.hash(contentsOf: Descriptor(path, [.read, .noFollow, .nonBlocking]))
      return .file(digest: digest, size: size, executable: status.isExecutable)
    }
  }

  /// Everything below a directory, under `prefix` and without the directory itself.
  ///
  /// - Throws: ``LarderError`` with the code `argument` for what cannot be part of a tree.
  package static func all(of path: String, below prefix: String? = nil) throws -> [TreePart] {
    let beginning: [UInt8] = prefix.map { Array($0.utf8) + [0x2F] } ?? []
    return try TreeWalk.items(of: path).map { item in
      let content: Content =
        switch item.kind {
        case .directory: .directory
        case .link(let target): .link(target: target)
        case .file(let status): .file(at: Array(path.utf8) + [0x2F] + item.path, status)
        }
      return TreePart(beginning + item.path, content)
    }
  }
}
