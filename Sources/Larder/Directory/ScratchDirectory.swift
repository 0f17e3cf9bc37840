internal import LarderFormat
internal import LarderSystem

/// Lends a directory of its own on the file system of a cache: beside it, or where another file system begins at the cache
/// or nothing may be made beside it, in it. It is gone at the end; one that a killed process left is taken away by the next.
///
/// - Parameters:
///   - cache: The directory of a cache; it need not be there.
///   - body: Is called with the path.
/// - Returns: What `body` returned.
/// - Throws: What `body` throws; ``LarderError`` with the code `io` where there can be no such directory.
package func withScratchDirectory<Result>(near cache: String, _ body: (String) throws -> Result) throws -> Result {
  do { return try scratchDirectory(near: cache, body) } catch let error as NoScratch {
    throw LarderError.scratch(cache, error.cause)
  }
}

private func scratchDirectory<Result>(near cache: String, _ body: (String) throws -> Result) throws -> Result {
  var place = cache
  while place.count > 1, place.hasSuffix("/") { place.removeLast() }
  guard let status = try? FileStatus(following: place), status.kind == .directory else {
    // Nothing to be beside: the nearest directory that is there is where a cache would be made.
    let parent = PathParts(place).directory
    guard (try? FileStatus(following: parent)) == nil, parent != place else {
      return try Destination(place).withScratch(body)
    }
    return try scratchDirectory(near: parent, body)
  }
  let beside = try? Destination(place)
  if let beside, let parent = try? FileStatus(following: beside.directory), parent.device == status.device {
    do { return try beside.withScratch(body) } catch let error as NoScratch {
      guard error.cause.isRefused || error.cause.isReadOnly else { throw error }
    }
  }
  return try Destination(place + "/selftest").withScratch(body)
}

extension LarderError {
  fileprivate static func scratch(_ cache: String, _ error: SystemError) -> LarderError {
    let remedy =
      error.isFileLimit || error.isShortage
      ? error.remedy : (error.isFullDisk ? "Free some space there, or choose" : "Choose") + " another place with --dir."
    return LarderError(
      .io,
      "Cannot make a directory for trying things out, neither beside '\(printable(cache))' nor in it: \(error.reason). "
        + remedy, cause: error)
  }
}

/// That a directory could not be made, and not what was done in it, is what failed.
struct NoScratch: Error { let cause: SystemError }
