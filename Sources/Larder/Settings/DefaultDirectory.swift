/// Where things are kept when nobody says where.
package enum DefaultDirectory {
  /// The default cache: `LARDER_DIR`, else `larder` in the user's directory for caches; nil for a user without one.
  package static func cache(_ environment: [String: String]) -> String? {
    if let chosen = environment["LARDER_DIR"], !chosen.isEmpty { return chosen }
    return user(environment).map { $0 + "/larder" }
  }

  /// The user's own directory for caches; nil when no variable tells where it is.
  package static func user(_ environment: [String: String]) -> String? {
    #if os(macOS)
      return absolute(environment["HOME"]).map { $0 + "/Library/Caches" }
    #else
      // The XDG specification: a relative path is invalid and to be ignored, an empty one counts as unset.
      if let chosen = absolute(environment["XDG_CACHE_HOME"]) { return chosen }
      return absolute(environment["HOME"]).map { $0 + "/.cache" }
    #endif
  }

  /// The user's own directory for settings; nil when no variable tells where it is.
  package static func settings(_ environment: [String: String]) -> String? {
    #if os(macOS)
      return absolute(environment["HOME"]).map { $0 + "/Library/Application Support" }
    #else
      if let chosen = absolute(environment["XDG_CONFIG_HOME"]) { return chosen }
      return absolute(environment["HOME"]).map { $0 + "/.config" }
    #endif
  }

  private static func absolute(_ path: String?) -> String? {
    guard let path, path.hasPrefix("/") else { return nil }
    var trimmed = Substring(path)
    while trimmed.hasSuffix("/") { trimmed = trimmed.dropLast() }
    return String(trimmed)
  }
}
