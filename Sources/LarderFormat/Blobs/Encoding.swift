/// How a blob is stored.
public enum Encoding: String, Hashable, Sendable, CaseIterable {
  /// The bytes as they are.
  case raw
  /// LZ4 frames: fast, for data that is read often.
  case lz4
  /// Zstandard frames: the default.
  case zstd

  /// The name of the encoding, which is also the extension of its files.
  package var name: String { rawValue == "zstd" ? "zstd" : rawValue }
}
