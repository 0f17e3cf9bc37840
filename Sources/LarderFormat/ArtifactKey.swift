package import LarderCrypto

/// The name of one call: a SHA-256 digest over its namespace, function, version, arguments and environment.
public struct ArtifactKey: Hashable, Sendable, LosslessStringConvertible {
  package let digest: Digest

  package init(_ digest: Digest) { self.digest = digest }

  /// Reads a key as ``description`` writes it; nil for anything else.
  ///
  /// - Parameter hex: 64 lower-case hexadecimal digits.
  public init?(_ hex: String) {
    guard let digest = Digest(hex: hex) else { return nil }
    self.digest = digest
  }

  /// The key as 64 lower-case hexadecimal digits.
  public var description: String { digest.hex }
}
