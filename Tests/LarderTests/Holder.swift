import Foundation
import Testing

/// A process that holds the index of a cache for writing until it is told to let go.
final class Holder {
  private let process = Process()
  private let input = Pipe()

  init(ofCache cache: String) throws {
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["sqlite3", "-batch", cache + "/index.sqlite"]
    let output = Pipe()
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    try input.fileHandleForWriting.write(contentsOf: Data("BEGIN IMMEDIATE; SELECT 'held';\n".utf8))
    // The shell prints when it has the file.
    #expect(output.fileHandleForReading.availableData.isEmpty == false)
  }

  func letGo() throws {
    try input.fileHandleForWriting.write(contentsOf: Data("COMMIT;\n".utf8))
    try input.fileHandleForWriting.close()
    process.waitUntilExit()
  }
}
