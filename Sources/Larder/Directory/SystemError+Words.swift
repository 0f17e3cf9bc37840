internal import LarderSystem

extension SystemError {
  /// What to do about it.
  var remedy: String {
    if isFileLimit { return "Raise the limit on the size of files (ulimit -f)." }
    if isFullDisk { return "Free some space, or lower the cache's limit." }
    if isRefused || isReadOnly { return "Check who may write there." }
    if isShortage { return "Raise the limits of this process (ulimit -n for open files), or end others." }
    if isOutOfPlace { return "Move away what lies there in the place of a file or a directory of the cache." }
    return "Check the disk."
  }

  /// The system's words, with the path that they are about where that is not the one that is named already.
  func reason(beside named: String) -> String {
    guard let path, !named.contains(path), isOutOfPlace || isRefused || isReadOnly || isBrokenMedium else {
      return reason
    }
    return "\(reason) ('\(path)')"
  }
}
