internal import Larder
internal import LarderSystem

/// A file that settings are read from.
package struct SettingsFile: Hashable, Sendable {
  package enum Kind: String, Sendable {
    /// `.larder.json` in the working directory or one above it: for everybody who works there.
    case project
    /// `larder/config.json` in the user's directory for settings: for everything that the user does.
    case user
  }

  package let kind: Kind
  package let path: String

  package static let projectName = ".larder.json"

  package init(_ kind: Kind, _ path: String) {
    self.kind = kind
    self.path = path
  }

  /// The user's file, whether there is one or not; nil when no variable tells where it would be.
  package static func ofUser(_ environment: [String: String]) -> SettingsFile? {
    DefaultDirectory.settings(environment).map { SettingsFile(.user, $0 + "/larder/config.json") }
  }

  /// The project's file: the nearest one, upwards from a directory; nil where there is none.
  ///
  /// A file of somebody else in a directory where everybody may leave files, such as `/tmp`, is passed over: otherwise one
  /// user could stop the commands of all others. A directory that cannot be looked into has none.
  package static func ofProject(from directory: String, _ owners: TrustedOwners) -> SettingsFile? {
    var directory = directory
    while true {
      let path = (directory == "/" ? "" : directory) + "/" + projectName
      if let status = try? FileStatus(of: path), owners.contains(status.owner) || !isShared(directory) {
        return SettingsFile(.project, path)
      }
      if directory == "/" || !directory.hasPrefix("/") { return nil }
      directory = PathParts(directory).directory
    }
  }

  private static func isShared(_ directory: String) -> Bool {
    let sticky: UInt32 = 0o1000
    let writableByAll: UInt32 = 0o0002
    guard let status = try? FileStatus(following: directory) else { return false }
    return status.permissions & sticky != 0 && status.permissions & writableByAll != 0
  }
}

/// Whose settings are obeyed: the user's, those of root, and under `sudo` those of whoever typed it, as git has it.
package struct TrustedOwners: Sendable {
  private let ids: Set<UInt32>

  package init(user: UInt32 = Host.userID, _ environment: [String: String]) {
    var ids: Set<UInt32> = [0, user]
    if user == 0, let other = environment["SUDO_UID"].flatMap({ UInt32($0) }) { ids.insert(other) }
    self.ids = ids
  }

  package func contains(_ owner: UInt32) -> Bool { ids.contains(owner) }
}
