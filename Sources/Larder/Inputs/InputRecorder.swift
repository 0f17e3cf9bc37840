internal import LarderFormat
internal import LarderSystem

/// Gives the key of one call what only the machine knows, and remembers what it looked at.
final class InputRecorder: InputResolver {
  private let digests: FileDigests
  private(set) var snapshot = InputSnapshot()

  init(_ digests: FileDigests) { self.digests = digests }

  func file(_ path: String) throws -> FileIdentity {
    let (status, identity) = try digests.identity(of: path)
    snapshot.files.append((path, status))
    return identity
  }

  func tree(_ path: String) throws -> [TreeItem] {
    let found = try TreeWalk.items(of: path)
    return try found.map { item in
      switch item.kind {
      case .directory: return TreeItem(path: item.path, kind: .directory)
      case .link(let target): return TreeItem(path: item.path, kind: .link(target: target))
      case .file:
        let full = path + "/" + String(decoding: item.path, as: UTF8.self)
        guard Array(full.utf8).count == path.utf8.count + 1 + item.path.count else {
          throw LarderError(
            .argument,
            "Cannot read '\(printable(full))' in the tree '\(printable(path))': its name is not UTF-8. Rename it.")
        }
        let (status, identity) = try digests.identity(of: full)
        snapshot.files.append((full, status))
        return TreeItem(path: item.path, kind: .file(identity))
      }
    }
  }

  func pepper() throws -> [UInt8] { try Pepper.load(digests.environment) }
}

/// The input files of a call as they were when they were hashed.
struct InputSnapshot: Sendable {
  var files: [(path: String, status: FileStatus)] = []

  /// Whether every file is still what it was: same file, size and times.
  func areUnchanged() -> Bool {
    files.allSatisfy { file in
      (try? FileStatus(following: file.path)).map { $0.isSameContent(as: file.status) } ?? false
    }
  }
}

extension FileStatus {
  /// Whether nothing says that the content changed since `other`.
  func isSameContent(as other: FileStatus) -> Bool {
    device == other.device && inode == other.inode && size == other.size && modified == other.modified
      && changed == other.changed
  }
}
