internal import LarderFormat
internal import LarderSystem

/// Gives the key of one call what only the machine knows, and remembers what it looked at.
final class InputRecorder: InputResolver {
  private let digests: FileDigests
  private(set) var snapshot: InputSnapshot

  init(_ digests: FileDigests) {
    self.digests = digests
    snapshot = InputSnapshot(digests: digests)
  }

  func file(_ path: String) throws -> FileIdentity {
    try record(path)
  }

  private func record(_ path: String) throws -> FileIdentity {
    let (status, identity) = try digests.identity(of: path)
    snapshot.files.append(.init(path: path, status: status, identity: identity, isAtRest: digests.isAtRest(status)))
    return identity
  }

  func tree(_ path: String) throws -> [TreeItem] {
    let found = try TreeWalk.items(of: path)
    snapshot.trees.append((path, found.map(\.shape)))
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
        return TreeItem(path: item.path, kind: .file(try record(full)))
      }
    }
  }

  func pepper() throws -> [UInt8] { try Pepper.load(digests.environment) }
}

/// The inputs of a call as they were when they were read.
struct InputSnapshot: Sendable {
  struct File: Sendable {
    var path: String
    var status: FileStatus
    var identity: FileIdentity
    /// Whether its times were old enough to show every later change.
    var isAtRest: Bool
  }

  let digests: FileDigests
  var files: [File] = []
  /// Trees, and what they consisted of.
  var trees: [(path: String, shapes: [TreeWalk.Shape])] = []

  /// Whether everything is still what it was.
  ///
  /// A file that was young when it was read is read again: on many file systems its times move in steps of
  /// milliseconds or more, and a change within one step does not show.
  func areUnchanged() -> Bool { firstChanged == nil }

  /// The path of an input that is not what it was; nil where all are.
  var firstChanged: String? {
    files.first { !isUnchanged($0) }?.path
      ?? trees.first { tree in (try? TreeWalk.items(of: tree.path).map(\.shape)) != tree.shapes }?.path
  }

  private func isUnchanged(_ file: File) -> Bool {
    guard let status = try? FileStatus(following: file.path), status.isSameContent(as: file.status) else {
      return false
    }
    return file.isAtRest || (try? digests.identity(of: file.path).1) == file.identity
  }
}

extension FileStatus {
  /// Whether nothing says that the content changed since `other`.
  func isSameContent(as other: FileStatus) -> Bool {
    device == other.device && inode == other.inode && size == other.size && modified == other.modified
      && changed == other.changed
  }
}
