internal import LarderBlobs
package import LarderFormat
package import LarderIndex
internal import LarderSystem

// Artifacts as they come and go through pipes and files, for callers that know no type.
extension ArtifactStore {
  /// The keys that begin with these digits, at most `limit`.
  package func keys(beginningWith digits: String, limit: Int) throws(LarderError) -> [ArtifactKey] {
    do throws(IndexError) { return try index.keys(withPrefix: digits, limit: limit) } catch { throw failed(error) }
  }

  /// Refuses a directory that cannot be stored as a tree, before anything is done to store it.
  ///
  /// - Throws: ``LarderError`` with the code `argument`.
  package static func checkTree(_ path: String) throws { _ = try TreeWalk.items(of: path) }

  /// Stores bytes that come in pieces, until there are none, in memory that does not grow with them.
  ///
  /// - Parameters:
  ///   - draft: The entry.
  ///   - read: Fills the buffer, and says with how many bytes; 0 at the end.
  ///   - check: Called when everything has been read; nothing is stored if it throws.
  /// - Returns: What became of it.
  /// - Throws: What the cache, `read` and `check` fail with.
  package func put(
    _ draft: EntryDraft, reading read: (UnsafeMutableRawBufferPointer) throws(LarderError) -> Int,
    beforeCommit check: () throws(LarderError) -> Void
  ) throws(LarderError) -> PutOutcome {
    try putting { () throws(LarderError) in
      // Before anything is read, which could not be read again: on a full disk even this takes room.
      _ = try makingRoom(for: 1) { () throws(LarderError) in try failing("store an artifact") { try openSession() } }
      let staged = try failing("store an artifact") {
        var writer = try writer(encoding: draft.encoding, expectedSize: nil)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 4096)
        defer { buffer.deallocate() }
        while true {
          let count = try read(buffer)
          if count == 0 { return try writer.finish() }
          try writer.write(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
      }
      try check()
      return try put(staged, draft)
    }
  }

  /// Hands out the content of an artifact in pieces, the first when its stored digest was checked.
  ///
  /// - Parameters:
  ///   - key: The key.
  ///   - call: Which call it stands for.
  ///   - begin: Called with the entry before the first piece.
  ///   - receive: Called with each piece.
  /// - Returns: The entry, or why nothing was handed out.
  /// - Throws: ``LarderError``, with the code `damaged` when the bytes changed after they were checked, so that what was
  ///   handed out has to be thrown away; and what `begin` and `receive` throw.
  package func stream(
    _ key: ArtifactKey, _ call: CallName, begin: (StoredEntry) throws -> Void,
    into receive: (UnsafeRawBufferPointer) throws -> Void
  ) throws -> Finding<Void> {
    var failure: (any Error)?
    var isBegun = false
    let finding = try find(key, call) { (entry, blob) throws(BlobReadError) in
      do {
        try begin(entry)
        try self.stream(blob) { piece in
          isBegun = true
          do { try receive(piece) } catch {
            failure = error
            throw error
          }
        }
      } catch let error as BlobReadError where failure == nil && !isBegun {
        throw error
      } catch {
        // A second look could not take back what is out already.
        failure = failure ?? Self.interrupted(error)
      }
    }
    if let failure { throw failure }
    return finding
  }

  private static func interrupted(_ error: any Error) -> any Error {
    guard let error = error as? BlobReadError else { return error }
    return LarderError(
      .damaged, "The artifact changed while it was read, and what was written of it is not whole. Get it again.",
      cause: error)
  }

  /// Writes an artifact to a file or, if it is a tree, to a directory, whole or not at all.
  ///
  /// - Returns: The entry, or why nothing was written.
  /// - Throws: ``LarderError`` when the place cannot be written.
  package func export(_ key: ArtifactKey, _ call: CallName, to path: String) throws(LarderError) -> Finding<Void> {
    var failure: LarderError?
    let finding = try find(key, call) { (entry, _) throws(BlobReadError) in
      do { try self.export(entry, to: path) } catch let error as LarderError { failure = error } catch let error
        as BlobReadError
      {
        throw error
      } catch let error as SystemError {
        failure = .writing(path, error)
      } catch {
        throw .undecodable(CodecError("\(error)"))
      }
    }
    if let failure { throw failure }
    return finding
  }
}
