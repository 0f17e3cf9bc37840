internal import Foundation

/// A process that holds an index for writing until it is told to let go.
package final class Holder {
  private struct NotHeld: Error {}

  private let process = Process()
  private let input = Pipe()

  /// - Parameter index: The file of the index.
  /// - Throws: When the shell of SQLite cannot be run, or does not get at the file.
  package init(of index: String) throws {
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["sqlite3", "-batch", index]
    let output = Pipe()
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    try input.fileHandleForWriting.write(contentsOf: Data("BEGIN IMMEDIATE; SELECT 'held';\n".utf8))
    // The shell prints when it has the file.
    if output.fileHandleForReading.availableData.isEmpty { throw NotHeld() }
  }

  package convenience init(ofCache cache: String) throws { try self.init(of: cache + "/index.sqlite") }

  package func letGo() throws {
    try input.fileHandleForWriting.write(contentsOf: Data("COMMIT;\n".utf8))
    try input.fileHandleForWriting.close()
    process.waitUntilExit()
  }
}
