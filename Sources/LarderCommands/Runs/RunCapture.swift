internal import Larder
internal import LarderSystem

/// What a running command writes: handed on at once, and kept.
final class RunCapture {
  enum Stream { case output, error }

  private let context: Context
  private var output: Spool
  private var error: Spool
  private var order: [Int64] = []
  /// Why what was written is not known to the end.
  private(set) var failure: SystemError?
  /// Streams that nobody reads any more.
  private(set) var closed: [Stream: OutputError] = [:]

  init(_ context: Context) {
    self.context = context
    output = Spool(context)
    error = Spool(context)
  }

  /// Hands bytes on.
  ///
  /// - Returns: Whether anybody still wants them.
  func take(_ bytes: UnsafeRawBufferPointer, _ stream: Stream) -> Bool {
    keep(bytes, stream)
    let target = stream == .output ? context.output : context.messages
    do throws(OutputError) {
      try target.write(bytes)
      try target.flush()
      return true
    } catch {
      closed[stream] = error
      return false
    }
  }

  private func keep(_ bytes: UnsafeRawBufferPointer, _ stream: Stream) {
    if failure != nil { return }
    do throws(SystemError) { try (stream == .output ? output : error).append(bytes) } catch { failure = error }
    let length = Int64(bytes.count) * (stream == .output ? 1 : -1)
    if let last = order.last, (last < 0) == (length < 0) {
      order[order.count - 1] += length
    } else {
      order.append(length)
    }
  }

  /// The streams and the record of the run, as parts of a tree.
  func parts(_ exit: ChildProcess.Exit, isMerged: Bool, isExact: Bool, outputs: [String]) -> [TreePart] {
    let record = RunRecord(exit: exit, isMerged: isMerged, isExact: isExact, order: order, outputs: outputs)
    return [
      TreePart(RunRecord.path, .bytes(Array(record.text.utf8))), TreePart(RunRecord.outputPath, output.content),
      TreePart(RunRecord.errorPath, error.content),
    ]
  }
}
