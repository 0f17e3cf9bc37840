package import LarderSystem

/// Why output could not be written.
package enum OutputError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The reader has gone; the command ends without a word.
  case brokenPipe
  case failed(reason: String)

  package var description: String {
    switch self {
    case .brokenPipe: "Standard output was closed by its reader."
    case .failed(let reason): "Cannot write to standard output: \(reason). Send it somewhere else."
    }
  }
}

/// A stream that collects small writes and hands large ones through.
package final class ByteOutput: Sendable {
  /// Where the bytes go.
  package enum Sink: Sendable {
    case stream(StandardStream)
    /// Kept, for tests.
    case memory
    /// Kept, for tests, and taken for a terminal.
    case screen(columns: Int)
    /// Every write fails, for tests.
    case failing(OutputError)
  }

  private let sink: Sink
  private let pending = Locked<[UInt8]>([])
  private static let capacity = 1 << 16

  package init(_ sink: Sink) { self.sink = sink }

  package static let standardOutput = ByteOutput(.stream(.output))
  package static let standardError = ByteOutput(.stream(.error))

  /// The width of the terminal that shows this stream; nil when a file or pipe takes it.
  package var width: Int? {
    switch sink {
    case .stream(let stream): stream.width
    case .screen(let columns): columns
    case .memory, .failing: nil
    }
  }

  /// Whether both go to the same place, where the order of what is written to one and the other shows.
  package func isSame(as other: ByteOutput) -> Bool {
    guard case .stream(let one) = sink, case .stream(let two) = other.sink else { return false }
    return one.isSame(as: two)
  }

  package func write(_ text: String) throws(OutputError) {
    let bytes = Array(text.utf8)
    try bytes.withUnsafeBufferPointer { (buffer) throws(OutputError) in try write(UnsafeRawBufferPointer(buffer)) }
  }

  package func write(_ bytes: UnsafeRawBufferPointer) throws(OutputError) {
    try pending.withLock { (buffer: inout sending [UInt8]) throws(OutputError) -> Void in
      if buffer.count + bytes.count > ByteOutput.capacity { try ByteOutput.drain(&buffer, into: sink) }
      if case .stream(let stream) = sink, bytes.count > ByteOutput.capacity {
        try ByteOutput.write(bytes, to: stream)
      } else {
        buffer.append(contentsOf: bytes)
      }
    }
  }

  /// Hands on what is collected. The bytes are dropped when that fails, so that they are not tried again at the end.
  package func flush() throws(OutputError) {
    try pending.withLock { (buffer: inout sending [UInt8]) throws(OutputError) -> Void in
      try ByteOutput.drain(&buffer, into: sink)
    }
  }

  private static func drain(_ buffer: inout [UInt8], into sink: Sink) throws(OutputError) {
    switch sink {
    case .memory, .screen: return
    case .failing(let error):
      if buffer.isEmpty { return }
      buffer = []
      throw error
    case .stream(let stream):
      let bytes = buffer
      buffer.removeAll(keepingCapacity: true)
      try bytes.withUnsafeBufferPointer { (bytes) throws(OutputError) in
        try write(UnsafeRawBufferPointer(bytes), to: stream)
      }
    }
  }

  private static func write(_ bytes: UnsafeRawBufferPointer, to stream: StandardStream) throws(OutputError) {
    do throws(SystemError) { try stream.writeAll(bytes) } catch {
      throw error.isBrokenPipe ? .brokenPipe : .failed(reason: error.reason)
    }
  }

  /// What was written to a stream in memory.
  package var text: String { pending.withLock { String(decoding: $0, as: UTF8.self) } }
}
