import LarderSystem

/// What a process says about itself while it can be killed at any instruction.
///
/// The line that an operation begins is in the file before the operation begins, so that no effect is without a line;
/// the line of its end follows with the beginning of the next one. A process that is killed in between leaves an
/// operation that may have happened, which is always true. What `write(2)` returned from survives the process, and a
/// last line without its end is one that it did not return from.
struct StormHistory: ~Copyable {
  private let file: Descriptor
  private var lines = ""

  init(at path: String) throws {
    file = try Descriptor(path, [.writeOnly, .create, .append])
  }

  /// A line that may wait for the next ``flush()``.
  mutating func note(_ words: String) {
    lines += words
    lines += "\n"
  }

  mutating func flush() throws {
    if lines.isEmpty { return }
    let bytes = Array(lines.utf8)
    lines = ""
    try file.writeAll(bytes)
  }

  /// Writes that an operation begins.
  mutating func begin(_ number: Int, _ operation: String) throws {
    note("I \(number) \(Clock.system.uptime()) \(operation)")
    try flush()
  }

  /// Notes how an operation ended, and when.
  mutating func end(_ number: Int, at time: UInt64, _ outcome: String) {
    note("C \(number) \(time) \(outcome)")
  }
}
