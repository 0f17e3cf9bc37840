package import LarderCrypto

/// The name of a blob's file, used once and never again: `<64 hex>.<session, 16 hex>.<n, hex>.<extension>`.
///
/// The content digest comes first, so that anybody can audit the file by its name; session and number make it unique,
/// so that a name that was announced for deletion can never mean a newer file.
package struct BlobName: Hashable, Sendable {
  package let contentDigest: Digest
  package let session: UInt64
  /// Counts the placements of a session.
  package let n: UInt64
  package let encoding: Encoding

  package init(contentDigest: Digest, session: UInt64, n: UInt64, encoding: Encoding) {
    self.contentDigest = contentDigest
    self.session = session
    self.n = n
    self.encoding = encoding
  }

  package var fileName: String {
    "\(contentDigest.hex).\(BlobName.padded(session)).\(String(n, radix: 16)).\(encoding.fileExtension)"
  }

  /// The directory below `blobs` that holds the file: the first two digits of the digest.
  package var shard: String { contentDigest.withUnsafeBytes { hexadecimal($0.prefix(1)) } }

  /// The file's place below `blobs`.
  package var path: String { "\(shard)/\(fileName)" }

  /// Reads a file's name; nil for anything that ``fileName`` does not write.
  package init?(fileName: String) {
    let parts = fileName.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4, let digest = Digest(hex: String(parts[0])),
      parts[1].utf8.count == 16, let session = BlobName.number(parts[1]),
      let n = BlobName.number(parts[2]), parts[2] == "0" || parts[2].utf8.first != 0x30,
      let encoding = Encoding(fileExtension: parts[3])
    else { return nil }
    self.init(contentDigest: digest, session: session, n: n, encoding: encoding)
  }

  /// 16 digits, as sessions are written in names.
  package static func padded(_ number: UInt64) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 16 - digits.utf8.count) + digits
  }

  // `UInt64(_:radix:)` would also take capitals and a sign.
  private static func number(_ digits: Substring) -> UInt64? {
    let plain = digits.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    return plain ? UInt64(digits, radix: 16) : nil
  }
}
