internal import LarderCrypto
internal import LarderFormat
package import LarderSystem

/// The bytes that secret arguments are hashed with, so that nobody can find a secret by trying values against a key.
///
/// It is never rotated: keys with secrets are equal only under one pepper.
package enum Pepper {
  private static let least = 16

  /// Where a user's pepper is kept.
  package static func path(_ environment: [String: String]) -> String {
    if let chosen = environment["XDG_CONFIG_HOME"], chosen.hasPrefix("/") { return chosen + "/larder/pepper" }
    return (environment["HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? "/nonexistent") + "/.config/larder/pepper"
  }

  /// `LARDER_PEPPER`, or what the user's file holds.
  ///
  /// - Throws: ``LarderError`` with the code `argument`: never a fallback.
  package static func load(_ environment: [String: String]) throws(LarderError) -> [UInt8] {
    if let given = environment["LARDER_PEPPER"] {
      guard given.utf8.count >= least else {
        throw LarderError(
          .argument, "LARDER_PEPPER is shorter than \(least) bytes. Give it at least \(least) random characters.")
      }
      return Array(given.utf8)
    }
    let path = path(environment)
    do {
      let file = try Descriptor(path, [.read, .noFollow, .nonBlocking])
      let status = try file.status()
      guard status.kind == .file, status.permissions & 0o077 == 0, status.owner == Host.userID else {
        throw LarderError(
          .argument, "Others can read or own the pepper '\(path)'. Take their permissions away: chmod 600 '\(path)'.")
      }
      guard let bytes = try file.contents(limit: 4096) else {
        throw LarderError(.argument, "The pepper '\(path)' is longer than 4096 bytes. Restore it from a backup.")
      }
      let text = Array(bytes.prefix { $0 != 0x0A })
      guard text.count >= least else {
        throw LarderError(
          .argument, "The pepper '\(path)' is shorter than \(least) bytes, so it is damaged. Restore it from a backup.")
      }
      return text
    } catch let error as LarderError {
      throw error
    } catch let error as SystemError where error.isMissing {
      throw LarderError(
        .argument,
        "A secret argument needs a pepper, and there is none. Make one with 'larder init', or set LARDER_PEPPER.")
    } catch {
      throw LarderError(.argument, "Cannot read the pepper '\(path)'.", cause: error)
    }
  }

  /// Makes the user's pepper if there is none and says whether it did.
  package static func make(_ environment: [String: String], random: RandomSource = .system) throws -> Bool {
    let path = path(environment)
    let directory = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
    try makeDirectories(directory, mode: 0o700)
    do throws(SystemError) {
      let file = try Descriptor(path, [.writeOnly, .create, .exclusive, .noFollow], mode: 0o600)
      var bytes: [UInt8] = []
      for _ in 0..<4 { withUnsafeBytes(of: random.next()) { bytes.append(contentsOf: $0) } }
      try file.writeAll(Array(hexadecimal(bytes).utf8) + [0x0A])
      try file.sync()
      return true
    } catch {
      if error.exists { return false }
      throw error
    }
  }
}
