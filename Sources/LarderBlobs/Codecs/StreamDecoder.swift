internal import LarderFormat

/// A decoder of frames that arrive in pieces.
protocol FrameStream: AnyObject {
  /// Whether what was taken so far ends where a frame ends.
  var isBetweenFrames: Bool { get }

  /// Decodes some of `stored` into `content`; the counts say how much was taken and given.
  func step(
    _ stored: UnsafeRawBufferPointer, into content: UnsafeMutableRawBufferPointer
  ) throws(CodecError) -> (taken: Int, given: Int)
}

/// Decodes stored bytes that arrive in pieces, in bounded memory: nothing grows with the content.
struct StreamDecoder: ~Copyable {
  /// Nil where the bytes are stored as they are.
  private let frames: (any FrameStream)?
  private let output: Scratch
  /// The content that is still to come.
  private var rest: Int64

  init(_ encoding: Encoding, contentSize: Int64) throws(CodecError) {
    rest = contentSize
    output = Scratch(encoding == .raw ? 0 : BlobFormat.chunkSize)
    switch encoding {
    case .raw: frames = nil
    case .lz4: frames = try LZ4.Stream(keepsOutput: false)
    case .zstd: frames = try Zstd.Stream()
    }
  }

  /// Decodes all of `stored` and hands the content over as it comes.
  ///
  /// - Throws: ``CodecError``, and what `receive` throws.
  mutating func decode(
    _ stored: UnsafeRawBufferPointer, into receive: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    guard let frames else { return try give(stored, to: receive) }
    var taken = 0
    while true {
      let step = try frames.step(UnsafeRawBufferPointer(rebasing: stored[taken...]), into: output.bytes)
      taken += step.taken
      try give(UnsafeRawBufferPointer(rebasing: output.bytes[..<step.given]), to: receive)
      // A full output says that the decoder may hold more than it could give.
      if step.given < output.bytes.count && (taken == stored.count || step == (0, 0)) { break }
    }
    if taken < stored.count { throw CodecError("the decoder makes no progress") }
  }

  private mutating func give(
    _ content: UnsafeRawBufferPointer, to receive: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    if Int64(content.count) > rest { throw CodecError.tooLong }
    rest -= Int64(content.count)
    if !content.isEmpty { try receive(content) }
  }

  /// Says whether the stored bytes ended where a frame ends and gave all of the content.
  func finish() throws(CodecError) {
    if let frames, !frames.isBetweenFrames { throw .cutOff }
    if rest > 0 { throw .tooShort }
  }
}
