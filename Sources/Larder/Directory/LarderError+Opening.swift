internal import LarderFormat
internal import LarderIndex
internal import LarderSystem

extension LarderError {
  static func noCache(_ path: String) -> LarderError {
    LarderError(
      .noCache,
      "No cache at '\(path)'. The first larder put or larder run makes one; choose another with --dir.")
  }

  static func onNetwork(_ path: String, _ network: String) -> LarderError {
    LarderError(
      .refused,
      "Cannot use the cache at '\(path)': it lies on \(network), and the index needs memory that all its users share. "
        + "Choose a directory on a local disk with --dir or LARDER_DIR; where only this host ever uses the cache, "
        + "LARDER_NETWORK=1 permits it.")
  }

  static func opening(_ path: String, _ error: SystemError) -> LarderError {
    if error.isRefused {
      let remedy = error.ownersRemedy ?? "Ask its owner, or choose another directory."
      return LarderError(.refused, "No permission to open the cache at '\(path)'. \(remedy)", cause: error)
    }
    if error.isReadOnly {
      return LarderError(
        .refused, "Cannot open the cache at '\(path)' for writing: \(error.reason). Choose another directory.",
        cause: error)
    }
    return LarderError(
      .io, "Cannot open the cache at '\(path)': \(error.reason(beside: path)). \(error.remedy)", cause: error)
  }

  static func creating(_ path: String, _ error: SystemError) -> LarderError {
    let remedy =
      error.isFileLimit
      ? error.remedy
      : error.isFullDisk
        ? "Free some space, or choose a directory on another disk." : "Choose a directory that can be written."
    return LarderError(.cannotCreate, "Cannot make a cache at '\(path)': \(error.reason). \(remedy)", cause: error)
  }

  static func creating(_ path: String, _ error: IndexError) -> LarderError {
    switch error.code {
    case .foreign, .damaged: LarderError(.format, error.message, cause: error)
    case .busy: LarderError(.busy, error.message, cause: error)
    default: LarderError(.cannotCreate, "Cannot make a cache at '\(path)'. \(error.message)", cause: error)
    }
  }

  /// An index that failed, in the words of the front door.
  static func index(_ error: IndexError) -> LarderError {
    let code: Code =
      switch error.code {
      case .busy: .busy
      case .full: .fullDisk
      case .fileLimit: .io
      case .readOnly: .refused
      case .foreign: .format
      case .damaged: .damaged
      default: .index
      }
    return LarderError(code, error.message)
  }

  /// Whether this is about an index that whoever opens the cache for writing saves; the message asks for that.
  package var isMendedByWriting: Bool { code == .damaged && message.contains(" for writing") }

  static func system(_ action: String, _ error: SystemError) -> LarderError { system(action, error, error.remedy) }

  /// A place outside of the cache that a result cannot be written to.
  static func writing(_ path: String, _ error: SystemError) -> LarderError {
    let remedy =
      error.needsRoom
      ? "Free some space on that disk, or name a place on another one."
      : error.isOutOfPlace ? "Name another place." : error.remedy
    return system("write '\(printable(path))'", error, remedy)
  }

  private static func system(_ action: String, _ error: SystemError, _ remedy: String) -> LarderError {
    let code: Code = error.isFullDisk ? .fullDisk : error.isRefused || error.isReadOnly ? .refused : .io
    return LarderError(code, "Cannot \(action): \(error.reason(beside: action)). \(remedy)", cause: error)
  }
}
