package import LarderCrypto

/// What identifies stored content: its digest and size before encoding, and as the bytes lie in the store.
package struct StoredForm: Hashable, Sendable {
  package var contentDigest: Digest
  package var contentSize: Int64
  package var storedDigest: Digest
  package var storedSize: Int64
  package var encoding: Encoding

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
