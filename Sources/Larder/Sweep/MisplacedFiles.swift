internal import LarderBlobs
internal import LarderFormat
internal import LarderSystem

/// Files of blobs that somebody moved to another shard: what is missing in one place may lie in the other.
///
/// All shards are listed the first time that a file is missing, and never when none is.
final class MisplacedFiles: Sendable {
  private struct State {
    var files: [BlobName: TreeFile]?
    var told: Set<BlobName> = []
  }

  private let tree: BlobTree
  private let state = Locked(State())

  init(_ tree: BlobTree) { self.tree = tree }

  /// The file of a missing blob, wherever it lies.
  func find(_ name: BlobName) throws(SystemError) -> TreeFile? {
    try state.withLock { (state) throws(SystemError) in
      if let files = state.files { return files[name] }
      var files: [BlobName: TreeFile] = [:]
      for shard in BlobTree.shards {
        // One that may not be read is told of as such.
        do throws(SystemError) {
          for file in try tree.files(inShard: shard) where file.blob == nil {
            if let name = file.name { files[name] = file }
          }
        } catch { if !error.isRefused { throw error } }
      }
      state.files = files
      return files[name]
    }
  }

  /// Whether a blob's file has yet to be told of; it is looked at from where it lies and from where it is missing.
  func isNew(_ name: BlobName) -> Bool { state.withLock { $0.told.insert(name).inserted } }
}
