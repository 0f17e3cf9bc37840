internal import Foundation
internal import LarderCommands
internal import LarderSystem
internal import Testing

/// Files that lie where settings are looked for, and that somebody else may have put there.
@Suite("Settings files that are not obeyed")
struct HostileSettingsTests {
  let kitchen: Kitchen
  private var project: String { kitchen.path + "/work/.larder.json" }
  private var user: String { kitchen.path + "/home/.config/larder/config.json" }
  private let good = Array(#"{"dir": "/chosen"}"#.utf8)

  init() throws {
    kitchen = try Kitchen()
    kitchen.environment["LARDER_DIR"] = nil
    kitchen.environment["XDG_CONFIG_HOME"] = kitchen.path + "/home/.config"
    kitchen.directory = kitchen.path + "/work/deep"
    for place in [kitchen.directory, kitchen.path + "/home/.config/larder"] {
      try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
    }
  }

  private func refused(_ file: String, _ reason: String, sourceLocation: SourceLocation = #_sourceLocation) {
    let message =
      "larder: The settings file '\(file)' was not read, because it \(reason) Or run without it: --no-config.\n"
    #expect(kitchen.run("dir") == Outcome(status: 78, output: "", messages: message), sourceLocation: sourceLocation)
    #expect(kitchen.run("dir --no-config").status == 0, sourceLocation: sourceLocation)
  }

  @Test("a link in a project, also one that leads nowhere; the user's own may be one")
  func link() throws {
    let target = try kitchen.file("settings.json", good)
    let reason = "is a link, and what it leads to may be changed by others. Put the file itself there."
    for place in [target, kitchen.path + "/none"] {
      try? FileManager.default.removeItem(atPath: project)
      try FileManager.default.createSymbolicLink(atPath: project, withDestinationPath: place)
      refused(project, reason)
    }
    try FileManager.default.removeItem(atPath: project)
    try FileManager.default.createSymbolicLink(atPath: user, withDestinationPath: target)
    #expect(kitchen.run("dir").output == "/chosen\n")
    try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: target)
    refused(user, "can be changed by others. Forbid it: chmod go-w \(user).")
  }

  @Test("a file under two names")
  func hardLink() throws {
    let target = try kitchen.file("settings.json", good)
    try FileManager.default.linkItem(atPath: target, toPath: project)
    refused(project, "is one file under 2 names. Put a copy there: cp \(project) copy && mv copy \(project).")
  }

  @Test("a directory, a pipe, a file of 100 MB: at once", .timeLimit(.minutes(10)))
  func kinds() throws {
    for file in [project, user] {
      try FileManager.default.createDirectory(atPath: file, withIntermediateDirectories: true)
      refused(file, "is a directory. Put a file with settings there, or move it away.")
      try FileManager.default.removeItem(atPath: file)
      #expect(mkfifo(file, 0o600) == 0)
      refused(file, "is no file. Put a file with settings there, or move it away.")
      try FileManager.default.removeItem(atPath: file)
      let large = try Descriptor(file, [.readWrite, .create], mode: 0o600)
      try large.truncate(to: 100_000_000)
      refused(file, "is longer than 64 KiB, so it holds no settings. Move it away.")
      try FileManager.default.removeItem(atPath: file)
    }
  }

  @Test("a file that the group or everybody may change", arguments: [0o664, 0o646, 0o622, 0o777])
  func permissions(_ mode: Int) throws {
    _ = try kitchen.file("work/.larder.json", good, permissions: mode)
    refused(project, "can be changed by others. Forbid it: chmod go-w \(project).")
    try FileManager.default.setAttributes([.posixPermissions: mode & ~0o022], ofItemAtPath: project)
    #expect(kitchen.run("dir").output == "/chosen\n")
  }

  @Test("a file of somebody else, unless sudo says that they are who asks", .enabled(if: getuid() == 0, "takes root"))
  func owner() throws {
    let reason = { (file: String) in
      "belongs to the user with the number 65534. If you trust it, make it yours: chown \"$USER\" \(file)."
    }
    for (file, name) in [(project, "work/.larder.json"), (user, "home/.config/larder/config.json")] {
      _ = try kitchen.file(name, good)
      try FileManager.default.setAttributes([.ownerAccountID: 65534], ofItemAtPath: file)
      refused(file, reason(file))
      kitchen.environment["SUDO_UID"] = "65534"
      #expect(kitchen.run("dir").output == "/chosen\n")
      kitchen.environment["SUDO_UID"] = nil
      try FileManager.default.removeItem(atPath: file)
    }
  }

  @Test("SUDO_UID means nothing to anybody but root")
  func sudo() {
    let environment = ["SUDO_UID": "1000"]
    #expect(TrustedOwners(user: 0, environment).contains(1000) && !TrustedOwners(user: 0, [:]).contains(1000))
    #expect(!TrustedOwners(user: 1001, environment).contains(1000))
    #expect(TrustedOwners(user: 1001, environment).contains(0) && TrustedOwners(user: 1001, [:]).contains(1001))
    #expect(!TrustedOwners(user: 0, ["SUDO_UID": "x"]).contains(1000))
  }

  @Test(
    "what somebody leaves where everybody may leave files stops nobody, and what is above it counts",
    .enabled(if: getuid() == 0, "takes root"))
  func shared() throws {
    _ = try kitchen.file("work/.larder.json", good)
    _ = try kitchen.file("work/deep/.larder.json", Array(#"{"dir": "/hostile"}"#.utf8))
    try FileManager.default.setAttributes([.ownerAccountID: 65534], ofItemAtPath: kitchen.directory + "/.larder.json")
    #expect(kitchen.run("dir").status == 78)
    try FileManager.default.setAttributes([.posixPermissions: 0o1777], ofItemAtPath: kitchen.directory)
    #expect(kitchen.run("dir").output == "/chosen\n")
  }

  @Test(
    "a file that may not be read is an error, one in a directory that is closed is none",
    .enabled(if: getuid() == 0, "takes root"))
  func unreadable() async throws {
    _ = try kitchen.file("work/.larder.json", good, permissions: 0o600)
    _ = try kitchen.file("closed/larder/config.json", good)
    try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: kitchen.path + "/closed")
    let ending = try await #require(processExitsWith: .success, observing: [\.standardOutputContent]) {
      [path = kitchen.path as String] in
      guard setgid(65534) == 0, setuid(65534) == 0 else { exit(1) }
      let environment = ["HOME": "/home/ada", "XDG_CONFIG_HOME": path + "/closed"]
      let outcomes = ["/work/deep", "/work", ""].map { larder(["dir"], environment: environment, in: path + $0) }
      FileHandle.standardOutput.write(Data(outcomes.map { "\($0.status) \($0.messages)\n" }.joined().utf8))
    }
    let unreadable =
      "78 larder: Cannot read the settings in '\(project)': Permission denied. Make it readable, or run without it: "
      + "--no-config.\n\n"
    #expect(String(decoding: ending.standardOutputContent, as: UTF8.self) == unreadable + unreadable + "0 \n")
  }
}
