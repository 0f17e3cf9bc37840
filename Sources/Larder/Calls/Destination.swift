internal import LarderFormat
internal import LarderSystem

/// A place in the file system that a result is to appear at, in one step: until then it grows beside it.
struct Destination: Sendable {
  /// Where the result goes.
  let path: String
  /// Where a computation leaves it: in the same directory, so that it can be renamed.
  let draft: String
  let directory: String
  let name: String
  private let draftName: String
  let random: RandomSource

  /// A symbolic link stays where it is followed: the result goes to where it leads.
  ///
  /// - Throws: ``LarderError`` with the code `usage` for a path that no file can have, and for a link that leads nowhere.
  init(_ given: String, follow: Bool = true, random: RandomSource = .system) throws(LarderError) {
    let path = follow ? try Self.followed(given) : given
    var trimmed = path[...]
    while trimmed.count > 1, trimmed.hasSuffix("/") { trimmed = trimmed.dropLast() }
    let parts = PathParts(trimmed)
    let name = parts.name
    guard !name.isEmpty, name != ".", name != "..", !path.utf8.contains(0) else {
      throw LarderError(.usage, "'\(printable(path))' cannot be the name of a result. Name a file or a directory.")
    }
    directory = parts.directory
    self.name = name
    self.path = String(trimmed)
    // A name at its longest leaves no room for a suffix.
    self.random = random
    draftName = DraftName(random.next()).open
    draft = directory + "/" + draftName
  }

  private static func followed(_ path: String) throws(LarderError) -> String {
    guard let status = try? FileStatus(of: path), status.kind == .link else { return path }
    do throws(SystemError) { return try resolvedPath(path) } catch {
      throw LarderError(
        .usage, "'\(printable(path))' is a link that leads nowhere. Remove it, or name another place.", cause: error)
    }
  }

  /// Makes the directory that both are in.
  func makeParent() throws(SystemError) { try makeDirectories(directory) }

  /// Puts what a computation left in its place. A file replaces a file; a directory replaces a directory.
  func publish() throws(SystemError) { try publish(draftName, in: Descriptor(directory: directory)) }

  func publish(_ draft: String, in parent: borrowing Descriptor) throws(SystemError) {
    let isTree = try parent.status(of: draft).kind == .directory
    if isTree, let old = try? parent.status(of: name), old.kind == .directory {
      // A directory with something in it cannot be renamed over.
      do throws(SystemError) {
        try parent.exchange(draft, name)
        return try parent.removeAll(draft)
      } catch {
        guard error.isUnsupported else { throw error }
      }
      // Where names cannot change places, the old one steps aside first.
      let aside = draft + ".old"
      try parent.rename(name, to: aside, in: parent)
      try parent.rename(draft, to: name, in: parent)
      try parent.removeAll(aside)
    } else {
      try parent.rename(draft, to: name, in: parent)
    }
  }

  /// Removes what a computation left and nobody wants.
  func discard() { try? Descriptor(directory: directory).removeAll(draftName) }
}

extension Descriptor {
  /// Removes a file, or a directory with everything in it; links are removed, not followed. Somebody else may be removing
  /// the same.
  borrowing func removeAll(_ name: some PathBytes) throws(SystemError) {
    do throws(SystemError) {
      guard try status(of: name).kind == .directory else { return try remove(name) }
      let inner = try open(name, [.read, .directory, .noFollow])
      for child in try inner.names() { try inner.removeAll(child) }
      try removeDirectory(name)
    } catch {
      if !error.isMissing { throw error }
    }
  }
}
