/// A program that this process has started and whose standard input it writes. It is killed when nobody holds it any more.
package struct FedProcess: ~Copyable {
  private let child: ChildProcess
  private let input: PipeEnds
  private var isOver = false

  /// Starts a program; what it prints is not wanted.
  package init(_ program: String, _ words: [String], environment: [String: String]) throws(SystemError) {
    let ends = try PipeEnds()
    let nothing = try Descriptor("/dev/null", .readWrite)
    child = try ChildProcess(
      running: program, [program] + words, environment: environment,
      streams: (ends.readerNumber, nothing.number, nothing.number))
    ends.closeReader()
    input = ends
  }

  deinit { if !isOver { _ = Self.end(child) } }

  /// Writes to its standard input; returns when it has taken all but what a pipe holds.
  ///
  /// - Throws: `SystemError`; a broken pipe where it ended before.
  package func write(_ bytes: [UInt8]) throws(SystemError) { try input.write(bytes) }

  /// Kills it, and waits until it is gone.
  ///
  /// - Returns: Whether that is how it ended.
  package mutating func kill() -> Bool {
    if isOver { return false }
    isOver = true
    return Self.end(child)
  }

  private static func end(_ child: ChildProcess) -> Bool {
    child.end()
    return child.wait() == .killed
  }
}
