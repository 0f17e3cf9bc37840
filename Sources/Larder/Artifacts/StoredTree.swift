internal import LarderBlobs
internal import LarderCrypto
package import LarderFormat
internal import LarderIndex
internal import LarderSystem

/// A tree that lies in the cache: its items, and the way to their bytes.
///
/// Whatever is damaged or gone shows as an error before the first byte of a file is handed out.
package struct StoredTree {
  private let store: ArtifactStore
  var random: RandomSource { store.random }
  private let children: [Digest: StoredBlob]
  /// In the order of their paths, each behind its parent.
  package let items: [TreeManifest.Item]

  init(_ store: ArtifactStore, _ blob: StoredBlob) throws {
    self.store = store
    var bytes: [UInt8] = []
    try store.stream(blob) { bytes.append(contentsOf: $0) }
    items = try TreeManifest(reading: bytes).items
    children = try Dictionary(
      store.index.children(of: blob.id).map { ($0.record.form.contentDigest, $0) },
      uniquingKeysWith: { first, _ in first })
  }

  /// The item at a path; nil where there is none.
  package func item(_ path: String) -> TreeManifest.Item? {
    let path = Array(path.utf8)
    return items.first { $0.path == path }
  }

  /// The items below a directory of the tree, with paths that begin there.
  package func items(below path: String) -> [TreeManifest.Item] {
    let prefix = Array(path.utf8) + [0x2F]
    return items.filter { $0.path.starts(with: prefix) }.map {
      TreeManifest.Item(path: Array($0.path.dropFirst(prefix.count)), kind: $0.kind)
    }
  }

  /// Hands out the content of a file in pieces; nothing of a path that is none.
  package func stream(_ path: String, into receive: (UnsafeRawBufferPointer) throws -> Void) throws {
    guard let item = item(path), case .file(let digest, let size, _) = item.kind else { return }
    try store.stream(child(digest, size), into: receive)
  }

  /// Puts an item in its place below a directory whose parents are there; what has its name already is an error.
  func write(_ item: TreeManifest.Item, as path: some PathBytes, below top: borrowing Descriptor) throws {
    switch item.kind {
    case .directory: try top.makeDirectory(path)
    case .link(let target): try top.makeLink(path, to: target)
    case .file(let digest, let size, let executable):
      let child = try child(digest, size)
      let file = try top.open(path, [.readWrite, .create, .exclusive, .noFollow], mode: executable ? 0o777 : 0o666)
      try store.fill(file, with: child)
    }
  }

  /// Writes the content of a file into an empty one.
  func fill(_ file: borrowing Descriptor, with digest: Digest, _ size: Int64) throws {
    try store.fill(file, with: child(digest, size))
  }

  /// Whether every file is there and is what it was, as far as the index tells.
  private func child(_ digest: Digest, _ size: Int64) throws -> StoredBlob {
    guard let child = children[digest], child.record.form.contentSize == size,
      store.sealer.verifies(child.record, child.seal)
    else { throw BlobReadError.missing }
    return child
  }
}

extension ArtifactStore {
  /// Writes the content of a blob into an empty file. Where the file system lets files share blocks, one that is stored as it is
  /// takes no space and next to no time.
  func fill(_ file: borrowing Descriptor, with blob: StoredBlob) throws {
    if case .file = blob.record.place, let name = blob.record.name, try tree.share(name, blob.record.form, into: file) {
      return
    }
    try stream(blob) { piece in
      try InterruptDelay.check()
      try file.writeAll(piece)
    }
  }

  /// Looks a tree up and lets `use` have it.
  ///
  /// - Parameters:
  ///   - key: The key.
  ///   - call: Which call it stands for.
  ///   - use: What is done with the tree. Where it gives a reason the lookup is a miss.
  /// - Returns: What `use` gave.
  /// - Throws: ``LarderError`` that `use` throws; damage that it meets makes a miss.
  package func tree<Value>(
    _ key: ArtifactKey, _ call: CallName, use: (StoredTree) throws -> TreeUse<Value>
  ) throws(LarderError) -> Finding<Value> {
    var failure: LarderError?
    var refusal: MissReason?
    let finding = try find(key, call) { (entry, blob) throws(BlobReadError) -> Value? in
      do {
        guard entry.record.representation == Representation.tree else { throw CodecError("it is no tree") }
        switch try use(StoredTree(self, blob)) {
        case .value(let value): return value
        case .refused(let reason): refusal = reason
        }
      } catch let error as LarderError { failure = error } catch let error as BlobReadError {
        throw error
      } catch let error as SystemError {
        throw .io(error)
      } catch let error as CodecError {
        throw .undecodable(error)
      } catch {
        throw .undecodable(CodecError("\(error)"))
      }
      return nil
    }
    if let failure { throw failure }
    switch finding {
    case .miss(let miss): return .miss(miss)
    case .hit(let entry, let value?): return .hit(entry, value)
    case .hit(let entry, nil):
      let removals: Int64
      do throws(IndexError) { removals = try index.removals() } catch { throw failed(error) }
      return .miss(Miss(reason: refusal ?? .undecodable, seen: entry.seal, removals: removals))
    }
  }
}

/// What somebody who looked at a stored tree could make of it.
package enum TreeUse<Value> {
  case value(Value)
  /// Nothing: it is not what the call asks for.
  case refused(MissReason)

  package func map<Result>(_ transform: (Value) throws -> Result) rethrows -> TreeUse<Result> {
    switch self {
    case .value(let value): .value(try transform(value))
    case .refused(let reason): .refused(reason)
    }
  }
}
