internal import LarderBlobs
internal import LarderCrypto
internal import LarderFormat
internal import LarderIndex
internal import LarderSystem

/// Content on its way into the cache: encoded at most once, placed as often as a commit needs it.
struct PendingBlob: ~Copyable {
  let digest: Digest
  private let content: UnsafeRawBufferPointer?
  private var staged: StagedBlob?
  private var isPlaced = false
  /// The stored bytes that the last placement added.
  private(set) var placedBytes: Int64 = 0

  /// Content in memory; it must outlive this value.
  init(content: UnsafeRawBufferPointer, digest: Digest) {
    self.content = content
    self.digest = digest
    staged = nil
  }

  init(staged: consuming StagedBlob) {
    content = nil
    digest = staged.form.contentDigest
    self.staged = .some(staged)
  }

  /// Encodes the content unless that was done, and gives it a name that was never used before.
  mutating func place(
    encoding: Encoding, durable: Bool, store: ArtifactStore, session: SessionID
  ) throws -> BlobRecord {
    if staged == nil, let content {
      staged = try BlobWriter.stage(
        content, digest: digest, in: store.tree, encoding, inlineLimit: store.inlineLimit,
        stagingName: try store.stagingName(session))
    } else if isPlaced {
      // Its name was condemned; the open file still has the bytes.
      try renew(store, session)
    }
    guard let form = staged?.form else { preconditionFailure("a pending blob has content or was staged") }
    placedBytes = form.storedSize
    try store.refuseTooLarge(placedBytes)
    if let inline = staged?.inline { return BlobRecord(form: form, place: .inline(inline), durable: true) }
    let name = store.nextName(form, session)
    try staged?.place(as: name)
    isPlaced = true
    if durable { try staged?.sync() }
    return BlobRecord(form: form, place: .file(session: session, number: name.n), durable: durable)
  }

  private mutating func renew(_ store: ArtifactStore, _ session: SessionID) throws {
    guard let copy = try staged?.copy(stagingName: try store.stagingName(session)) else { return }
    staged = .some(copy)
  }
}
