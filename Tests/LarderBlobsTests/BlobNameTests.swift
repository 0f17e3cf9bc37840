import LarderCrypto
import LarderFormat
import Testing

@Suite("Names of blobs") struct BlobNameTests {
  static let digest = SHA256.hash(Array("abc".utf8))
  static let hex = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

  @Test("a name is digest, session, number and extension, and reads back")
  func spelling() throws {
    let cases: [(BlobName, String)] = [
      (
        BlobName(contentDigest: Self.digest, session: 0xAB, n: 0, encoding: .zstd),
        "\(Self.hex).00000000000000ab.0.zst"
      ),
      (
        BlobName(contentDigest: Self.digest, session: .max, n: .max, encoding: .lz4),
        "\(Self.hex).ffffffffffffffff.ffffffffffffffff.lz4"
      ),
      (
        BlobName(contentDigest: Self.digest, session: 0, n: 0x1F, encoding: .raw),
        "\(Self.hex).0000000000000000.1f.raw"
      ),
    ]
    for (name, text) in cases {
      #expect(name.fileName == text)
      #expect(BlobName(fileName: text) == name)
      #expect(name.shard == "ba")
      #expect(name.path == "ba/\(text)")
    }
  }

  static let foreign = [
    "", ".", "...", "x", hex, "\(hex).raw",
    "\(hex).00000000000000ab.0", "\(hex).00000000000000ab.0.", "\(hex).00000000000000ab.0.zst.",
    "\(hex).00000000000000ab..zst",
    "\(hex).00000000000000ab.0.sealed", "\(hex).00000000000000ab.0.ZST", "\(hex).00000000000000ab.0.zstd",
    "\(hex).0000000000000ab.0.zst", "\(hex).000000000000000ab.0.zst", "\(hex).00000000000000AB.0.zst",
    "\(hex).+0000000000000ab.0.zst", "\(hex).00000000000000ab.00.zst", "\(hex).00000000000000ab.01.zst",
    "\(hex).00000000000000ab.+1.zst", "\(hex).00000000000000ab.-1.zst", "\(hex).00000000000000ab.A.zst",
    "\(hex).00000000000000ab.10000000000000000.zst", "\(hex.uppercased()).00000000000000ab.0.zst",
    "\(hex.dropLast()).00000000000000ab.0.zst", "\(hex)0.00000000000000ab.0.zst", " \(hex).00000000000000ab.0.zst",
    "../\(hex).00000000000000ab.0.zst", "\(hex).00000000000000ab.0.zst\0", "\(hex).00000000000000ab.٣.zst",
  ]

  @Test("anything else is no name of a blob", arguments: foreign)
  func refused(text: String) {
    #expect(BlobName(fileName: text) == nil)
  }
}
