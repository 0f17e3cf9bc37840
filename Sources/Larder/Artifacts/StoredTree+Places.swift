internal import LarderCrypto
internal import LarderFormat
internal import LarderSystem

// How parts of a tree come to places outside the cache.
extension StoredTree {
  /// Puts an item, with everything below it, in its place.
  ///
  /// A file or a link takes the place of a file in one step. So does a directory, if nothing that is there would be lost; else
  /// its files take their places one by one, and what else is there stays.
  ///
  /// - Parameters:
  ///   - path: The item's path in the tree.
  ///   - destination: Where it goes; missing directories are made.
  /// - Throws: ``LarderError`` where something of another kind is in the way, and where the place cannot be written.
  package func place(_ path: String, at destination: String) throws {
    guard let item = item(path) else { return }
    try writing(to: destination) {
      let isLink = if case .link = item.kind { true } else { false }
      let place = try Destination(destination, follow: !isLink, random: random)
      try place.makeParent()
      place.removeAbandoned()
      guard case .directory = item.kind else { return try put(item, at: place) }
      let items = items(below: path)
      if try Self.holdsOnly(items, place.path) {
        try place.placeTree { top in for item in items { try write(item, as: item.path, below: top) } }
      } else {
        for item in items { try merge(item, into: place.path) }
      }
    }
  }

  /// Puts a file or a link in its place.
  private func put(_ item: TreeManifest.Item, at place: Destination) throws {
    if let there = try? FileStatus(of: place.path), there.kind != .file, there.kind != .link {
      throw LarderError(
        .usage,
        "'\(printable(place.path))' is \(there.kind == .directory ? "a directory" : "no regular file"), and the result is a "
          + "file. Remove it, or name another place.")
    }
    switch item.kind {
    case .file(let digest, let size, let executable):
      try place.placeFile(mode: executable ? 0o777 : 0o666) { file in try fill(file, with: digest, size) }
    case .link(let target): try place.placeLink(to: target)
    case .directory: break
    }
  }

  private func merge(_ item: TreeManifest.Item, into directory: String) throws {
    guard let name = String(validating: item.path, as: UTF8.self) else {
      throw LarderError(
        .usage,
        "'\(printable(directory))' holds files that are not of the result, which has a name that is not UTF-8. Empty it."
      )
    }
    let path = directory + "/" + name
    guard case .directory = item.kind else {
      return try put(item, at: Destination(path, follow: false, random: random))
    }
    let there = try? FileStatus(of: path)
    if let there, there.kind != .directory {
      throw LarderError(
        .usage, "'\(printable(path))' is no directory, and the result has a directory of that name. Remove it.")
    }
    if there == nil { try makeDirectories(path) }
  }

  /// Whether everything in a directory, if it is there, has a namesake of its kind among the items.
  private static func holdsOnly(_ items: [TreeManifest.Item], _ path: String) throws -> Bool {
    guard let status = try? FileStatus(of: path) else { return true }
    guard status.kind == .directory else {
      throw LarderError(
        .usage, "'\(printable(path))' is no directory, and the result is one. Remove it, or name another place.")
    }
    guard let there = try? TreeWalk.items(of: path) else { return false }
    var isDirectory: [[UInt8]: Bool] = [:]
    for item in items {
      if case .directory = item.kind { isDirectory[item.path] = true } else { isDirectory[item.path] = false }
    }
    return there.allSatisfy { item in
      if case .directory = item.kind { isDirectory[item.path] == true } else { isDirectory[item.path] == false }
    }
  }

  private func writing(to path: String, _ body: () throws -> Void) throws {
    do { try body() } catch let error as SystemError { throw LarderError.writing(path, error) }
  }
}
