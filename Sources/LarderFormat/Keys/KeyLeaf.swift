package import LarderCrypto

/// The digest of one argument or environment value, which stands for it in the key document.
///
/// SHA-256 over `larder:KIND:1`, a zero byte and the canonical encoding; for secrets HMAC-SHA-256 of the same bytes.
package enum KeyLeaf {
  package enum Kind: String, Sendable, CaseIterable {
    case argument = "arg"
    case environment = "env"
    case file
    case tree
    case secret
  }

  package static func digest(_ kind: Kind, _ encoding: [UInt8]) -> Digest {
    var hasher = SHA256()
    hasher.update(prefix(kind))
    hasher.update(encoding)
    return hasher.finalize()
  }

  package static func secret(_ encoding: [UInt8], pepper: [UInt8]) -> Digest {
    HMAC.authenticate(prefix(.secret) + encoding, key: pepper)
  }

  // Made once: putting the text together costs as much as hashing it.
  private static let prefixes = Kind.allCases.map { Array("larder:\($0.rawValue):1".utf8) + [0] }

  private static func prefix(_ kind: Kind) -> [UInt8] {
    switch kind {
    case .argument: prefixes[0]
    case .environment: prefixes[1]
    case .file: prefixes[2]
    case .tree: prefixes[3]
    case .secret: prefixes[4]
    }
  }

  /// `[size, executable, sha256]`, with the base name behind it where that was asked for.
  package static func encoding(of file: FileIdentity, name: String?) -> [UInt8] {
    var writer = CBORWriter()
    writer.array(name == nil ? 3 : 4)
    writer.unsigned(file.size)
    writer.bool(file.isExecutable)
    writer.byteString(file.digest.bytes)
    if let name { writer.text(name) }
    return writer.bytes
  }

  /// The array of `[path, "f" | "d" | "l", executable, digest | null | link target]`, sorted by the bytes of the path.
  ///
  /// - Throws: `LarderError` when two items have one path.
  package static func encoding(of tree: [TreeItem], argument: String) throws -> [UInt8] {
    let sorted = tree.sorted { $0.path.lexicographicallyPrecedes($1.path) }
    var writer = CBORWriter(capacity: 64 * sorted.count + 8)
    writer.array(sorted.count)
    var previous: [UInt8]?
    for item in sorted {
      guard item.path != previous else {
        throw LarderError(
          .argument, "Cannot put \(ArgumentPath.root(argument)) into a key: the directory names one path twice.")
      }
      previous = item.path
      writer.array(4)
      writer.byteString(item.path)
      switch item.kind {
      case .file(let file):
        writer.text("f")
        writer.bool(file.isExecutable)
        writer.byteString(file.digest.bytes)
      case .directory:
        writer.text("d")
        writer.bool(false)
        writer.null()
      case .link(let target):
        writer.text("l")
        writer.bool(false)
        writer.byteString(target)
      }
    }
    return writer.bytes
  }
}
