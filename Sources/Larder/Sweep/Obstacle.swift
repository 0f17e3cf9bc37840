internal import LarderSystem

/// A file that a repair had to leave where it is, and why.
struct Obstacle: Sendable {
  enum Attempt: Sendable {
    case removal
    case look
    case move(to: String)
  }

  /// The file, relative to the cache.
  let path: String
  let attempt: Attempt
  let error: SystemError

  /// What happened, and what to do.
  var words: String {
    let directory = path.lastIndex(of: "/").map { "'\(path[..<$0])'" } ?? "the directory of the cache"
    let (goal, places) =
      switch attempt {
      case .removal: ("removed", directory)
      case .look: ("looked at again", directory)
      case .move(let target): ("moved to '\(target)'", "\(directory) and '\(target)'")
      }
    // Somebody else has moved it since, or put something there.
    if error.isMissing { return "it could not be \(goal): it is no longer there" }
    if error.exists { return "it could not be \(goal): something else is there by now" }
    let remedy =
      error.isRefused || error.isReadOnly
      ? "see that the user of this repair may write in \(places)"
      : error.remedy.dropLast().prefix(1).lowercased() + error.remedy.dropLast().dropFirst()
    return "it could not be \(goal) (\(error.reason)): \(remedy), then repair again"
  }
}
