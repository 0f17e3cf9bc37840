internal import CLZ4
internal import LarderSystem

/// LZ4 frames (LZ4 frame format 1.6.3) by liblz4.
enum LZ4 {
  private static let decoders = ContextPool(
    make: {
      var decoder: OpaquePointer?
      let code = LZ4F_createDecompressionContext(&decoder, UInt32(LZ4F_VERSION))
      return LZ4F_isError(code) != 0 ? nil : decoder
    },
    free: { LZ4F_freeDecompressionContext($0) })

  private static func preferences(_ count: Int) -> LZ4F_preferences_t {
    var preferences = LZ4F_preferences_t()
    preferences.frameInfo.contentSize = UInt64(count)
    preferences.frameInfo.contentChecksumFlag = LZ4F_contentChecksumEnabled
    // Linked blocks of 64 KiB: a decoder needs little memory, and matches reach over the borders of blocks.
    preferences.frameInfo.blockSizeID = LZ4F_max64KB
    preferences.frameInfo.blockMode = LZ4F_blockLinked
    return preferences
  }

  static func frameBound(_ count: Int) -> Int {
    var preferences = preferences(count)
    return LZ4F_compressFrameBound(count, &preferences)
  }

  static func encodeFrame(_ content: UnsafeRawBufferPointer, into frame: UnsafeMutableRawBufferPointer) -> Int? {
    var preferences = preferences(content.count)
    let size = LZ4F_compressFrame(frame.baseAddress, frame.count, content.baseAddress, content.count, &preferences)
    return LZ4F_isError(size) != 0 ? nil : size
  }

  static func decode(
    _ stored: UnsafeRawBufferPointer, into content: UnsafeMutableRawBufferPointer
  ) throws(CodecError) {
    let stream = try Stream(keepsOutput: true)
    var taken = 0
    var given = 0
    while taken < stored.count {
      let step = try stream.step(
        UnsafeRawBufferPointer(rebasing: stored[taken...]),
        into: UnsafeMutableRawBufferPointer(rebasing: content[given...]))
      if step == (0, 0) { throw .tooLong }
      taken += step.taken
      given += step.given
    }
    // What the input has given up may still wait inside the decoder, when there was no room for it.
    if !stream.isBetweenFrames { throw given == content.count ? .tooLong : .cutOff }
    if given < content.count { throw .tooShort }
  }

  /// Decodes frames that arrive in pieces.
  final class Stream: FrameStream {
    private let decoder: OpaquePointer
    private var options = LZ4F_decompressOptions_t()
    /// How many bytes of the current frame were taken.
    private var offset = 0
    var isBetweenFrames: Bool { offset == 0 }

    // With `keepsOutput` the content that was given stays where it is, so matches can be copied from there.
    init(keepsOutput: Bool) throws(CodecError) {
      guard let decoder = LZ4.decoders.take() else { throw .noMemory }
      self.decoder = decoder
      LZ4F_resetDecompressionContext(decoder)
      options.stableDst = keepsOutput ? 1 : 0
    }

    deinit {
      // liblz4 1.9.4 does not reset how much of an abandoned frame is left, and fails the next one by it.
      if isBetweenFrames { LZ4.decoders.giveBack(decoder) } else { LZ4.decoders.discard(decoder) }
    }

    /// Decodes some of `stored`; the counts say how much was taken and given.
    func step(
      _ stored: UnsafeRawBufferPointer, into content: UnsafeMutableRawBufferPointer
    ) throws(CodecError) -> (taken: Int, given: Int) {
      try refuseDictionary(stored)
      var taken = stored.count
      var given = content.count
      let code = LZ4F_decompress(decoder, content.baseAddress, &given, stored.baseAddress, &taken, &options)
      offset = code == 0 ? 0 : offset + taken
      if LZ4F_isError(code) != 0 {
        // Whatever was taken, this frame never ends.
        offset = .max
        throw CodecError(String(cString: LZ4F_getErrorName(code)))
      }
      return (taken, given)
    }

    // liblz4 would decode a frame with a dictionary's number as if it had none. The flags are the byte after the
    // magic number, and bit 0 says that such a number follows.
    private func refuseDictionary(_ stored: UnsafeRawBufferPointer) throws(CodecError) {
      let flags = 4 - offset
      if stored.indices.contains(flags) && stored[flags] & 1 != 0 {
        throw CodecError("the frame wants a dictionary")
      }
    }
  }
}
