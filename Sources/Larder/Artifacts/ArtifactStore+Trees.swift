internal import LarderBlobs
internal import LarderCrypto
internal import LarderFormat
internal import LarderIndex
internal import LarderSystem

extension ArtifactStore {
  /// Stores a tree of parts: each file as a blob, then the manifest and the entry in one transaction.
  ///
  /// A commit that is refused because a file's blob was removed meanwhile starts over with reading the parts.
  func putTree(
    of parts: () throws -> [TreePart], _ action: @autoclosure () -> String, _ draft: EntryDraft
  ) throws(LarderError) -> PutOutcome {
    try failing(action()) {
      try putting { try InterruptDelay.during { try putTreeInRounds(parts, draft) } }
    }
  }

  private func putTreeInRounds(_ parts: () throws -> [TreePart], _ draft: EntryDraft) throws -> PutOutcome {
    var rounds = PutRounds(self, draft)
    while let session = try rounds.next() {
      var files = TreeFiles()
      let commit: EntryCommit
      do {
        let manifest = try TreeManifest(
          parts().map { part in
            TreeManifest.Item(path: part.path, kind: try place(part, draft, session, &files, own: rounds.isLast))
          })
        commit = try self.commit(of: manifest, &files, draft, session, own: rounds.isLast)
      } catch {
        files.sources.values.forEach(withdraw)
        throw error
      }
      if let outcome = try rounds.commit(commit, placedBytes: files.placedBytes) { return outcome }
    }
    return try rounds.end()
  }

  /// The blobs of a tree under way: one for each content.
  private struct TreeFiles {
    var sources: [Digest: EntryCommit.BlobSource] = [:]
    var placedBytes: Int64 = 0
  }

  private func place(
    _ part: TreePart, _ draft: EntryDraft, _ session: SessionID, _ files: inout TreeFiles, own: Bool
  ) throws -> TreeManifest.Item.Kind {
    try InterruptDelay.check()
    let staged: StagedBlob
    let isExecutable: Bool
    switch part.content {
    case .directory: return .directory
    case .link(let target): return .link(target: target)
    case .file(let path, let status):
      let file = try Descriptor(path, [.read, .noFollow, .nonBlocking])
      staged = try stage(file, expectedSize: status.size, draft)
      isExecutable = status.isExecutable
    case .bytes(let bytes):
      var writer = try writer(encoding: draft.encoding, expectedSize: Int64(bytes.count))
      try bytes.withUnsafeBytes { try writer.write($0) }
      staged = try writer.finish()
      isExecutable = false
    case .open(let file, let size):
      try file.descriptor.seek(to: 0)
      staged = try stage(file.descriptor, expectedSize: size, draft)
      isExecutable = false
    }
    let form = (digest: staged.form.contentDigest, size: staged.form.contentSize)
    if files.sources[form.digest] == nil {
      var blob = PendingBlob(staged: staged)
      files.sources[form.digest] = try source(&blob, draft, session, own: own)
      files.placedBytes += blob.placedBytes
      try refuseTooLarge(files.placedBytes)
    }
    return .file(digest: form.digest, size: form.size, executable: isExecutable)
  }

  private func commit(
    of manifest: TreeManifest, _ files: inout TreeFiles, _ draft: EntryDraft, _ session: SessionID, own: Bool
  ) throws -> EntryCommit {
    try manifest.bytes.withUnsafeBytes { content in
      var blob = PendingBlob(content: content, digest: SHA256.hash(content))
      let source = try self.source(&blob, draft, session, own: own)
      files.placedBytes += blob.placedBytes
      let entry = record(draft, blob.digest, size: manifest.contentSize)
      return EntryCommit(
        session: session, entry: entry, seal: sealer.seal(entry), blob: source,
        children: Array(files.sources.values), mode: draft.mode, removalsSeen: draft.removalsSeen)
    }
  }
}
