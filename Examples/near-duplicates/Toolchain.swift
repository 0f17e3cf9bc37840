import Foundation

/// The Swift toolchain that is on the PATH: a thousand real headers, wherever this program can be built.
enum Toolchain {
  private struct Target: Decodable {
    struct Paths: Decodable { let runtimeResourcePath: String }
    let paths: Paths
  }

  /// The directory that holds its `bin`, `include` and `lib`.
  ///
  /// - Throws: `PipelineError` where no compiler answers.
  static func root() throws -> String {
    let compiler = Process()
    compiler.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    compiler.arguments = ["swiftc", "-print-target-info"]
    let output = Pipe()
    compiler.standardOutput = output
    compiler.standardError = FileHandle.nullDevice
    do {
      try compiler.run()
      let answer = try output.fileHandleForReading.readToEnd() ?? Data()
      compiler.waitUntilExit()
      let resources = try JSONDecoder().decode(Target.self, from: answer).paths.runtimeResourcePath
      return URL(fileURLWithPath: resources).deletingLastPathComponent().deletingLastPathComponent().path
    } catch {
      throw PipelineError("No swiftc on the PATH told where its headers are. Name a directory to look through instead.")
    }
  }
}
