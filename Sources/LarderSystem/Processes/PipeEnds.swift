#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif
internal import CSystem

/// The two ends of a pipe; neither is inherited by other programs.
package final class PipeEnds {
  private var reader: Descriptor?
  private var writer: Descriptor?
  private let numbers: [Int32]

  package init() throws(SystemError) {
    var numbers: [Int32] = [-1, -1]
    _ = try perform(.pipe) { larder_pipe(&numbers) }
    self.numbers = numbers
    reader = Descriptor(number: numbers[0], path: "a pipe")
    writer = Descriptor(number: numbers[1], path: "a pipe")
  }

  /// The descriptor to read from; -1 when it is closed.
  package var readerNumber: Int32 { reader == nil ? -1 : numbers[0] }
  /// The descriptor to write to; -1 when it is closed.
  package var writerNumber: Int32 { writer == nil ? -1 : numbers[1] }

  package func closeReader() { reader = nil }
  package func closeWriter() { writer = nil }

  /// Reads up to `buffer.count` bytes; 0 at the end.
  package func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int {
    try reader?.read(into: buffer) ?? 0
  }

  package func write(_ bytes: [UInt8]) throws(SystemError) { try writer?.writeAll(bytes) }

  /// How many bytes were written and not yet read.
  package var readable: Int {
    var count: Int32 = 0
    return reader != nil && ioctl(numbers[0], UInt(FIONREAD), &count) == 0 ? Int(count) : 0
  }
}

/// Waits for descriptors.
package enum Readiness {
  /// Waits until one of the descriptors can be read, or is at its end.
  ///
  /// - Parameters:
  ///   - numbers: The descriptors; -1 stands for none.
  ///   - milliseconds: How long to wait; nil for as long as it takes.
  /// - Returns: Of each whether it can; of none when the time is over.
  package static func wait(for numbers: [Int32], milliseconds: Int32?) -> [Bool] {
    var waited = numbers.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    let count = poll(&waited, nfds_t(waited.count), milliseconds ?? -1)
    return waited.map { count > 0 && $0.revents != 0 }
  }
}
