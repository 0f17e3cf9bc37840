import LarderBlobs
import LarderCrypto
import LarderFormat
import Testing

@Suite("Blobs come back") struct RoundTripTests {
  static let capacity = BlobFormat.frameCapacity
  static let sizes = [
    0, 1, 4095, 4096, 4097, capacity - 1, capacity, capacity + 1, 2 * capacity + 1, 10 << 20,
  ]

  @Test("content of every size comes back equal, in memory and as a stream", arguments: Encoding.allCases, sizes)
  func roundTrip(encoding: Encoding, size: Int) throws {
    let scene = try Scene()
    for content in [Content.rows(size), Content.random(size, seed: 1)] {
      let (name, form) = try scene.put(content, encoding)
      #expect(form.contentDigest == SHA256.hash(content))
      #expect(form.contentSize == Int64(size))
      #expect(form.storedSize <= form.contentSize)
      #expect(try scene.tree.exists(name, storedSize: form.storedSize))
      #expect(try scene.tree.read(name, form) == content)
      #expect(try scene.read(streaming: name, form) == content)
    }
  }
}
