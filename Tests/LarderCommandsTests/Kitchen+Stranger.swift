internal import Foundation
internal import LarderSystem
internal import Testing

extension Kitchen {
  /// The user `nobody`, who owns nothing but what is given to them.
  private static let stranger: UInt32 = 65534

  /// Runs a command line as that user. What is told includes warnings, which go past the context.
  func runAsStranger(_ line: String) async throws -> (status: String, told: String) {
    let ending = try await #require(
      processExitsWith: .success, observing: [\.standardOutputContent, \.standardErrorContent]
    ) {
      [directory = cache as String, line = line as String] in
      guard setgid(65534) == 0, setuid(65534) == 0 else { exit(1) }
      let outcome = larder(words(line), environment: ["HOME": "/nonexistent", "LARDER_DIR": directory])
      FileHandle.standardOutput.write(Data("\(outcome.status)\n\(outcome.output)\(outcome.messages)".utf8))
    }
    let lines = String(decoding: ending.standardOutputContent, as: UTF8.self).split(separator: "\n", maxSplits: 1)
    let warnings = String(decoding: ending.standardErrorContent, as: UTF8.self)
    return (String(lines.first ?? ""), String(lines.dropFirst().first ?? "") + warnings)
  }

  /// Gives them the cache.
  func giveToStranger() throws {
    let names = FileManager.default.subpaths(atPath: cache) ?? []
    for place in [cache] + names.map({ cache + "/" + $0 }) {
      try FileManager.default.setAttributes(
        [.ownerAccountID: Self.stranger, .groupOwnerAccountID: Self.stranger], ofItemAtPath: place)
    }
  }

  /// Says who may do what with a place in the cache.
  func permit(_ permissions: Int, _ name: String) throws {
    try FileManager.default.setAttributes([.posixPermissions: permissions], ofItemAtPath: cache + "/" + name)
  }
}
