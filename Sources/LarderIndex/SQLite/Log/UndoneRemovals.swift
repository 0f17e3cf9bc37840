internal import LarderCrypto
internal import LarderFormat
internal import LarderSystem

/// The removals that damage in the log has undone, in a file beside the index from before the first write, which begins to
/// overwrite what else tells of them, until they are done again.
///
/// A line for each: the key, the time in nanoseconds since 1970, and the reason. A file that was cut off in the middle of a
/// line stands beside a log that nobody has written to.
package enum UndoneRemovals {
  package static func path(of index: String) -> String { index + ".undone" }

  /// What is noted; nil where nothing is.
  static func noted(beside index: String) throws(IndexError) -> RemovalTraces? {
    do throws(SystemError) {
      guard let file = try Descriptor.forReading(ifThere: path(of: index)), try file.status().kind == .file,
        let bytes = try askingAgain({ () throws(SystemError) in try file.contents(limit: longest) })
      else { return nil }
      var removals = RemovalTraces()
      for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
        let parts = line.split(separator: " ", maxSplits: 2)
        guard parts.count == 3, let digest = Digest(hex: String(parts[0])), let time = Int64(parts[1]) else { continue }
        removals.note(ArtifactKey(digest), at: time, MissReason(rawValue: String(parts[2])))
      }
      return removals
    } catch { throw failed(error, "read", index) }
  }

  /// Larger than what a log of the size that logs have can tell of.
  private static let longest = 64 << 20

  /// Notes removals durably. On a full disk nothing is noted: the log has space of its own, so that what is to be done can
  /// be done all the same.
  static func note(_ removals: [(key: ArtifactKey, removal: RemovalTraces.Removal)], beside index: String)
    throws(IndexError)
  {
    let lines = removals.map { "\($0.key) \($0.removal.time) \($0.removal.reason)\n" }
    do throws(SystemError) {
      let file = try Descriptor(path(of: index), [.writeOnly, .create, .truncate, .noFollow])
      try file.writeAll(Array(lines.joined().utf8))
      try file.sync()
      try Descriptor(directory: PathParts(index).directory).sync()
    } catch {
      if error.isFullDisk { return }
      throw failed(error, "write", index)
    }
  }

  /// Forgets them: they are done.
  static func forget(beside index: String) {
    let place = PathParts(path(of: index))
    try? Descriptor(directory: place.directory).remove(place.name)
  }

  private static func failed(_ error: SystemError, _ action: String, _ index: String) -> IndexError {
    .failed("Cannot \(action) '\(path(of: index))'", error)
  }
}
