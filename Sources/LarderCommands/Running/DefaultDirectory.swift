/// Where the cache lies when nobody says: `LARDER_DIR` is read before this, as the option's variable.
///
/// - Throws: status 78 when no variable tells where the user's caches are.
package func defaultCacheDirectory(_ environment: [String: String]) throws(CommandError) -> String {
  #if canImport(Darwin)
    if let home = environment["HOME"], home.hasPrefix("/") { return trimmingSlashes(home) + "/Library/Caches/larder" }
  #else
    // The XDG specification: a relative path is invalid and to be ignored, an empty one counts as unset.
    if let caches = environment["XDG_CACHE_HOME"], caches.hasPrefix("/") { return trimmingSlashes(caches) + "/larder" }
    if let home = environment["HOME"], home.hasPrefix("/") { return trimmingSlashes(home) + "/.cache/larder" }
  #endif
  throw CommandError(
    .configuration, "HOME is not set, so there is no default cache. Choose a directory with --dir or LARDER_DIR.")
}

private func trimmingSlashes(_ path: String) -> String {
  var path = Substring(path)
  while path.hasSuffix("/") { path = path.dropLast() }
  return String(path)
}
