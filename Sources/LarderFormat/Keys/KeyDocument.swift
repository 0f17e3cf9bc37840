package import LarderCrypto

/// What a key is the digest of: names in clear, values as leaves.
///
/// `{"v": 1, "ns": text, "fn": text, "ver": text, "args": {name: leaf}, "env": {name: leaf}}` in deterministic CBOR.
package struct KeyDocument: Hashable, Sendable {
  package struct Leaf: Hashable, Sendable {
    package let name: String
    package let digest: Digest

    package init(name: String, digest: Digest) {
      self.name = name
      self.digest = digest
    }
  }

  package let namespace: String
  package let function: String
  package let version: String
  /// In the order of the encoding: shorter names first.
  package let arguments: [Leaf]
  package let environment: [Leaf]

  /// The canonical bytes.
  package let cbor: [UInt8]

  /// The largest document, in bytes.
  package static let sizeLimit = 1 << 20

  private static let prefix = Array("larder:key:1".utf8) + [0]

  /// The name of the call.
  package var key: ArtifactKey {
    var hasher = SHA256()
    hasher.update(Self.prefix)
    hasher.update(cbor)
    return ArtifactKey(hasher.finalize())
  }

  /// Makes the document of a call.
  ///
  /// - Throws: `LarderError` when a name occurs twice or the document is larger than ``sizeLimit``.
  package init(
    namespace: String, function: String, version: String, arguments: [Leaf], environment: [Leaf]
  ) throws {
    self.namespace = namespace
    self.function = function
    self.version = version
    self.arguments = try Self.sorted(arguments, of: function, "an argument")
    self.environment = try Self.sorted(environment, of: function, "an environment value")
    var writer = CBORWriter(capacity: 128 + 48 * (arguments.count + environment.count))
    writer.map(6)
    writer.text("v")
    writer.unsigned(1)
    writer.text("fn")
    writer.text(function)
    writer.text("ns")
    writer.text(namespace)
    writer.text("env")
    Self.write(self.environment, to: &writer)
    writer.text("ver")
    writer.text(version)
    writer.text("args")
    Self.write(self.arguments, to: &writer)
    cbor = writer.bytes
    guard cbor.count <= Self.sizeLimit else {
      throw LarderError(
        .argument,
        "Cannot derive a key for '\(function)': its \(arguments.count) arguments make a document of \(cbor.count) bytes, "
          + "and at most \(Self.sizeLimit) are allowed. Pass many values as one array.")
    }
  }

  private static func write(_ leaves: [Leaf], to writer: inout CBORWriter) {
    writer.map(leaves.count)
    for leaf in leaves {
      writer.text(leaf.name)
      leaf.digest.withUnsafeBytes { writer.byteString($0) }
    }
  }

  private static func sorted(_ leaves: [Leaf], of function: String, _ what: String) throws -> [Leaf] {
    let sorted = leaves.sorted { isOrdered($0.name, $1.name) }
    for index in sorted.indices.dropFirst() where sorted[index].name.utf8.elementsEqual(sorted[index - 1].name.utf8) {
      throw LarderError(
        .argument,
        "Cannot derive a key for '\(function)': \(what) named '\(sorted[index].name)' is given twice. Give it once.")
    }
    return sorted
  }

  /// The order of text keys in deterministic CBOR: the head holds the length, so shorter ones come first.
  private static func isOrdered(_ first: String, _ second: String) -> Bool {
    let (left, right) = (first.utf8.count, second.utf8.count)
    return left != right ? left < right : first.utf8.lexicographicallyPrecedes(second.utf8)
  }

  /// Reads the canonical bytes, and refuses everything that this format does not write.
  ///
  /// - Throws: `CBORError`.
  package init(decoding bytes: [UInt8]) throws(CBORError) {
    guard bytes.count <= Self.sizeLimit else { throw CBORError(.value, at: Self.sizeLimit) }
    try CBORReader.validate(bytes)
    var reader = CBORReader(bytes)
    guard try reader.map() == 6 else { throw CBORError(.value, at: 0) }
    try reader.expect("v")
    guard try reader.unsigned() == 1 else { throw CBORError(.value, at: reader.offset) }
    try reader.expect("fn")
    function = try reader.text()
    try reader.expect("ns")
    namespace = try reader.text()
    try reader.expect("env")
    environment = try Self.leaves(&reader)
    try reader.expect("ver")
    version = try reader.text()
    try reader.expect("args")
    arguments = try Self.leaves(&reader)
    try reader.finish()
    cbor = bytes
  }

  private static func leaves(_ reader: inout CBORReader) throws(CBORError) -> [Leaf] {
    var leaves: [Leaf] = []
    for _ in 0..<(try reader.map()) {
      let name = try reader.text()
      let start = reader.offset
      guard let digest = Digest(try reader.byteString()) else { throw CBORError(.value, at: start) }
      leaves.append(Leaf(name: name, digest: digest))
    }
    return leaves
  }
}

extension CBORReader {
  /// Steps over the key of a map whose keys are known.
  mutating func expect(_ key: String) throws(CBORError) {
    let start = offset
    guard try text() == key else { throw CBORError(.value, at: start) }
  }
}
