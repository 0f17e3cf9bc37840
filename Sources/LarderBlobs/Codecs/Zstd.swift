internal import CZstd
internal import LarderSystem

/// Frames of Zstandard (RFC 8878) by libzstd.
package enum Zstd {
  /// Level 1 compresses tables and text nearly as well as 3, half again as fast.
  package static let defaultLevel: Int32 = 1

  private static let encoders = ContextPool(make: { ZSTD_createCCtx() }, free: { ZSTD_freeCCtx($0) })
  private static let decoders = ContextPool(make: { ZSTD_createDCtx() }, free: { ZSTD_freeDCtx($0) })

  /// log₂ of ``BlobFormat/frameCapacity``: no frame that Larder writes needs a larger window, and one that asks for
  /// more is refused before memory is allocated for it.
  private static let windowLimit: Int32 = 22

  static func frameBound(_ count: Int) -> Int { ZSTD_compressBound(count) }

  static func encodeFrame(
    _ content: UnsafeRawBufferPointer, level: Int32, into frame: UnsafeMutableRawBufferPointer
  ) -> Int? {
    guard let encoder = encoders.take() else { return nil }
    defer { encoders.giveBack(encoder) }
    ZSTD_CCtx_reset(encoder, ZSTD_reset_session_only)
    // These return the value that was set, so only an error can be told.
    for (parameter, value) in [(ZSTD_c_compressionLevel, level), (ZSTD_c_checksumFlag, 1), (ZSTD_c_contentSizeFlag, 1)]
    where ZSTD_isError(ZSTD_CCtx_setParameter(encoder, parameter, value)) != 0 { return nil }
    let size = ZSTD_compress2(encoder, frame.baseAddress, frame.count, content.baseAddress, content.count)
    return ZSTD_isError(size) != 0 ? nil : size
  }

  static func decode(
    _ stored: UnsafeRawBufferPointer, into content: UnsafeMutableRawBufferPointer
  ) throws(CodecError) {
    guard let decoder = takeDecoder() else { throw .noMemory }
    defer { decoders.giveBack(decoder) }
    // Decodes frame after frame; a frame that wants a dictionary is an error, as there is none.
    let size = ZSTD_decompressDCtx(decoder, content.baseAddress, content.count, stored.baseAddress, stored.count)
    if ZSTD_isError(size) != 0 { throw failure(size) }
    if size < content.count { throw .tooShort }
  }

  private static func takeDecoder() -> OpaquePointer? {
    guard let decoder = decoders.take() else { return nil }
    ZSTD_DCtx_reset(decoder, ZSTD_reset_session_only)
    return decoder
  }

  private static func failure(_ code: Int) -> CodecError {
    ZSTD_getErrorCode(code) == ZSTD_error_dstSize_tooSmall
      ? .tooLong : CodecError(String(cString: ZSTD_getErrorName(code)))
  }

  /// Decodes frames that arrive in pieces.
  final class Stream: FrameStream {
    private let decoder: OpaquePointer
    private(set) var isBetweenFrames = true

    init() throws(CodecError) {
      guard let decoder = Zstd.takeDecoder() else { throw .noMemory }
      self.decoder = decoder
      ZSTD_DCtx_setParameter(decoder, ZSTD_d_windowLogMax, Zstd.windowLimit)
    }

    deinit { Zstd.decoders.giveBack(decoder) }

    /// Decodes some of `stored`; the counts say how much was taken and given.
    func step(
      _ stored: UnsafeRawBufferPointer, into content: UnsafeMutableRawBufferPointer
    ) throws(CodecError) -> (taken: Int, given: Int) {
      var input = ZSTD_inBuffer(src: stored.baseAddress, size: stored.count, pos: 0)
      var output = ZSTD_outBuffer(dst: content.baseAddress, size: content.count, pos: 0)
      let code = ZSTD_decompressStream(decoder, &output, &input)
      if ZSTD_isError(code) != 0 { throw Zstd.failure(code) }
      // A call that moves nothing answers for the frame that would come next.
      if input.pos > 0 || output.pos > 0 { isBetweenFrames = code == 0 }
      return (input.pos, output.pos)
    }
  }
}
