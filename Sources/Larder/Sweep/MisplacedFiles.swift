internal import LarderBlobs
internal import LarderFormat
internal import LarderSystem

/// Files of blobs that somebody moved to another shard: what is missing in one place may lie in the other.
///
/// All shards are listed the first time that a file is missing, and never when none is.
final class MisplacedFiles: Sendable {
  private struct State {
    var listed: Listed?
    var told: Set<BlobName> = []
  }

  private struct Listed {
    var files: [BlobName: TreeFile] = [:]
    var unlisted: [String] = []
  }

  enum Finding {
    case found(TreeFile)
    /// It is nowhere.
    case nowhere
    /// It is nowhere where one can look, and one cannot look everywhere: the first of those shards.
    case unknown(shard: String)
  }

  private let tree: BlobTree
  private let state = Locked(State())

  init(_ tree: BlobTree) { self.tree = tree }

  /// The file of a missing blob, wherever it lies.
  func find(_ name: BlobName) throws(SystemError) -> Finding {
    try state.withLock { (state) throws(SystemError) in
      let listed: Listed
      if let known = state.listed { listed = known } else { listed = try list() }
      state.listed = listed
      if let file = listed.files[name] { return .found(file) }
      return listed.unlisted.first.map { .unknown(shard: $0) } ?? .nowhere
    }
  }

  private func list() throws(SystemError) -> Listed {
    var listed = Listed()
    for shard in BlobTree.shards {
      do throws(SystemError) {
        for file in try tree.files(inShard: shard) where file.blob == nil {
          if let name = file.name { listed.files[name] = file }
        }
      } catch {
        // It is told of as such.
        guard error.concernsPlace else { throw error }
        if tree.mayHoldFiles(shard) { listed.unlisted.append(shard) }
      }
    }
    return listed
  }

  /// Whether a blob's file has yet to be told of; it is looked at from where it lies and from where it is missing.
  func isNew(_ name: BlobName) -> Bool { state.withLock { $0.told.insert(name).inserted } }
}
