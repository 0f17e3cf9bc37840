internal import LarderFormat

/// Stored bytes that do not decode to the recorded content; says what the codec found.
package struct CodecError: Error, Hashable, Sendable, CustomStringConvertible {
  package let reason: String
  package init(_ reason: String) { self.reason = reason }
  package var description: String { reason }

  static let tooLong = CodecError("the content is longer than recorded")
  static let tooShort = CodecError("the content is shorter than recorded")
  static let cutOff = CodecError("the last frame is cut off")
  static let noMemory = CodecError("there is no memory for a decoder")
}

// One frame in, any number of frames out. Only LZ4.swift and Zstd.swift know the libraries.
extension Encoding {
  /// The largest that a frame of `count` bytes of content can become.
  func frameBound(_ count: Int) -> Int {
    switch self {
    case .raw: count
    case .lz4: LZ4.frameBound(count)
    case .zstd: Zstd.frameBound(count)
    }
  }

  /// Encodes content as one frame and returns its size; nil when the encoder fails, which it does for want of memory.
  func encodeFrame(
    _ content: UnsafeRawBufferPointer, level: Int32, into frame: UnsafeMutableRawBufferPointer
  ) -> Int? {
    switch self {
    case .raw:
      frame.copyMemory(from: content)
      return content.count
    case .lz4: return LZ4.encodeFrame(content, into: frame)
    case .zstd: return Zstd.encodeFrame(content, level: level, into: frame)
    }
  }

  /// Decodes all frames of `stored` into `content`, which they must fill exactly.
  func decode(_ stored: UnsafeRawBufferPointer, into content: UnsafeMutableRawBufferPointer) throws(CodecError) {
    switch self {
    case .raw:
      if stored.count > content.count { throw .tooLong }
      if stored.count < content.count { throw .tooShort }
      content.copyMemory(from: stored)
    case .lz4: try LZ4.decode(stored, into: content)
    case .zstd: try Zstd.decode(stored, into: content)
    }
  }

  /// Whether so few stored bytes can hold so much content at all.
  ///
  /// Asked before memory for the content is allocated, so that a forged record cannot ask for all of it. A zstd block
  /// of 4 bytes stands for at most 128 KiB; a byte of LZ4 for at most 255.
  func canHold(content: Int64, in stored: Int64) -> Bool {
    guard content >= 0, stored >= 0 else { return false }
    switch self {
    case .raw: return content == stored
    case .lz4: return content >> 8 <= stored
    case .zstd: return content >> 15 <= stored
    }
  }
}
