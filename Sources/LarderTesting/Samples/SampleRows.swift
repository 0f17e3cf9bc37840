package import LarderCrypto
package import LarderFormat
package import LarderIndex
package import LarderSystem

extension IndexIdentity {
  package static let sample = IndexIdentity(cacheID: CacheID(high: 1, low: 2), indexID: CacheID(high: 3, low: 4))
}

extension SessionID {
  // The highest bit is set, so that columns hold a negative number.
  package static let sample = SessionID(rawValue: 0xF000_0000_0000_0001)
  package static let other = SessionID(rawValue: 2)
}

extension SessionRecord {
  package static let sample = SessionRecord(id: .sample, host: "oak", boot: "b-1", opened: Timestamp(nanoseconds: 1000))
  package static let other = SessionRecord(id: .other, host: "elm", boot: "b-2", opened: Timestamp(nanoseconds: 2000))
}

package func time(_ nanoseconds: Int64) -> Timestamp { Timestamp(nanoseconds: nanoseconds) }

package func key(_ name: String) -> ArtifactKey { ArtifactKey(SHA256.hash(Array(name.utf8))) }

package func digest(_ content: String) -> Digest { SHA256.hash(Array(content.utf8)) }

package let sealer = Sealer(cacheID: IndexIdentity.sample.cacheID)

extension EntryCommit.BlobSource {
  /// A placement of some text in a file.
  package static func file(
    _ content: String, number: UInt64, session: SessionID = .sample, size: Int64? = nil, domain: String = ""
  ) -> Self {
    let record = BlobRecord.file(content, number: number, session: session, size: size, domain: domain)
    return .placed(record, sealer.seal(record))
  }

  /// A placement of some text in the row.
  package static func inline(_ content: String) -> Self {
    let bytes = Array(content.utf8)
    let record = BlobRecord(
      form: StoredForm(
        contentDigest: digest(content), contentSize: Int64(bytes.count), storedDigest: digest(content),
        storedSize: Int64(bytes.count), encoding: .raw),
      place: .inline(bytes), durable: true)
    return .placed(record, sealer.seal(record))
  }
}

extension BlobRecord {
  package static func file(
    _ content: String, number: UInt64, session: SessionID = .sample, size: Int64? = nil, domain: String = ""
  ) -> BlobRecord {
    let count = size ?? Int64(content.utf8.count)
    return BlobRecord(
      domain: domain,
      form: StoredForm(
        contentDigest: digest(content), contentSize: 2 * count, storedDigest: digest("stored " + content),
        storedSize: count, encoding: .zstd),
      place: .file(session: session, number: number), durable: false)
  }
}

extension EntryCommit {
  package static func put(
    _ name: String, _ blob: BlobSource, content: String? = nil, children: [BlobSource] = [], mode: Mode = .replace,
    session: SessionID = .sample, function: String = "f", version: String = "1", created: Int64 = 5000,
    cost: Int64 = 2_000_000, removalsSeen: Int64? = nil
  ) -> EntryCommit {
    var content = content.map(digest) ?? digest("?")
    if case .placed(let record, _) = blob { content = record.form.contentDigest }
    let entry = EntryRecord(
      key: key(name), namespace: "n", function: function, version: version, document: Array("document \(name)".utf8),
      detail: Array("detail".utf8), contentDigest: content, size: 7, representation: "data", created: time(created),
      cost: cost, tags: ["a", "b"])
    return EntryCommit(
      session: session, entry: entry, seal: sealer.seal(entry), blob: blob, children: children, mode: mode,
      removalsSeen: removalsSeen)
  }
}

extension CommitOutcome {
  /// The outcome in a word or two, for tables of cases.
  package var word: String {
    switch self {
    case .committed(let surplus, let condemned): "committed, \(surplus.count) surplus, \(condemned.count) condemned"
    case .present: "present"
    case .refused(let refusal): "refused: \(refusal)"
    }
  }
}
