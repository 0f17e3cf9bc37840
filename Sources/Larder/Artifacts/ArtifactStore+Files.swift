internal import LarderBlobs
internal import LarderCrypto
package import LarderFormat
package import LarderIndex
package import LarderSystem

// Artifacts that are files and trees: they pass through in pieces and are never in memory as a whole.
extension ArtifactStore {
  private static let chunkSize = 1 << 20

  /// Stores the content of an open file.
  package func put(
    contentsOf file: borrowing Descriptor, expectedSize: Int64?, _ draft: EntryDraft
  ) throws(LarderError) -> PutOutcome {
    try putting { () throws(LarderError) in
      let staged = try failing("store a file") { try stage(file, expectedSize: expectedSize, draft) }
      return try put(staged, draft)
    }
  }

  /// Stores a regular file or a whole directory, and gives the entry the representation that fits.
  package func put(path: String, _ given: EntryDraft) throws(LarderError) -> PutOutcome {
    var draft = given
    let file = try Self.open(path)
    let status = try failing("store a file") { try file.status() }
    switch status.kind {
    case .directory:
      draft.representation = Representation.tree
      let parts = { try TreePart.all(of: path) }
      return try makingRoom(for: Self.size(of: try? parts())) { [draft] () throws(LarderError) in
        try putTree(of: parts, "store the tree '\(printable(path))'", draft)
      }
    case .file:
      draft.representation = status.isExecutable ? Representation.executable : Representation.file
      var isAgain = false
      return try makingRoom(for: status.size) { [draft] () throws(LarderError) in
        if isAgain { try failing("store a file") { try file.seek(to: 0) } }
        isAgain = true
        return try put(contentsOf: file, expectedSize: status.size, draft)
      }
    default:
      throw LarderError(
        .usage, "'\(printable(path))' is no file and no directory. Pass its content through a pipe instead.")
    }
  }

  /// Stores a tree of parts that lie in several places.
  package func put(_ parts: [TreePart], _ given: EntryDraft) throws(LarderError) -> PutOutcome {
    var draft = given
    draft.representation = Representation.tree
    return try makingRoom(for: Self.size(of: parts)) { [draft] () throws(LarderError) in
      try putTree(of: { parts }, "store the result of '\(printable(draft.call.function))'", draft)
    }
  }

  /// The largest size there is for parts that cannot be read.
  private static func size(of parts: [TreePart]?) -> Int64 {
    guard let parts else { return .max }
    return parts.reduce(into: 0) { sum, part in sum.addClamping(part.size) }
  }

  private static func open(_ path: String) throws(LarderError) -> Descriptor {
    do throws(SystemError) { return try Descriptor(path, [.read, .nonBlocking]) } catch {
      let isWrongPath = error.isMissing || error.isRefused || error.isUnsupported
      throw LarderError(isWrongPath ? .usage : .io, "Cannot read '\(printable(path))': \(error.reason).", cause: error)
    }
  }

  func stage(
    _ file: borrowing Descriptor, expectedSize: Int64?, _ draft: EntryDraft
  ) throws -> StagedBlob {
    var writer = try writer(encoding: draft.encoding, expectedSize: expectedSize)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.chunkSize, alignment: 4096)
    defer { buffer.deallocate() }
    while true {
      try InterruptDelay.check()
      let count = try file.readAll(into: buffer)
      try writer.write(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      if count < buffer.count { return try writer.finish() }
    }
  }

  /// Streams the content of an entry's blob; nothing is handed over before the stored digest was checked.
  package func stream(
    _ entry: StoredEntry, into receive: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    guard let blob = entry.blob else { throw BlobReadError.missing }
    try stream(blob, into: receive)
  }

  func stream(_ blob: StoredBlob, into receive: (UnsafeRawBufferPointer) throws -> Void) throws {
    switch blob.record.place {
    case .inline(let stored):
      let content = try BlobTree.decode(inline: stored, blob.record.form)
      try content.withUnsafeBytes { try receive($0) }
    case .file:
      guard let name = blob.record.name else { throw BlobReadError.missing }
      try tree.stream(name, blob.record.form, into: receive)
    }
  }
}
