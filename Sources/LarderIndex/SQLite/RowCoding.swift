internal import LarderCrypto
internal import LarderFormat
internal import LarderSystem

// Between records and the columns that ``SQL`` lists. A row is read as it is: whether it was altered, its seal says.

extension Query {
  private static var blobStart: Int32 { 22 }

  /// An entry with the row of its blob, from the columns of ``SQL/entry`` or ``SQL/entryPage``.
  func storedEntry(withBlob: Bool = true) -> StoredEntry {
    let record = EntryRecord(
      key: ArtifactKey(digest(0)), namespace: text(1), tier: text(2), epoch: integer(3), function: text(4),
      version: text(5), document: bytes(20), detail: bytes(21), contentDigest: digest(6), size: integer(7),
      representation: text(8), created: Timestamp(nanoseconds: integer(9)),
      notAfter: optionalInteger(10).map(Timestamp.init(nanoseconds:)), idle: optionalInteger(11), cost: integer(12),
      tags: TagText.tags(text(13)))
    let use = EntryUse(
      uses: integer(14), last: Timestamp(nanoseconds: integer(15)), score: real(16),
      pinnedUntil: optionalInteger(17).map(Timestamp.init(nanoseconds:)))
    return StoredEntry(
      record: record, seal: Seal(digest: digest(18), keyID: text(19)), use: use,
      blob: withBlob ? storedBlob(at: Self.blobStart) : nil)
  }

  /// A blob, from ``SQL/blobColumns`` and its bytes; nil where there is none, or one that was altered to what no blob
  /// can be.
  func storedBlob(at start: Int32 = 0) -> StoredBlob? {
    guard !isNull(start), let encoding = Encoding(rawValue: text(start + 4)) else { return nil }
    let form = StoredForm(
      contentDigest: digest(start + 2), contentSize: integer(start + 3), storedDigest: digest(start + 5),
      storedSize: integer(start + 6), encoding: encoding)
    let place: BlobRecord.Place
    switch text(start + 7) {
    case "inline": place = .inline(bytes(start + 13))
    case "file":
      // A file has a name; a row without one was altered.
      if isNull(start + 8) || isNull(start + 9) { return nil }
      place = .file(
        session: SessionID(rawValue: UInt64(bitPattern: integer(start + 8))),
        number: UInt64(bitPattern: integer(start + 9)))
    default: return nil
    }
    return StoredBlob(
      id: BlobID(rawValue: integer(start)),
      record: BlobRecord(domain: text(start + 1), form: form, place: place, durable: flag(start + 10)),
      seal: Seal(digest: digest(start + 11), keyID: text(start + 12)))
  }

  /// The name of a blob's file from the columns place, content digest, session, n and encoding.
  func blobName(at start: Int32) -> BlobName? {
    guard text(start) == "file", !isNull(start + 2), !isNull(start + 3),
      let encoding = Encoding(rawValue: text(start + 4))
    else { return nil }
    return BlobName(
      contentDigest: digest(start + 1), session: UInt64(bitPattern: integer(start + 2)),
      n: UInt64(bitPattern: integer(start + 3)), encoding: encoding)
  }

  /// The values of ``SQL/insertBlob``; with `evidence` those of a condemned row.
  mutating func bind(_ blob: BlobRecord, _ seal: Seal, id: Int64, evidence: String? = nil) {
    bind(id)
    bind(blob.domain)
    bind(blob.form.contentDigest)
    bind(blob.form.contentSize)
    bind(blob.form.encoding.rawValue)
    bind(blob.form.storedDigest)
    bind(blob.form.storedSize)
    switch blob.place {
    case .inline:
      bind("inline")
      bindNull()
      bindNull()
    case .file(let session, let number):
      bind("file")
      bind(session.column)
      bind(Int64(bitPattern: number))
    }
    bind(Int64(blob.durable ? 1 : 0))
    bind(seal.digest)
    bind(seal.keyID)
    if case .inline(let bytes) = blob.place {
      bind(bytes)
    } else if let evidence {
      bind(Array(evidence.utf8))
    } else {
      bindNull()
    }
  }

  /// The values of ``SQL/insertEntry`` after the key, and of ``SQL/updateEntry`` before the id.
  mutating func bind(_ row: EntryRow) {
    let entry = row.record
    bind(entry.namespace)
    bind(entry.tier)
    bind(entry.epoch)
    bind(entry.function)
    bind(entry.version)
    bind(row.blob.rawValue)
    bind(entry.contentDigest)
    bind(entry.size)
    bind(entry.representation)
    bind(entry.created.nanoseconds)
    bind(entry.notAfter?.nanoseconds)
    bind(entry.idle)
    bind(entry.cost)
    bind(TagText.text(entry.tags))
    bind(row.session.column)
    bind(row.uses)
    bind(row.lastUse.nanoseconds)
    bind(row.score)
    bind(row.seal.digest)
    bind(row.seal.keyID)
    bind(entry.document)
    bind(entry.detail)
  }

  /// What ``SQL/entryHead`` and the like read.
  func entryHead() -> EntryHead {
    EntryHead(
      id: EntryID(rawValue: integer(0)), key: ArtifactKey(digest(1)), blob: BlobID(rawValue: integer(2)),
      seal: Seal(digest: digest(3), keyID: text(4)), created: Timestamp(nanoseconds: integer(5)), cost: integer(6),
      uses: integer(7), score: real(8))
  }
}

extension SessionID {
  /// The id as a column holds it.
  var column: Int64 { Int64(bitPattern: rawValue) }

  init(column: Int64) { self.init(rawValue: UInt64(bitPattern: column)) }
}
