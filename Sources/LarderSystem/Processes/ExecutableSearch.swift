#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Which file a command's first word runs.
package enum ExecutableSearch {
  package enum Failure: Error, Hashable, Sendable {
    /// There is no such file.
    case missing
    /// There is one, and it may not be run.
    case notExecutable(path: String)
  }

  /// Where commands are looked for without a PATH, as by the C library.
  private static let standardPath = "/bin:/usr/bin"

  /// The path of a command: the word itself where it holds a slash, else the first file of that name in the directories of
  /// `PATH` that may be run.
  package static func path(of word: String, in searchPath: String?) throws(Failure) -> String {
    if word.isEmpty { throw .missing }
    if word.contains("/") {
      guard let isExecutable = isExecutable(word) else { throw .missing }
      if !isExecutable { throw .notExecutable(path: word) }
      return word
    }
    var refused: String?
    let directories = (searchPath ?? standardPath).split(separator: ":", omittingEmptySubsequences: false)
    for directory in directories {
      // An empty one is the working directory.
      let path = directory.isEmpty ? "./\(word)" : "\(directory)/\(word)"
      switch isExecutable(path) {
      case true?: return path
      case false?: refused = refused ?? path
      case nil: continue
      }
    }
    if let refused { throw .notExecutable(path: refused) }
    throw .missing
  }

  /// Nil where there is nothing.
  private static func isExecutable(_ path: String) -> Bool? {
    guard let status = try? FileStatus(following: path) else { return nil }
    return status.kind == .file && access(path, X_OK) == 0
  }
}
