/// The directory that something is in, and its name there.
package struct PathParts: Hashable, Sendable {
  package let directory: String
  package let name: String

  /// - Parameter path: A path without a slash at its end.
  package init(_ path: some StringProtocol) {
    guard let slash = path.lastIndex(of: "/") else {
      directory = "."
      name = String(path)
      return
    }
    directory = slash == path.startIndex ? "/" : String(path[..<slash])
    name = String(path[path.index(after: slash)...])
  }
}
