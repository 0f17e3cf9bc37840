package import LarderCrypto

/// Where the key of a call gets from what only the machine knows: contents of files, and the pepper of secrets.
package protocol InputResolver {
  /// The identity of a regular file's content.
  func file(_ path: String) throws -> FileIdentity
  /// Everything in a directory, in any order, without the directory itself.
  func tree(_ path: String) throws -> [TreeItem]
  /// The bytes that secrets are hashed with; an error when there are none.
  func pepper() throws -> [UInt8]
}

/// What the key takes from a file: no path, no times.
package struct FileIdentity: Hashable, Sendable {
  package var size: UInt64
  package var isExecutable: Bool
  package var digest: Digest

  package init(size: UInt64, isExecutable: Bool, digest: Digest) {
    self.size = size
    self.isExecutable = isExecutable
    self.digest = digest
  }
}

/// One thing in a directory that is an argument.
package struct TreeItem: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case file(FileIdentity)
    case directory
    /// A symbolic link and what it says, which is not followed.
    case link(target: [UInt8])
  }

  /// The path within the directory, in raw bytes: names need not be UTF-8.
  package var path: [UInt8]
  package var kind: Kind

  package init(path: [UInt8], kind: Kind) {
    self.path = path
    self.kind = kind
  }

  package init(path: String, kind: Kind) { self.init(path: Array(path.utf8), kind: kind) }
}
