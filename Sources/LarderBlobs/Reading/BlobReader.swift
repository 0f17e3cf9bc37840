internal import LarderCrypto
package import LarderFormat
internal import LarderSystem

// Reading gives the recorded bytes or says why not. Length and stored digest are checked before a decoder sees a
// byte, so decoders only ever work on what a writer stored.
extension BlobTree {
  /// The content of a blob, in memory.
  package func read<Content: BlobContent>(
    _ name: BlobName, _ form: StoredForm, as type: Content.Type = [UInt8].self
  ) throws(BlobReadError) -> Content {
    let file = try open(name, form)
    let size = Int(form.storedSize)
    if form.encoding == .raw {
      return try Content.filled(size) { (buffer) throws(BlobReadError) in
        try BlobTree.fill(buffer, from: file, form)
      }
    }
    let scratch = Scratch(size)
    // The pointer into it does not keep it alive.
    defer { withExtendedLifetime(scratch) {} }
    let stored = UnsafeMutableRawBufferPointer(rebasing: scratch.bytes[..<size])
    try BlobTree.fill(stored, from: file, form)
    return try BlobTree.decode(UnsafeRawBufferPointer(stored), form)
  }

  /// The content of a blob that lives in the index, from its stored bytes.
  package static func decode<Content: BlobContent>(
    inline stored: UnsafeRawBufferPointer, _ form: StoredForm, as type: Content.Type = [UInt8].self
  ) throws(BlobReadError) -> Content {
    if Int64(stored.count) != form.storedSize { throw .wrongSize(found: Int64(stored.count)) }
    if SHA256.hash(stored) != form.storedDigest { throw .wrongDigest }
    try check(form)
    return try decode(stored, form)
  }

  package static func decode<Content: BlobContent>(
    inline stored: [UInt8], _ form: StoredForm, as type: Content.Type = [UInt8].self
  ) throws(BlobReadError) -> Content {
    try stored.withUnsafeBufferPointer { (bytes) throws(BlobReadError) in
      try decode(inline: UnsafeRawBufferPointer(bytes), form, as: type)
    }
  }

  /// Checks what is stored without decoding it.
  ///
  /// - Parameters:
  ///   - name: The blob's file.
  ///   - form: What it should be.
  ///   - progress: Called with the bytes that were read since the last call.
  /// - Throws: ``BlobReadError``: what is wrong with it.
  package func verify(
    _ name: BlobName, _ form: StoredForm, progress: (Int64) -> Void = { _ in }
  ) throws(BlobReadError) {
    try BlobTree.verify(try open(name, form), form, progress: progress)
  }

  /// Makes a blob durable that somebody else wrote and never synced.
  ///
  /// The bytes are checked first: after an unclean start a file may have kept its size and lost its content, and
  /// syncing that would make the loss permanent.
  package func makeDurable(_ name: BlobName, _ form: StoredForm) throws(BlobReadError) {
    let file = try open(name, form)
    try BlobTree.verify(file, form)
    do throws(SystemError) {
      try file.sync()
      try syncShard(name.shard)
    } catch { throw .io(error) }
  }

  /// Refuses a record that no writer made, before anything is allocated by it.
  private static func check(_ form: StoredForm) throws(BlobReadError) {
    if !form.encoding.canHold(content: form.contentSize, in: form.storedSize) || Int(exactly: form.contentSize) == nil {
      throw .undecodable(form.contentSize < form.storedSize ? .tooLong : .tooShort)
    }
    if form.encoding == .raw && form.contentDigest != form.storedDigest { throw .wrongDigest }
  }

  /// Opens a blob's file and checks its kind and size.
  func open(_ name: BlobName, _ form: StoredForm) throws(BlobReadError) -> Descriptor {
    let file: Descriptor
    do throws(SystemError) {
      file = try blobs.openWithoutLinks(name.path, [.read, .noFollow, .nonBlocking])
    } catch {
      var fault: SystemError?
      // What lies in the place of its directory hides the blob, which may be fine.
      if error.meetsNoFile { do throws(SystemError) { fault = try faultOfShard(name.shard) } catch { fault = error } }
      throw fault.map(BlobReadError.io) ?? BlobReadError(opening: error)
    }
    let status: FileStatus
    do throws(SystemError) { status = try file.status() } catch { throw .io(error) }
    if status.kind != .file { throw .notRegular }
    if status.size != form.storedSize { throw .wrongSize(found: status.size) }
    try BlobTree.check(form)
    return file
  }

  /// Reads the whole file into a buffer of its recorded size and checks the stored digest.
  private static func fill(
    _ stored: UnsafeMutableRawBufferPointer, from file: borrowing Descriptor, _ form: StoredForm
  ) throws(BlobReadError) {
    var hasher = SHA256()
    var filled = 0
    // In pieces that are still in the processor's cache when they are hashed.
    while filled < stored.count {
      let end = min(filled + BlobFormat.chunkSize, stored.count)
      let piece = UnsafeMutableRawBufferPointer(rebasing: stored[filled..<end])
      let count: Int
      do throws(SystemError) { count = try file.readAll(into: piece, at: Int64(filled)) } catch { throw .io(error) }
      filled += count
      if count < piece.count { throw .wrongSize(found: Int64(filled)) }
      hasher.update(UnsafeRawBufferPointer(piece))
    }
    if hasher.finalize() != form.storedDigest { throw .wrongDigest }
  }

  /// Decodes stored bytes whose digest was checked.
  private static func decode<Content: BlobContent>(
    _ stored: UnsafeRawBufferPointer, _ form: StoredForm
  ) throws(BlobReadError) -> Content {
    try Content.filled(Int(form.contentSize)) { (content) throws(BlobReadError) in
      do throws(CodecError) { try form.encoding.decode(stored, into: content) } catch { throw .undecodable(error) }
    }
  }
}
