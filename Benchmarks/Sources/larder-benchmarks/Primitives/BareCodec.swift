internal import CBenchCodec
internal import CBenchCrypto
internal import Foundation

/// SHA-256 and zstd with contexts that are used again, without Larder: what a put and a get cannot do without.
final class BareCodec {
  private let encoder = ZSTD_createCCtx()
  private let decoder = ZSTD_createDCtx()
  private let digest = EVP_MD_CTX_new()
  private let algorithm = EVP_MD_fetch(nil, "SHA256", nil)
  private var frame = [UInt8]()
  private var content = [UInt8]()

  init() {
    _ = ZSTD_CCtx_setParameter(encoder, ZSTD_c_compressionLevel, 1)
    _ = ZSTD_CCtx_setParameter(encoder, ZSTD_c_checksumFlag, 1)
  }

  deinit {
    ZSTD_freeCCtx(encoder)
    ZSTD_freeDCtx(decoder)
    EVP_MD_CTX_free(digest)
    EVP_MD_free(algorithm)
  }

  /// Hashes the content, encodes it, and hashes the frame if it is smaller; gives what would be stored.
  @discardableResult
  func encode(_ data: Data) -> Int {
    let bound = ZSTD_compressBound(data.count)
    if frame.count < bound { frame = [UInt8](repeating: 0, count: bound) }
    let size = data.withUnsafeBytes { bytes in
      hash(bytes)
      return frame.withUnsafeMutableBytes {
        ZSTD_compress2(encoder, $0.baseAddress, $0.count, bytes.baseAddress, bytes.count)
      }
    }
    guard size < data.count else { return data.count }
    frame.withUnsafeBytes { hash(UnsafeRawBufferPointer(rebasing: $0[..<size])) }
    return size
  }

  /// What ``encode(_:)`` would store: a frame, or the content where it does not shrink.
  func stored(_ data: Data) -> Data {
    let size = encode(data)
    return size < data.count ? Data(frame[..<size]) : data
  }

  /// Hashes what was stored and decodes it.
  func decode(_ stored: Data, _ size: Int) {
    stored.withUnsafeBytes { bytes in
      hash(bytes)
      guard stored.count < size else { return }
      if content.count < size { content = [UInt8](repeating: 0, count: size) }
      content.withUnsafeMutableBytes {
        _ = ZSTD_decompressDCtx(decoder, $0.baseAddress, $0.count, bytes.baseAddress, bytes.count)
      }
    }
  }

  private func hash(_ bytes: UnsafeRawBufferPointer) {
    var result: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    EVP_DigestInit_ex2(digest, algorithm, nil)
    EVP_DigestUpdate(digest, bytes.baseAddress, bytes.count)
    withUnsafeMutableBytes(of: &result) {
      _ = EVP_DigestFinal_ex(digest, $0.bindMemory(to: UInt8.self).baseAddress, nil)
    }
  }
}
