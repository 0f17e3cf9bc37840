package import LarderSystem

// The directory `quarantine`: what a repair moved aside. Beside each file lies `<its name>.json`, which says where it
// was, why it was moved, and when.
extension BlobTree {
  package static let quarantineName = "quarantine"

  /// Makes sure that there is a quarantine: before rows are condemned whose files are to be moved into it.
  package func prepareQuarantine() throws(SystemError) { _ = try BlobTree.openQuarantine(in: cache) }

  /// Whether there is a quarantine, or one can be made: before a long search for what would go there.
  ///
  /// - Throws: `SystemError` where something else has its name.
  package func checkQuarantine() throws(SystemError) {
    if try cache.holds(BlobTree.quarantineName) { try prepareQuarantine() }
  }

  /// Opens the quarantine of a cache; makes it where there is none.
  package static func openQuarantine(in cache: borrowing Descriptor) throws(SystemError) -> Descriptor {
    try ensure(quarantineName, in: cache)
    return try cache.open(quarantineName, [.read, .directory, .noFollow])
  }

  /// Moves a file into the quarantine. A directory, a link or a pipe in its place is somebody else's and stays.
  ///
  /// - Parameters:
  ///   - path: The file, relative to the directory of the cache.
  ///   - reason: Why, for people.
  ///   - time: Now.
  /// - Returns: Whether it was there.
  /// - Throws: What the system refuses; then the file is where it was.
  @discardableResult
  package func quarantine(_ path: String, reason: String, at time: Timestamp) throws(SystemError) -> Bool {
    let quarantine = try BlobTree.openQuarantine(in: cache)
    guard try cache.status(ifThere: path)?.kind == .file else { return false }
    return try BlobTree.moveAside(path, of: cache, to: quarantine, reason, time) != nil
  }

  /// Moves whatever has a path into the quarantine, under a name that is free there.
  ///
  /// - Returns: That name; nil if nothing was there.
  /// - Throws: What the system refuses; then it is where it was.
  package static func moveAside(
    _ path: String, of cache: borrowing Descriptor, to quarantine: borrowing Descriptor, _ reason: String,
    _ time: Timestamp
  ) throws(SystemError) -> String? {
    let name = String(path[(path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex)...])
    var place = name
    var copies = 1
    while true {
      do throws(SystemError) {
        try cache.renameExclusively(path, to: place, in: quarantine)
        break
      } catch {
        if error.isMissing { return nil }
        if error.isUnsupported {
          // Without a rename that refuses to replace. Whoever else moves something here holds the lock of maintenance, or
          // moves a blob, and their names are used once.
          while try quarantine.holds(place) {
            copies += 1
            place = "\(name).\(copies)"
          }
          try cache.rename(path, to: place, in: quarantine)
          break
        }
        guard error.exists else { throw error }
        copies += 1
        place = "\(name).\(copies)"
      }
    }
    // The file is where it should be; on a full disk it stays there without an explanation.
    try? explain(place, in: quarantine, from: path, reason, time)
    return place
  }

  /// The bytes on disk of what is in the quarantine.
  package func quarantinedBytes() throws(SystemError) -> Int64 {
    do throws(SystemError) {
      let quarantine = try cache.open(Self.quarantineName, [.read, .directory, .noFollow])
      return try BlobTree.list(quarantine) { _, status in status.size }.reduce(0, +)
    } catch {
      if error.isMissing { return 0 }
      throw error
    }
  }

  /// Deletes what is in the quarantine, and returns its bytes.
  package func emptyQuarantine() throws(SystemError) -> Int64 {
    let quarantine: Descriptor
    do throws(SystemError) { quarantine = try cache.open(Self.quarantineName, [.read, .directory, .noFollow]) } catch {
      if error.isMissing { return 0 }
      throw error
    }
    var bytes: Int64 = 0
    let files = try BlobTree.list(quarantine) { name, status in (name, status) }
    for (name, status) in files where status.kind == .file {
      try quarantine.remove(name)
      bytes += status.size
    }
    return bytes
  }

  /// Says beside a file in the quarantine where it was and why it was moved.
  package static func explain(
    _ name: String, in quarantine: borrowing Descriptor, from path: String, _ reason: String, _ time: Timestamp
  ) throws(SystemError) {
    let file = try quarantine.open(name + ".json", [.readWrite, .create, .truncate, .noFollow])
    let fields = [("moved_from", path), ("reason", reason), ("moved", time.rfc3339)]
    let text = fields.map { "  \"\($0)\": \"\(escaped($1))\"" }.joined(separator: ",\n")
    try file.writeAll(Array("{\n\(text)\n}\n".utf8))
  }

  private static func escaped(_ text: String) -> String {
    printable(text).reduce(into: "") { $0 += $1 == "\"" || $1 == "\\" ? "\\\($1)" : String($1) }
  }
}
