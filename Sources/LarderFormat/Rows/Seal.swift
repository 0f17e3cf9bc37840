package import LarderCrypto
internal import LarderSystem

/// Closes a row: a swapped or altered row no longer matches its seal.
///
/// Without a signing key a seal is SHA-256 over the canonical bytes; the key id in them is empty.
package struct Seal: Hashable, Sendable {
  package let digest: Digest
  /// Which key made it; empty where there was none.
  package let keyID: String

  package init(digest: Digest, keyID: String = "") {
    self.digest = digest
    self.keyID = keyID
  }
}

/// Makes and checks the seals of one cache.
package struct Sealer: Sendable {
  package let cacheID: CacheID

  package init(cacheID: CacheID) { self.cacheID = cacheID }

  package func seal(_ entry: EntryRecord) -> Seal { Seal(digest: close(canonicalBytes(of: entry, keyID: ""))) }
  package func seal(_ blob: BlobRecord) -> Seal { Seal(digest: close(canonicalBytes(of: blob, keyID: ""))) }

  package func verifies(_ entry: EntryRecord, _ seal: Seal) -> Bool {
    seal.keyID.isEmpty && close(canonicalBytes(of: entry, keyID: "")) == seal.digest
  }

  package func verifies(_ blob: BlobRecord, _ seal: Seal) -> Bool {
    seal.keyID.isEmpty && close(canonicalBytes(of: blob, keyID: "")) == seal.digest
  }

  private func close(_ bytes: [UInt8]) -> Digest { SHA256.hash(bytes) }

  /// What an entry's seal covers, as an array of deterministic CBOR:
  ///
  ///     ["larder:entry:1", key id, cache id, namespace, tier, epoch, key, SHA-256 of the call document,
  ///      content digest, size, representation, created, notAfter or null, idle or null, cost, [tags]]
  package func canonicalBytes(of entry: EntryRecord, keyID: String) -> [UInt8] {
    var writer = CBORWriter(capacity: 320)
    writer.array(16)
    writer.text("larder:entry:1")
    writer.text(keyID)
    cacheID.withUnsafeBytes { writer.byteString($0) }
    writer.text(entry.namespace)
    writer.text(entry.tier)
    writer.integer(entry.epoch)
    entry.key.digest.withUnsafeBytes { writer.byteString($0) }
    SHA256.hash(entry.document).withUnsafeBytes { writer.byteString($0) }
    entry.contentDigest.withUnsafeBytes { writer.byteString($0) }
    writer.integer(entry.size)
    writer.text(entry.representation)
    writer.integer(entry.created.nanoseconds)
    writer.optional(entry.notAfter?.nanoseconds)
    writer.optional(entry.idle)
    writer.integer(entry.cost)
    writer.array(entry.tags.count)
    for tag in entry.tags { writer.text(tag) }
    return writer.bytes
  }

  /// What a blob's seal covers, as an array of deterministic CBOR:
  ///
  ///     ["larder:blob:1", key id, cache id, domain, content digest, stored digest, size, stored size, encoding]
  package func canonicalBytes(of blob: BlobRecord, keyID: String) -> [UInt8] {
    var writer = CBORWriter(capacity: 160)
    writer.array(9)
    writer.text("larder:blob:1")
    writer.text(keyID)
    cacheID.withUnsafeBytes { writer.byteString($0) }
    writer.text(blob.domain)
    blob.form.contentDigest.withUnsafeBytes { writer.byteString($0) }
    blob.form.storedDigest.withUnsafeBytes { writer.byteString($0) }
    writer.integer(blob.form.contentSize)
    writer.integer(blob.form.storedSize)
    writer.text(blob.form.encoding.rawValue)
    return writer.bytes
  }
}

extension CBORWriter {
  fileprivate mutating func optional(_ value: Int64?) {
    if let value { integer(value) } else { null() }
  }
}
