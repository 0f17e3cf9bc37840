internal import LarderCrypto
internal import LarderFormat
internal import LarderSystem

/// Encodes the frames of a piece of content, several at once and beside the hashing of the content.
struct FrameEncoder {
  let encoding: Encoding
  let level: Int32
  /// Encoded frames wait in memory for their turn to be written, so there is a limit to how many there are.
  static let batch = min(Host.processorCount, 4)
  /// Below this size handing work to another thread costs as much as it saves.
  private static let worthThreads = 512 << 10

  /// Encodes at most ``batch`` frames of content, of which only the last one may be below capacity.
  ///
  /// - Parameters:
  ///   - content: What is encoded.
  ///   - hasher: Takes in the content, whether or not the encoder fails; nil when its digest is known.
  /// - Returns: The frames in order; nil when the encoder fails.
  func encode(
    _ content: UnsafeRawBufferPointer, hashing hasher: UnsafeMutablePointer<SHA256>?
  ) -> [EncodedFrame]? {
    let pieces = stride(from: 0, to: content.count, by: BlobFormat.frameCapacity).map {
      UnsafeRawBufferPointer(rebasing: content[$0..<min($0 + BlobFormat.frameCapacity, content.count)])
    }
    let frames = pieces.map { EncodedFrame(content: $0, scratch: Scratch(encoding.frameBound($0.count))) }
    let work = Work(encoder: self, content: content, frames: frames, hasher: hasher)
    if content.count < FrameEncoder.worthThreads {
      for index in 0..<work.count { work.perform(index) }
    } else {
      Workers.perform(work.count) { work.perform($0) }
    }
    return frames.contains { $0.size == nil } ? nil : frames
  }
}

/// Unchecked because no two indices touch the same memory, each is performed once, and the one who set the work up
/// waits for all of them.
private struct Work: @unchecked Sendable {
  let encoder: FrameEncoder
  let content: UnsafeRawBufferPointer
  let frames: [EncodedFrame]
  let hasher: UnsafeMutablePointer<SHA256>?

  var count: Int { frames.count + (hasher == nil ? 0 : 1) }

  func perform(_ index: Int) {
    if index < frames.count {
      frames[index].encode(encoder.encoding, level: encoder.level)
    } else {
      hasher?.pointee.update(content)
    }
  }
}

/// One frame: the content, and the memory it is encoded into by one thread.
final class EncodedFrame {
  let content: UnsafeRawBufferPointer
  private let scratch: Scratch
  fileprivate(set) var size: Int?

  init(content: UnsafeRawBufferPointer, scratch: Scratch) {
    self.content = content
    self.scratch = scratch
  }

  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: scratch.bytes[..<(size ?? 0)]) }

  fileprivate func encode(_ encoding: Encoding, level: Int32) {
    size = encoding.encodeFrame(content, level: level, into: scratch.bytes)
  }
}
