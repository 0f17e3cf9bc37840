#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif
internal import CSystem

/// A program that this process started, and whose standard input it writes. It is killed when nobody holds it any more.
package struct ChildProcess: ~Copyable {
  private let id: pid_t
  private let input: Descriptor
  private var isOver = false

  /// Starts a program; what it prints is not wanted.
  package init(
    _ program: String, _ words: [String], environment: [String: String]
  ) throws(SystemError) {
    let variables = environment.map { "\($0.key)=\($0.value)" }.sorted()
    var pipe: Int32 = -1
    var started: pid_t = -1
    _ = try perform(.spawn, on: program) {
      withCStrings([program] + words) { argv in
        withCStrings(variables) { envp in larder_spawn(program, argv, envp, &started, &pipe) }
      }
    }
    id = started
    input = Descriptor(number: pipe, path: "the standard input of \(program)")
  }

  deinit { if !isOver { _ = Self.end(id) } }

  /// Writes to its standard input; returns when it has taken all but what a pipe holds.
  ///
  /// - Throws: `SystemError`; a broken pipe where it ended before.
  package func write(_ bytes: [UInt8]) throws(SystemError) { try input.writeAll(bytes) }

  /// Kills it, and waits until it is gone.
  ///
  /// - Returns: Whether that is how it ended.
  package mutating func kill() -> Bool {
    if isOver { return false }
    isOver = true
    return Self.end(id)
  }

  private static func end(_ id: pid_t) -> Bool {
    _ = Self.signal(id)
    var status: Int32 = 0
    while waitpid(id, &status, 0) == -1 && errno == EINTR {}
    return status & 0x7F == SIGKILL
  }

  private static func signal(_ id: pid_t) -> Int32 {
    #if canImport(Glibc)
      Glibc.kill(id, SIGKILL)
    #else
      Darwin.kill(id, SIGKILL)
    #endif
  }
}

/// Lends texts as C has lists of them: an array of pointers that ends with none.
private func withCStrings<Result>(
  _ texts: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
  let copies: [UnsafeMutablePointer<CChar>?] = texts.map { strdup($0) } + [nil]
  defer { copies.forEach { free($0) } }
  return copies.withUnsafeBufferPointer { buffer in
    guard let start = buffer.baseAddress else { preconditionFailure("the array holds at least its end") }
    return body(start)
  }
}
