package import LarderCrypto

/// What is known of a blob's bytes before and after encoding; sizes in bytes.
package struct StoredForm: Hashable, Sendable {
  /// SHA-256 of the content, before encoding.
  package let contentDigest: Digest
  package let contentSize: Int64
  /// SHA-256 of the bytes as they lie in the file or the index.
  package let storedDigest: Digest
  package let storedSize: Int64
  package let encoding: Encoding

  package init(
    contentDigest: Digest, contentSize: Int64, storedDigest: Digest, storedSize: Int64, encoding: Encoding
  ) {
    self.contentDigest = contentDigest
    self.contentSize = contentSize
    self.storedDigest = storedDigest
    self.storedSize = storedSize
    self.encoding = encoding
  }
}
