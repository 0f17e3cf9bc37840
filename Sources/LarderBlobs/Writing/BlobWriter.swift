package import LarderCrypto
package import LarderFormat
package import LarderSystem

/// Writes one blob: hashes the content, encodes it and hashes what is stored, in one pass over bytes of any number.
///
/// On disk there is nothing until the stored bytes exceed the inline limit, and nothing is left when the writer is
/// dropped before its end. Every failure is a `SystemError`, and a writer that failed once fails at its end too.
package struct BlobWriter: ~Copyable {
  /// What is asked for until the first frame shows whether the content shrinks.
  private var encoding: Encoding
  private let level: Int32
  private let expectedSize: Int64?
  private var contentHasher = SHA256()
  private var knownDigest: Digest?
  private var contentSize: Int64 = 0
  /// Content that does not fill a frame yet.
  private var pending: Scratch?
  private var pendingCount = 0
  private var storedHasher = SHA256()
  private var stored: StoredBytes
  private var isFirstFrame = true
  private var failure: SystemError?

  /// Begins a blob.
  ///
  /// - Parameters:
  ///   - tree: Where its file will be placed.
  ///   - encoding: Used if the content shrinks by it.
  ///   - level: Of zstd.
  ///   - inlineLimit: The most stored bytes, in bytes, that stay in memory for the index; 0 for none.
  ///   - expectedSize: The size of the content, if the caller knows it: a hint, nothing depends on it.
  ///   - stagingName: To be given exactly where ``BlobTree/needsStagingNames()`` says so.
  ///   - makeRoom: Asked when the disk is full, with the bytes that are missing; says whether it is worth trying again.
  package init(
    _ tree: BlobTree, _ encoding: Encoding, level: Int32 = Zstd.defaultLevel,
    inlineLimit: Int = BlobFormat.inlineLimit, expectedSize: Int64? = nil, stagingName: StagingName? = nil,
    whenFull makeRoom: @escaping (Int) -> Bool = { _ in false }
  ) {
    self.encoding = encoding
    self.level = level
    self.expectedSize = expectedSize
    stored = StoredBytes(tree, inlineLimit: inlineLimit, stagingName: stagingName, makeRoom: makeRoom)
  }

  /// Stages content that is already in memory; the digest, if the caller has it, is not computed again.
  package static func stage(
    _ content: UnsafeRawBufferPointer, digest: Digest? = nil, in tree: BlobTree, _ encoding: Encoding,
    level: Int32 = Zstd.defaultLevel, inlineLimit: Int = BlobFormat.inlineLimit, stagingName: StagingName? = nil
  ) throws(SystemError) -> StagedBlob {
    var writer = BlobWriter(
      tree, encoding, level: level, inlineLimit: inlineLimit, expectedSize: Int64(content.count),
      stagingName: stagingName)
    writer.knownDigest = digest
    try writer.take(content)
    return try writer.finish()
  }

  /// Stages the bytes of an array.
  package static func stage(
    _ content: [UInt8], digest: Digest? = nil, in tree: BlobTree, _ encoding: Encoding,
    level: Int32 = Zstd.defaultLevel, inlineLimit: Int = BlobFormat.inlineLimit, stagingName: StagingName? = nil
  ) throws(SystemError) -> StagedBlob {
    try content.span.bytes.withUnsafeBytes { (bytes) throws(SystemError) in
      try stage(
        bytes, digest: digest, in: tree, encoding, level: level, inlineLimit: inlineLimit, stagingName: stagingName)
    }
  }

  /// Takes the next bytes of the content.
  package mutating func write(_ bytes: UnsafeRawBufferPointer) throws(SystemError) {
    var rest = bytes
    while !rest.isEmpty {
      if pendingCount == 0 && rest.count >= BlobFormat.frameCapacity {
        let whole = rest.count / BlobFormat.frameCapacity * BlobFormat.frameCapacity
        try take(UnsafeRawBufferPointer(rebasing: rest[..<whole]))
        rest = UnsafeRawBufferPointer(rebasing: rest[whole...])
      } else {
        let count = min(rest.count, BlobFormat.frameCapacity - pendingCount)
        keep(UnsafeRawBufferPointer(rebasing: rest[..<count]))
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        if pendingCount == BlobFormat.frameCapacity { try takePending() }
      }
    }
  }

  /// Takes the next bytes of the content.
  package mutating func write(_ bytes: [UInt8]) throws(SystemError) {
    try bytes.withUnsafeBufferPointer { (buffer) throws(SystemError) in try write(UnsafeRawBufferPointer(buffer)) }
  }

  /// Ends the content.
  package consuming func finish() throws(SystemError) -> StagedBlob {
    if let failure { throw failure }
    try takePending()
    if contentSize == 0 { encoding = .raw }
    let contentDigest = knownDigest ?? contentHasher.finalize()
    // The first frame shrank and the others more than made up for it.
    if encoding != .raw && stored.size >= contentSize { try storeRaw() }
    try stored.seal()
    let form = StoredForm(
      contentDigest: contentDigest, contentSize: contentSize,
      storedDigest: encoding == .raw ? contentDigest : storedHasher.finalize(), storedSize: stored.size,
      encoding: encoding)
    return stored.intoStaged(form)
  }

  // MARK: Content that waits for a frame

  private mutating func keep(_ bytes: UnsafeRawBufferPointer) {
    let needed = pendingCount + bytes.count
    if needed > pending?.bytes.count ?? 0 {
      let expected = Int(min(expectedSize ?? 0, Int64(BlobFormat.frameCapacity)))
      let larger = Scratch(min(max(needed, 2 * pendingCount, expected, 4096), BlobFormat.frameCapacity))
      if let pending { larger.bytes.copyMemory(from: UnsafeRawBufferPointer(rebasing: pending.bytes[..<pendingCount])) }
      pending = larger
    }
    if let pending {
      UnsafeMutableRawBufferPointer(rebasing: pending.bytes[pendingCount..<needed]).copyMemory(from: bytes)
    }
    pendingCount = needed
  }

  private mutating func takePending() throws(SystemError) {
    guard let pending, pendingCount > 0 else { return }
    let content = UnsafeRawBufferPointer(rebasing: pending.bytes[..<pendingCount])
    pendingCount = 0
    try take(content)
  }

  // MARK: Frames

  /// Encodes content; only the last call may bring anything but whole frames.
  private mutating func take(_ content: UnsafeRawBufferPointer) throws(SystemError) {
    contentSize += Int64(content.count)
    var rest = content
    while !rest.isEmpty && failure == nil {
      // One frame alone decides whether encoding is worth it.
      let most = BlobFormat.frameCapacity * (isFirstFrame ? 1 : FrameEncoder.batch)
      let count = min(rest.count, most)
      do throws(SystemError) { try takeBatch(UnsafeRawBufferPointer(rebasing: rest[..<count])) } catch {
        failure = error
      }
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
    if let failure { throw failure }
  }

  private mutating func takeBatch(_ content: UnsafeRawBufferPointer) throws(SystemError) {
    defer { isFirstFrame = false }
    if encoding == .raw {
      if knownDigest == nil { contentHasher.update(content) }
      if isFirstFrame { try reserve() }
      return try stored.append(content)
    }
    let encoder = FrameEncoder(encoding: encoding, level: level)
    let hashes = knownDigest == nil
    let frames = withUnsafeMutablePointer(to: &contentHasher) {
      encoder.encode(content, hashing: hashes ? $0 : nil)
    }
    if isFirstFrame && frames.map({ $0[0].bytes.count >= content.count }) ?? true {
      encoding = .raw
      try reserve()
      return try stored.append(content)
    }
    guard let frames else {
      // An encoder without memory in the middle of a blob: what is stored so far goes on as raw.
      try storeRaw()
      return try stored.append(content)
    }
    // The pointers into the frames do not keep them alive.
    defer { withExtendedLifetime(frames) {} }
    for frame in frames {
      storedHasher.update(frame.bytes)
      try stored.append(frame.bytes)
    }
  }

  /// Raw content of known size knows its place on disk; worth a call where several writes would extend the file.
  private mutating func reserve() throws(SystemError) {
    guard let expectedSize, expectedSize > Int64(BlobFormat.frameCapacity) else { return }
    try stored.reserve(expectedSize)
  }

  /// Replaces the frames that were stored by the content in them.
  private mutating func storeRaw() throws(SystemError) {
    // The name is needed again; the file stays readable without it.
    try stored.removeStagingName()
    var plain = StoredBytes(
      stored.tree, inlineLimit: stored.inlineLimit, stagingName: stored.stagingName, makeRoom: stored.makeRoom)
    do {
      var decoder = try StreamDecoder(encoding, contentSize: .max)
      try stored.forEachChunk { chunk in try decoder.decode(chunk) { try plain.append($0) } }
    } catch let error as SystemError {
      throw error
    } catch {
      // Frames that were encoded a moment ago do not decode: the bytes changed on their way through the disk.
      throw SystemError(.read, SystemError.lostBytes, path: stored.tree.blobs.path)
    }
    encoding = .raw
    stored = plain
  }
}
