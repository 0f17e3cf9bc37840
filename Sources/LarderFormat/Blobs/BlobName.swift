package import LarderCrypto

/// The name of a blob's file: the content digest, and what makes it unique for ever.
package struct BlobName: Hashable, Sendable {
  package var contentDigest: Digest
  package var session: UInt64
  package var number: UInt64
  package var encoding: Encoding

  package init(contentDigest: Digest, session: UInt64, number: UInt64, encoding: Encoding) {
    self.contentDigest = contentDigest
    self.session = session
    self.number = number
    self.encoding = encoding
  }
}
