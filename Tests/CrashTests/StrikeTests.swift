#if DEBUG
  import Foundation
  import Testing

  /// Every call of the system that Larder makes, those of SQLite included, fails with EIO, with ENOSPC, is interrupted,
  /// falls short, or is the last one of its process. The program `laboratory` strikes in processes of its own and looks
  /// at the cache with others.
  @Suite("A strike at any system call", .serialized, .timeLimit(.minutes(10))) struct StrikeTests {
    /// The program beside the tests.
    private static let laboratory = URL(fileURLWithPath: CommandLine.arguments[0])
      .deletingLastPathComponent().appendingPathComponent("laboratory")

    /// Strikes the operations whose names begin so, and returns what was found wrong.
    private func strike(_ operations: String...) throws -> String {
      let process = Process()
      process.executableURL = Self.laboratory
      process.arguments = ["strike"] + operations
      process.environment = ["SWIFT_BACKTRACE": "enable=no", "PATH": "/usr/bin:/bin"]
      let output = Pipe()
      process.standardOutput = output
      try process.run()
      let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      // Seed and figures are worth reading also where nothing is wrong.
      print(text)
      return process.terminationStatus == 0 ? "" : text
    }

    @Test("leaves a put whole or not at all, and never passes for a success")
    func puts() throws { #expect(try strike("put", "sync", "close") == "") }

    @Test("lets no get give wrong bytes, half a result, or lose what it reads")
    func gets() throws { #expect(try strike("get", "look", "record") == "") }

    @Test("leaves a removal whole or not at all, and what others share in its place")
    func removals() throws { #expect(try strike("remove") == "") }

    @Test("keeps nobody from opening or making a cache afterwards")
    func openings() throws { #expect(try strike("open", "make") == "") }

    @Test("lets no sweep take what can be served, or call mended what is not")
    func sweeps() throws { #expect(try strike("sweep") == "") }
  }
#endif
