internal import LarderSystem

extension SystemError {
  /// What to do about it.
  var remedy: String {
    if isFileLimit { return "Raise the limit on the size of files (ulimit -f)." }
    if isFullDisk { return "Free some space, or lower the cache's limit." }
    if isRefused || isReadOnly { return "Check who may write there." }
    if isShortage { return Self.shortageRemedy }
    if isOutOfPlace { return "Move away what lies there in the place of a file or a directory of the cache." }
    return "Check the disk."
  }

  /// What the user of this process can do about a file of their own; nil where it is somebody else's, or where it is not its
  /// permissions that forbid it.
  var ownersRemedy: String? {
    guard let path, let status = try? FileStatus(of: path), status.owner == Host.userID else { return nil }
    let needed: UInt32 = status.kind == .directory ? 0o700 : 0o600
    guard status.kind == .directory || status.kind == .file, status.permissions & needed != needed else { return nil }
    let rights = status.kind == .directory ? "u+rwx" : "u+rw"
    return "It is your own: chmod \(rights) '\(printable(path))', or choose another directory."
  }

  /// The system's words, with the path that they are about where that is not the one that is named already.
  func reason(beside named: String) -> String {
    guard let path, !named.contains(path), isOutOfPlace || isRefused || isReadOnly || isBrokenMedium else {
      return reason
    }
    return "\(reason) ('\(path)')"
  }
}
