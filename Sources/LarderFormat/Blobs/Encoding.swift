/// How a blob is stored.
///
/// Whatever is asked for, content that does not shrink is stored `raw`.
public enum Encoding: String, CaseIterable, Hashable, Sendable {
  /// The bytes as they are.
  case raw
  /// LZ4 frames: quick to read, larger.
  case lz4
  /// Zstandard frames: the default.
  case zstd

  /// How the name of a blob's file ends, as the tools that read such files expect it.
  package var fileExtension: String {
    switch self {
    case .raw: "raw"
    case .lz4: "lz4"
    case .zstd: "zst"
    }
  }

  package init?(fileExtension: some StringProtocol) {
    guard let found = Encoding.allCases.first(where: { $0.fileExtension == fileExtension }) else { return nil }
    self = found
  }
}
