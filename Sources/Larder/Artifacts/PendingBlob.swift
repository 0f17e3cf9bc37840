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
  /// Whether the bytes of the placed file may not have reached the disk.
  private var isLost = false
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
  ///
  /// - Parameter durable: What its row will say; the file is flushed before the commit, not here.
  mutating func place(
    encoding: Encoding, durable: Bool, store: ArtifactStore, session: SessionID
  ) throws -> BlobRecord {
    // Its name was condemned; the open file still has the bytes.
    if isPlaced { try renew(store, session) }
    if staged == nil, let content {
      staged = try BlobWriter.stage(
        content, digest: digest, in: store.tree, encoding, inlineLimit: store.inlineLimit,
        stagingName: try store.stagingName(session))
    }
    guard let form = staged?.form else { preconditionFailure("a pending blob has content or was staged") }
    placedBytes = form.storedSize
    try store.refuseTooLarge(placedBytes)
    if let inline = staged?.inline { return BlobRecord(form: form, place: .inline(inline), durable: true) }
    let name = try name(form, store, session)
    isPlaced = true
    return BlobRecord(form: form, place: .file(session: session, number: name.n), durable: durable)
  }

  /// Has the bytes written anew for the next placement: a flush of the file failed.
  mutating func distrustFile() { isLost = true }

  private mutating func name(_ form: StoredForm, _ store: ArtifactStore, _ session: SessionID) throws -> BlobName {
    let name = store.nextName(form, session)
    let needed = try store.tree.needsStagingNames()
    do throws(SystemError) {
      try staged?.place(as: name)
      return name
    } catch {
      // The file system makes unnamed files but gives them no names, as it turned out just now.
      guard try !needed && store.tree.needsStagingNames() else { throw error }
    }
    try renew(store, session)
    let next = store.nextName(form, session)
    try staged?.place(as: next)
    return next
  }

  private mutating func renew(_ store: ArtifactStore, _ session: SessionID) throws {
    defer { isLost = false }
    isPlaced = false
    if isLost && content != nil {
      staged = nil
    } else if let copy = try staged?.copy(stagingName: try store.stagingName(session), mayShare: !isLost) {
      staged = .some(copy)
    }
  }
}
