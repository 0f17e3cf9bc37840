internal import LarderFormat
internal import LarderSystem

/// A place in the file system that a result is to appear at, in one step: until then it grows beside it.
struct Destination: Sendable {
  /// Where the result goes.
  let path: String
  /// Where it is drafted: in the same directory, so that it can be renamed.
  let draft: String
  private let directory: String
  private let name: String

  /// A symbolic link stays: the result goes to where it leads.
  ///
  /// - Throws: ``LarderError`` with the code `usage` for a path that no file can have, and for a link that leads nowhere.
  init(_ given: String, random: RandomSource = .system) throws(LarderError) {
    let path = try Self.followed(given)
    var trimmed = path[...]
    while trimmed.count > 1, trimmed.hasSuffix("/") { trimmed = trimmed.dropLast() }
    let slash = trimmed.lastIndex(of: "/")
    let name = String(slash.map { trimmed[trimmed.index(after: $0)...] } ?? trimmed)
    guard !name.isEmpty, name != ".", name != "..", !path.utf8.contains(0) else {
      throw LarderError(.usage, "'\(printable(path))' cannot be the name of a result. Name a file or a directory.")
    }
    directory = slash.map { $0 == trimmed.startIndex ? "/" : String(trimmed[..<$0]) } ?? "."
    self.name = name
    self.path = String(trimmed)
    // A name at its longest leaves no room for a suffix.
    draft = directory + "/.larder-" + String(random.next(), radix: 16)
  }

  private static func followed(_ path: String) throws(LarderError) -> String {
    guard let status = try? FileStatus(of: path), status.kind == .link else { return path }
    do throws(SystemError) { return try resolvedPath(path) } catch {
      throw LarderError(
        .usage, "'\(printable(path))' is a link that leads nowhere. Remove it, or name another place.", cause: error)
    }
  }

  /// A file in the directory that has no name until it is whole; nil where the file system has no such files. A process
  /// that is killed while it writes leaves nothing behind.
  func openUnnamed(mode: UInt32) throws(SystemError) -> Descriptor? {
    do throws(SystemError) { return try Descriptor(directory: directory).openUnnamed(mode: mode) } catch {
      if error.isUnsupported { return nil }
      throw error
    }
  }

  /// Gives an unnamed file the name of the draft.
  func name(_ file: borrowing Descriptor) throws(SystemError) {
    try Descriptor(directory: directory).link(file, as: draftName)
  }

  private var draftName: String { String(draft.dropFirst(directory.count + 1)) }

  /// Makes the directory that both are in.
  func makeParent() throws(SystemError) { try makeDirectories(directory) }

  /// Puts the draft in its place. A file replaces a file; a directory replaces a directory.
  func publish() throws(SystemError) {
    let parent = try Descriptor(directory: directory)
    let isTree = try parent.status(of: draftName).kind == .directory
    if isTree, let old = try? parent.status(of: name), old.kind == .directory {
      // A directory with something in it cannot be renamed over.
      do throws(SystemError) {
        try parent.exchange(draftName, name)
        return try parent.removeAll(draftName)
      } catch {
        guard error.isUnsupported else { throw error }
      }
      // Where names cannot change places, the old one steps aside first.
      let aside = draftName + ".old"
      try parent.rename(name, to: aside, in: parent)
      try parent.rename(draftName, to: name, in: parent)
      try parent.removeAll(aside)
    } else {
      try parent.rename(draftName, to: name, in: parent)
    }
  }

  /// Removes what a failure left of the draft.
  func discard() {
    guard let parent = try? Descriptor(directory: directory) else { return }
    try? parent.removeAll(draftName)
  }
}

extension Descriptor {
  /// Removes a file, or a directory with everything in it; links are removed, not followed.
  borrowing func removeAll(_ name: some PathBytes) throws(SystemError) {
    guard try status(of: name).kind == .directory else { return try remove(name) }
    let inner = try open(name, [.read, .directory, .noFollow])
    for child in try inner.names() { try inner.removeAll(child) }
    try removeDirectory(name)
  }
}
