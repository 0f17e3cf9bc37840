import Foundation

/// A process that begins as a copy of this one and does one thing: starting a program would cost ten times as much. It
/// takes a parent with a single thread, as every step of this experiment is.
enum Child {
  /// How a child ended, and what it said before.
  struct Ending {
    var said: [String] = []
    var signal: Int32 = 0
    var status: Int32 = 0

    /// What follows the first line that begins with this word.
    func word(_ name: String) -> String? {
      said.first { $0 == name || $0.hasPrefix(name + " ") }.map { String($0.dropFirst(name.count + 1)) }
    }
    func lines(_ name: String) -> [String] {
      said.filter { $0.hasPrefix(name + " ") }.map { String($0.dropFirst(name.count + 1)) }
    }
  }

  /// After this many seconds a child that waits for something that never comes is ended by SIGALRM.
  static let patience: UInt32 = 30

  /// Runs `body` in a child; what it throws is said as `thrown`.
  static func run(_ body: (_ say: (String) -> Void) throws -> Void) throws -> Ending {
    let (reader, process) = try start(body)
    return finish(reader, process)
  }

  /// Starts `body` in a child and returns where it is heard.
  static func start(_ body: (_ say: (String) -> Void) throws -> Void) throws -> (reader: Int32, process: pid_t) {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw Failure("pipe: \(String(cString: strerror(errno)))") }
    let process = fork()
    guard process >= 0 else { throw Failure("fork: \(String(cString: strerror(errno)))") }
    guard process == 0 else {
      close(ends[1])
      return (ends[0], process)
    }
    close(ends[0])
    alarm(patience)
    let writer = ends[1]
    let say: (String) -> Void = { line in
      let bytes = Array((line.replacingOccurrences(of: "\n", with: " ") + "\n").utf8)
      var written = 0
      while written < bytes.count {
        let count = bytes[written...].withUnsafeBytes { write(writer, $0.baseAddress, $0.count) }
        if count <= 0 { return }
        written += count
      }
    }
    do { try body(say) } catch { say("thrown \(error)") }
    // Not exit: what the parent registered for its own end is not the child's to do.
    _exit(0)
  }

  /// Hears a child to its end.
  static func finish(_ reader: Int32, _ process: pid_t) -> Ending {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = read(reader, &buffer, buffer.count)
      if count < 0 && errno == EINTR { continue }
      if count <= 0 { break }
      bytes += buffer[..<count]
    }
    close(reader)
    var state: Int32 = 0
    while waitpid(process, &state, 0) == -1 && errno == EINTR {}
    var ending = Ending()
    ending.said = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    ending.signal = state & 0x7f
    ending.status = state >> 8 & 0xff
    return ending
  }

  struct Failure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
  }
}
