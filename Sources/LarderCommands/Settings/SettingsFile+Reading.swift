internal import LarderSystem

extension SettingsFile {
  /// The most bytes that settings have; what is longer is something else.
  private static let limit = 64 << 10

  /// The bytes of the file; nil where there is none.
  ///
  /// - Throws: status 78 for what is no file that can be read, and for a file that others than the trusted owners can
  /// change.
  func bytes(_ owners: TrustedOwners) throws(CommandError) -> [UInt8]? {
    let found: (status: FileStatus, bytes: [UInt8]?)
    do throws(SystemError) { found = try contents() } catch {
      // Nothing there, or in a directory that is closed to this user, as where HOME is somebody else's.
      guard let status = try? FileStatus(of: path) else { return nil }
      if status.kind == .link, kind == .project {
        throw refused("is a link, and what it leads to may be changed by others. Put the file itself there.")
      }
      throw CommandError(
        .configuration,
        "Cannot read the settings in '\(path)': \(error.reason). Make it readable, or run without it: --no-config.")
    }
    try check(found.status, owners)
    guard let bytes = found.bytes else {
      throw refused("is longer than 64 KiB, so it holds no settings. Move it away.")
    }
    return bytes
  }

  /// Everything is asked of the open file, so that no other one can be put in its place in between.
  private func contents() throws(SystemError) -> (FileStatus, [UInt8]?) {
    // A link of the user's own, as some keep all of their settings in one place, is as good as the file.
    let file = try Descriptor(path, kind == .project ? [.read, .noFollow, .nonBlocking] : [.read, .nonBlocking])
    let status = try file.status()
    return (status, status.kind == .file ? try file.contents(limit: Self.limit) : nil)
  }

  private func check(_ status: FileStatus, _ owners: TrustedOwners) throws(CommandError) {
    switch status.kind {
    case .file: break
    case .directory: throw refused("is a directory. Put a file with settings there, or move it away.")
    case .link, .special: throw refused("is no file. Put a file with settings there, or move it away.")
    }
    let word = shellWord(path)
    guard owners.contains(status.owner) else {
      throw refused(
        "belongs to the user with the number \(status.owner). If you trust it, make it yours: chown \"$USER\" \(word).")
    }
    let writableByOthers: UInt32 = 0o022
    guard status.permissions & writableByOthers == 0 else {
      throw refused("can be changed by others. Forbid it: chmod go-w \(word).")
    }
    // A second name may lie where somebody else put it.
    guard kind == .user || status.linkCount == 1 else {
      throw refused(
        "is one file under \(status.linkCount) names. Put a copy there: cp \(word) copy && mv copy \(word).")
    }
  }

  private func refused(_ reason: String) -> CommandError {
    CommandError(
      .configuration, "The settings file '\(path)' was not read, because it \(reason) Or run without it: --no-config.")
  }
}
