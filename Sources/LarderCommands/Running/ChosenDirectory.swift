internal import Larder
internal import LarderSystem

/// Which directory a command works on, and who said so.
package struct ChosenDirectory: Hashable, Sendable {
  /// Absolute and without `..`, otherwise as it was given.
  package let path: String
  /// `option`, `environment`, `project`, `user` or `default`.
  package let origin: String

  /// - Throws: status 78 when nothing is given and the user has no directory for caches.
  package init(_ invocation: Invocation, _ context: Context) throws(CommandError) {
    if let given = invocation.text("dir"), let origin = invocation.origin("dir") {
      var base = context.workingDirectory()
      if !base.hasSuffix("/") { base += "/" }
      path = pathWithoutParents(given.hasPrefix("/") ? given : base + given)
      self.origin = origin.name
    } else if let path = DefaultDirectory.cache(context.environment) {
      self.path = path
      origin = "default"
    } else {
      throw CommandError(
        .configuration, "HOME is not set, so there is no default cache. Choose a directory with --dir or LARDER_DIR.")
    }
  }
}
