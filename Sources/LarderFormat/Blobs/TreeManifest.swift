package import LarderCrypto

/// What an artifact that is a directory consists of; its files are blobs of their own, so that equal ones are stored once.
///
/// The bytes are deterministic CBOR:
///
///     ["larder:tree:1", [[path, kind, …], …]]
///
/// in the order of the paths' bytes, where an item is `[path, "f", executable, content digest, size]`,
/// `[path, "d"]` or `[path, "l", target]`; paths and targets are byte strings.
package struct TreeManifest: Hashable, Sendable {
  package struct Item: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
      case file(digest: Digest, size: Int64, executable: Bool)
      case directory
      case link(target: [UInt8])
    }

    /// The path within the tree, its components separated by "/".
    package var path: [UInt8]
    package var kind: Kind

    package init(path: [UInt8], kind: Kind) {
      self.path = path
      self.kind = kind
    }
  }

  package var items: [Item]

  /// The representation of an entry whose content is a manifest.
  package static let representation = "tree"

  private static let name = "larder:tree:1"

  /// Items in any order.
  package init(_ items: [Item]) {
    self.items = items.sorted { $0.path.lexicographicallyPrecedes($1.path) }
  }

  /// The bytes of all files together.
  package var contentSize: Int64 {
    items.reduce(0) { sum, item in
      if case .file(_, let size, _) = item.kind { sum + size } else { sum }
    }
  }

  /// The content digests of all files.
  package var fileDigests: [Digest] {
    items.compactMap { item in
      if case .file(let digest, _, _) = item.kind { digest } else { nil }
    }
  }

  package var bytes: [UInt8] {
    var writer = CBORWriter(capacity: 64 + items.count * 96)
    writer.array(2)
    writer.text(Self.name)
    writer.array(items.count)
    for item in items {
      switch item.kind {
      case .file(let digest, let size, let executable):
        writer.array(5)
        writer.byteString(item.path)
        writer.text("f")
        writer.bool(executable)
        digest.withUnsafeBytes { writer.byteString($0) }
        writer.integer(size)
      case .directory:
        writer.array(2)
        writer.byteString(item.path)
        writer.text("d")
      case .link(let target):
        writer.array(3)
        writer.byteString(item.path)
        writer.text("l")
        writer.byteString(target)
      }
    }
    return writer.bytes
  }

  /// Reads a manifest, refusing what ``bytes`` would not have written and every path that leads out of the tree.
  package init(reading bytes: [UInt8]) throws(ManifestError) {
    do throws(CBORError) {
      var reader = CBORReader(bytes)
      guard try reader.array() == 2, try reader.text() == Self.name else { throw CBORError(.value, at: 0) }
      let count = try reader.array()
      var items: [Item] = []
      for _ in 0..<count {
        let fields = try reader.array()
        let path = try reader.byteString()
        let kind: Item.Kind
        switch (try reader.text(), fields) {
        case ("f", 5):
          let executable = try reader.bool()
          guard let digest = Digest(try reader.byteString()) else { throw CBORError(.value, at: reader.offset) }
          let size = try reader.integer()
          guard size >= 0 else { throw CBORError(.value, at: reader.offset) }
          kind = .file(digest: digest, size: size, executable: executable)
        case ("d", 2): kind = .directory
        case ("l", 3): kind = .link(target: try reader.byteString())
        default: throw CBORError(.value, at: reader.offset)
        }
        items.append(Item(path: path, kind: kind))
      }
      try reader.finish()
      self.items = items
    } catch {
      throw ManifestError(reason: error.description)
    }
    try refuseUnsafePaths()
  }

  /// Whoever can write to the cache must not be able to write elsewhere: a path is relative, without "." and "..", after
  /// its parent, which is a directory of the tree and no link, and there once.
  private func refuseUnsafePaths() throws(ManifestError) {
    var directories: Set<[UInt8]> = [[]]
    var previous: [UInt8]?
    for item in items {
      if let previous, !previous.lexicographicallyPrecedes(item.path) {
        throw ManifestError(reason: "its paths are not in order")
      }
      previous = item.path
      let components = item.path.split(separator: 0x2F, omittingEmptySubsequences: false)
      let isPlain = components.allSatisfy { !$0.isEmpty && $0 != [0x2E] && $0 != [0x2E, 0x2E] && !$0.contains(0) }
      guard isPlain, let last = components.last,
        directories.contains(Array(item.path.dropLast(components.count == 1 ? last.count : last.count + 1)))
      else { throw ManifestError(reason: "a path leads out of the tree") }
      if case .directory = item.kind { directories.insert(item.path) }
    }
  }
}

/// A tree's manifest that is none.
package struct ManifestError: Error, Hashable, Sendable, CustomStringConvertible {
  package let reason: String
  package var description: String { "the manifest of a tree is damaged: \(reason)" }
}
