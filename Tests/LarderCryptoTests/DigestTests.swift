import LarderCrypto
import Testing

@Suite("Digests") struct DigestTests {
  @Test(
    "SHA-256 gives the published digests (FIPS 180-4 examples)",
    arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
    ])
  func published(text: String, hex: String) {
    #expect(SHA256.hash(Array(text.utf8)).hex == hex)
  }

  @Test("bytes in pieces give the digest of the whole, and a hasher can be used again")
  func pieces() {
    let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    var hasher = SHA256()
    for _ in 0..<2 {
      for start in stride(from: 0, to: bytes.count, by: 777) {
        hasher.update(bytes[start..<min(start + 777, bytes.count)])
      }
      #expect(hasher.finalize() == SHA256.hash(bytes))
    }
  }

  @Test("a digest reads 64 lower-case digits and nothing else")
  func hexadecimalDigits() {
    let digest = SHA256.hash([1, 2, 3])
    #expect(Digest(hex: digest.hex) == digest)
    #expect(Digest(hex: digest.hex.uppercased()) == nil)
    #expect(Digest(hex: String(digest.hex.dropLast())) == nil)
    #expect(Digest(hex: digest.hex + "00") == nil)
    #expect(Digest(hex: String(repeating: "é", count: 32)) == nil)
  }

  @Test("HMAC-SHA-256 gives the tags of RFC 4231")
  func hmac() {
    // Test case 2.
    #expect(
      HMAC.authenticate(Array("what do ya want for nothing?".utf8), key: Array("Jefe".utf8)).hex
        == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    // Test case 6: a key longer than a block.
    #expect(
      HMAC.authenticate(
        Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8), key: [UInt8](repeating: 0xaa, count: 131)
      ).hex == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
  }

  @Test("many threads hash at once and agree")
  func threads() async {
    let bytes = [UInt8](repeating: 7, count: 4096)
    let expected = SHA256.hash(bytes)
    await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<100 {
        group.addTask { (0..<50).allSatisfy { _ in SHA256.hash(bytes) == expected } }
      }
      for await agreed in group { #expect(agreed) }
    }
  }

  @Test("digests that differ in one byte have hash values of their own, whichever byte it is")
  func hashValues() throws {
    let digests = try (0..<32).map { place in
      var bytes = [UInt8](repeating: 7, count: 32)
      bytes[place] = 8
      return try #require(Digest(bytes))
    }
    #expect(Set(digests.map(\.hashValue)).count == 32)
  }
}
