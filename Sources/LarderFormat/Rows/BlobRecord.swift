/// What a blob row says: everything that its seal covers, and where the blob lies.
package struct BlobRecord: Hashable, Sendable {
  /// Where the stored bytes are.
  package enum Place: Hashable, Sendable {
    /// In the row itself.
    case inline([UInt8])
    /// In the tree, under the name that the session and the number make unique.
    case file(session: SessionID, number: UInt64)
  }

  /// Equal content is stored once within a domain and never shared across.
  package var domain: String
  package var form: StoredForm
  package var place: Place
  /// Whether the file is known to survive a power cut.
  package var durable: Bool

  package init(domain: String = "", form: StoredForm, place: Place, durable: Bool) {
    self.domain = domain
    self.form = form
    self.place = place
    self.durable = durable
  }

  /// The name of the blob's file; nil for an inline blob.
  package var name: BlobName? {
    guard case .file(let session, let number) = place else { return nil }
    return BlobName(
      contentDigest: form.contentDigest, session: session.rawValue, n: number, encoding: form.encoding)
  }
}

/// The id of a session: one open cache that writes.
package struct SessionID: Hashable, Sendable {
  package let rawValue: UInt64
  package init(rawValue: UInt64) { self.rawValue = rawValue }
}
