/// Which directory a command works on, and who said so.
package struct CacheDirectory: Hashable, Sendable {
  /// Absolute, otherwise as it was given.
  package let path: String
  /// `option`, `environment` or `default`.
  package let origin: String

  /// - Throws: status 78 when nothing is given and the user has no directory for caches.
  package init(_ invocation: Invocation, _ context: Context) throws(CommandError) {
    if let given = invocation.text("dir"), let origin = invocation.origin("dir") {
      var base = context.workingDirectory()
      if !base.hasSuffix("/") { base += "/" }
      path = given.hasPrefix("/") ? given : base + given
      self.origin = origin.rawValue
    } else {
      path = try defaultCacheDirectory(context.environment)
      origin = "default"
    }
  }
}
