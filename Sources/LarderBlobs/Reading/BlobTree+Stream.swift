internal import LarderCrypto
package import LarderFormat
package import LarderSystem

extension BlobTree {
  /// Hands over the content of a blob in pieces, in memory that does not grow with it.
  ///
  /// The file is read twice: `receive` gets nothing before the stored digest was checked. While decoding both digests
  /// are computed again, so a file that changes between the passes is an error at the end at the latest, and what
  /// `receive` got so far must be thrown away whenever this throws.
  ///
  /// - Throws: ``BlobReadError``, and what `receive` throws.
  package func stream(
    _ name: BlobName, _ form: StoredForm, into receive: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    let file = try open(name, form)
    try BlobTree.verify(file, form)
    var decoding = try Decoding(form)
    var chunks = ChunkReader(upTo: form.storedSize)
    while let chunk = try BlobTree.next(&chunks, of: file) { try decoding.take(chunk, into: receive) }
    try decoding.finish()
  }

  /// Makes an empty file share the blocks of a blob that is stored as it is, and checks what it has then.
  ///
  /// - Returns: Whether that was possible; if not the file is still empty.
  /// - Throws: ``BlobReadError``; the file must be thrown away.
  package func share(
    _ name: BlobName, _ form: StoredForm, into file: borrowing Descriptor
  ) throws(BlobReadError) -> Bool {
    guard form.encoding == .raw else { return false }
    let blob = try open(name, form)
    do throws(SystemError) { try file.clone(from: blob) } catch { return false }
    try BlobTree.verify(file, form)
    return true
  }

  /// Checks the bytes of an open file against the stored digest.
  static func verify(
    _ file: borrowing Descriptor, _ form: StoredForm, progress: (Int64) -> Void = { _ in }
  ) throws(BlobReadError) {
    var hasher = SHA256()
    var chunks = ChunkReader(upTo: form.storedSize)
    while let chunk = try next(&chunks, of: file) {
      hasher.update(chunk)
      progress(Int64(chunk.count))
    }
    if chunks.offset != form.storedSize { throw .wrongSize(found: chunks.offset) }
    if hasher.finalize() != form.storedDigest { throw .wrongDigest }
  }

  private static func next(
    _ chunks: inout ChunkReader, of file: borrowing Descriptor
  ) throws(BlobReadError) -> UnsafeRawBufferPointer? {
    do throws(SystemError) { return try chunks.next(of: file) } catch { throw .io(error) }
  }
}

/// The second pass over a file: decodes, and hashes what goes in and what comes out.
private struct Decoding: ~Copyable {
  let form: StoredForm
  var stored = SHA256()
  var content = SHA256()
  var decoder: StreamDecoder

  init(_ form: StoredForm) throws(BlobReadError) {
    self.form = form
    do throws(CodecError) {
      decoder = try StreamDecoder(form.encoding, contentSize: form.contentSize)
    } catch { throw .undecodable(error) }
  }

  mutating func take(
    _ chunk: UnsafeRawBufferPointer, into receive: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    stored.update(chunk)
    do {
      try decoder.decode(chunk) { piece in
        // Raw bytes were hashed above.
        if form.encoding != .raw { content.update(piece) }
        try receive(piece)
      }
    } catch let error as CodecError { throw BlobReadError.undecodable(error) }
  }

  mutating func finish() throws(BlobReadError) {
    do throws(CodecError) { try decoder.finish() } catch { throw .undecodable(error) }
    let storedDigest = stored.finalize()
    let contentDigest = form.encoding == .raw ? storedDigest : content.finalize()
    if storedDigest != form.storedDigest || contentDigest != form.contentDigest { throw .wrongDigest }
  }
}
