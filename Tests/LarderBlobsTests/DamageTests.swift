import Foundation
import LarderBlobs
import LarderCrypto
import LarderFormat
import LarderSystem
import LarderTesting
import Shared
import Testing

@Suite("Damaged blobs") struct DamageTests {
  /// One way in which a file's bytes change.
  struct Damage: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let apply: @Sendable ([UInt8]) -> [UInt8]
    init(_ name: String, _ apply: @escaping @Sendable ([UInt8]) -> [UInt8]) {
      testDescription = name
      self.apply = apply
    }

    static func flip(_ name: String, _ index: @escaping @Sendable (Int) -> Int) -> Damage {
      Damage(name) {
        var bytes = $0
        bytes[index(bytes.count)] ^= 0x10
        return bytes
      }
    }
  }

  static let sameSize = [
    Damage.flip("the first byte flipped") { _ in 0 },
    Damage.flip("a byte of the header flipped") { _ in 5 },
    Damage.flip("a byte in the middle flipped") { $0 / 2 },
    Damage.flip("the last byte flipped") { $0 - 1 },
    Damage("a page of zeros in the middle") { bytes in
      bytes.indices.map { bytes.count / 2..<bytes.count / 2 + 512 ~= $0 ? 0 : bytes[$0] }
    },
    Damage("all zeros, as after a power cut") { Content.zeros($0.count) },
    Damage("other bytes of the same size") { Content.random($0.count, seed: 9) },
  ]

  static let otherSize = [
    Damage("empty, as after a power cut") { _ in [] },
    Damage("one byte left") { Array($0.prefix(1)) },
    Damage("half of it left") { Array($0.prefix($0.count / 2)) },
    Damage("the last byte cut off") { Array($0.dropLast()) },
    Damage("a byte behind the end") { $0 + [0] },
    Damage("twice the same") { $0 + $0 },
  ]

  @Test("changed bytes of the recorded size are the wrong digest", arguments: Encoding.allCases, sameSize)
  func changed(encoding: Encoding, damage: Damage) throws {
    let scene = try Scene()
    let (name, form) = try scene.put(Content.rows(30_000), encoding)
    try scene.damage(name, damage.apply(try scene.stored(name)))
    expect(scene, name, form, .wrongDigest)
  }

  @Test("a file of another size is told by its size", arguments: Encoding.allCases, otherSize)
  func resized(encoding: Encoding, damage: Damage) throws {
    let scene = try Scene()
    let (name, form) = try scene.put(Content.rows(30_000), encoding)
    let bytes = damage.apply(try scene.stored(name))
    try scene.damage(name, bytes)
    expect(scene, name, form, .wrongSize(found: Int64(bytes.count)))
    #expect(try !scene.tree.exists(name, storedSize: form.storedSize))
  }

  @Test("what stands in the place of a file is never opened as one")
  func strangers() throws {
    let scene = try Scene()
    let (other, _) = try scene.put(Content.rows(30_000), .raw)
    let makers: [(String, BlobReadError)] = [
      ("rm -f '%'", .missing),
      ("ln -s '\(scene.file(other))' '%'", .notRegular),
      ("ln -s nowhere '%'", .notRegular),
      ("mkfifo '%'", .notRegular),
      ("mkdir '%'", .notRegular),
    ]
    for (maker, reason) in makers {
      let (name, form) = try scene.put(Content.rows(30_000), .raw)
      try FileManager.default.removeItem(atPath: scene.file(name))
      let command = maker.replacingOccurrences(of: "%", with: scene.file(name))
      #expect(try AuditTests.run(command).status == 0)
      expect(scene, name, form, reason)
      #expect(try !scene.tree.exists(name, storedSize: form.storedSize))
    }
    let (name, form) = try scene.put(Content.rows(30_000), .raw)
    try FileManager.default.removeItem(atPath: "\(scene.path)/blobs/\(name.shard)")
    expect(scene, name, form, .missing)
    let shard = "\(scene.path)/blobs/\(name.shard)"
    try Data().write(to: URL(filePath: shard))
    expect(scene, name, form, .io(SystemError(.open, ENOTDIR, path: shard)))
  }

  private func expect(_ scene: Scene, _ name: BlobName, _ form: StoredForm, _ reason: BlobReadError) {
    #expect(throws: reason) { try scene.tree.read(name, form) }
    #expect(throws: reason) { try scene.tree.verify(name, form) }
    #expect(throws: reason) {
      try scene.tree.stream(name, form) { _ in Issue.record("bytes of a damaged blob were handed over") }
    }
  }
}

/// Files whose stored digest is right, made by somebody who wants to harm the reader.
@Suite("Forged blobs") struct ForgeryTests {
  /// Puts bytes into the tree as if they had been stored so.
  private func forge(
    _ scene: Scene, _ stored: [UInt8], _ encoding: Encoding, contentSize: Int64
  ) throws -> (BlobName, StoredForm) {
    let form = StoredForm(
      contentDigest: SHA256.hash(Array("forged".utf8)), contentSize: contentSize,
      storedDigest: SHA256.hash(stored), storedSize: Int64(stored.count), encoding: encoding)
    let name = scene.name(form)
    try Data(stored).write(to: URL(filePath: scene.file(name)))
    return (name, form)
  }

  private func little(_ number: UInt64) -> [UInt8] { withUnsafeBytes(of: number.littleEndian) { [UInt8]($0) } }

  private func isUndecodable(_ body: () throws -> Void) -> Bool {
    do { try body() } catch BlobReadError.undecodable { return true } catch { return false }
    return false
  }

  private func expectRefused(_ scene: Scene, _ stored: [UInt8], _ encoding: Encoding, contentSize: Int64) throws {
    let (name, form) = try forge(scene, stored, encoding, contentSize: contentSize)
    #expect(isUndecodable { _ = try scene.tree.read(name, form) })
    #expect(isUndecodable { try scene.tree.stream(name, form) { _ in } })
    #expect(isUndecodable { _ = try BlobTree.decode(inline: stored, form) })
  }

  @Test("a frame that claims 4 GiB is refused and gets no memory", arguments: [Int64(100), 4 << 20, 4 << 30, .max, -1])
  func claims(contentSize: Int64) throws {
    let scene = try Scene()
    // RFC 8878: single segment, content size in 8 bytes, then one block that is the last: raw, 3 bytes.
    let frame: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0xE0] + little(4 << 30) + [0x19, 0, 0, 1, 2, 3]
    try expectRefused(scene, frame, .zstd, contentSize: contentSize)
    // A window of 1 GiB and no content size.
    let window: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0x00, 20 << 3, 0x19, 0, 0, 1, 2, 3]
    try expectRefused(scene, window, .zstd, contentSize: contentSize)
    // LZ4 frame with content size.
    let header: [UInt8] = [0x04, 0x22, 0x4D, 0x18, 0x68, 0x70] + little(4 << 30)
    let sealed = try #require(lz4Frame(header, rest: [3, 0, 0, 0x80, 1, 2, 3, 0, 0, 0, 0]))
    try expectRefused(scene, sealed, .lz4, contentSize: contentSize)
    #if os(Linux)
      #expect(try Memory.peak() < 1 << 30)
    #endif
  }

  @Test("a frame that wants a dictionary is refused")
  func dictionary() throws {
    let scene = try Scene()
    let frame: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0x21, 42, 3, 0x19, 0, 0, 1, 2, 3]
    try expectRefused(scene, frame, .zstd, contentSize: 3)
    let block: [UInt8] = [3, 0, 0, 0x80, 1, 2, 3, 0, 0, 0, 0]
    let header: [UInt8] = [0x04, 0x22, 0x4D, 0x18, 0x61, 0x40, 42, 0, 0, 0]
    let sealed = header + [0] + block
    try expectRefused(scene, sealed, .lz4, contentSize: 3)
    let (name, form) = try forge(scene, sealed, .lz4, contentSize: 3)
    #expect(throws: BlobReadError.undecodable(CodecError("the frame wants a dictionary"))) {
      try scene.tree.read(name, form)
    }
    // The same frame without the flag and the number is a good one, so it was the flag.
    let plain = try #require(lz4Frame([0x04, 0x22, 0x4D, 0x18, 0x60, 0x40], rest: block))
    let (good, goodForm) = try forge(scene, plain, .lz4, contentSize: 3)
    #expect(try scene.tree.read(good, goodForm) == [1, 2, 3])
  }

  /// A frame with the header checksum that belongs to it, which is found by trying all.
  private func lz4Frame(_ header: [UInt8], rest: [UInt8]) -> [UInt8]? {
    for checksum in UInt8.min...UInt8.max {
      let frame = header + [checksum] + rest
      let form = StoredForm(
        contentDigest: SHA256.hash([]), contentSize: 3, storedDigest: SHA256.hash(frame),
        storedSize: Int64(frame.count), encoding: .lz4)
      do {
        _ = try BlobTree.decode(inline: frame, form)
        return frame
      } catch BlobReadError.undecodable(let error) {
        if !error.reason.contains("headerChecksum") { return frame }
      } catch { return nil }
    }
    return nil
  }

  @Test("content that is longer or shorter than recorded is refused", arguments: Encoding.allCases)
  func lengths(encoding: Encoding) throws {
    let scene = try Scene()
    for size in [1000, (5 << 20) + 1] {
      let name = try scene.put(Content.rows(size), encoding).name
      let stored = try scene.stored(name)
      for claimed in [size - 1, size + 1, 1, 2 * size] {
        try expectRefused(scene, stored, encoding, contentSize: Int64(claimed))
      }
    }
  }

  @Test("frames that are cut off or followed by something are refused", arguments: [Encoding.lz4, .zstd])
  func frames(encoding: Encoding) throws {
    let scene = try Scene()
    let content = Content.rows(20_000)
    let stored = try scene.stored(try scene.put(content, encoding).name)
    for count in [0, 1, 4, 7, 15, stored.count / 2, stored.count - 4, stored.count - 1] {
      try expectRefused(scene, Array(stored.prefix(count)), encoding, contentSize: 20_000)
    }
    for tail in [[0], [1, 2, 3, 4], Array(stored.prefix(10)), stored] {
      try expectRefused(scene, stored + tail, encoding, contentSize: 20_000)
    }
  }

  @Test("no byte changed behind the digest's back gives other content", arguments: [Encoding.lz4, .zstd])
  func fuzz(encoding: Encoding) throws {
    let scene = try Scene()
    let content = Content.rows(3000)
    let stored = try scene.stored(try scene.put(content, encoding).name)
    var generator = SplitMix(seed: 11)
    for _ in 0..<2000 {
      var bytes = stored
      for _ in 0...Int.random(in: 0...2, using: &generator) {
        bytes[Int.random(in: 0..<bytes.count, using: &generator)] = .random(in: 0...255, using: &generator)
      }
      let form = StoredForm(
        contentDigest: SHA256.hash(content), contentSize: 3000, storedDigest: SHA256.hash(bytes),
        storedSize: Int64(bytes.count), encoding: encoding)
      // The frame's own checksum is what stands here, and it is switched on by a bit that may be the changed one.
      if let decoded = try? BlobTree.decode(inline: bytes, form) { #expect(decoded.count == 3000) }
    }
  }

  @Test("raw bytes recorded with two digests are refused")
  func twoDigests() throws {
    let scene = try Scene()
    let (name, form) = try forge(scene, [1, 2, 3], .raw, contentSize: 3)
    #expect(throws: BlobReadError.wrongDigest) { try scene.tree.read(name, form) }
    #expect(throws: BlobReadError.wrongDigest) { try BlobTree.decode(inline: [1, 2, 3], form) }
  }

  @Test("a stream whose content has another digest ends with an error")
  func otherContent() throws {
    let scene = try Scene()
    for encoding in Encoding.allCases {
      let stored = try scene.stored(try scene.put(Content.rows(5000), encoding).name)
      let (name, form) = try forge(scene, stored, encoding, contentSize: 5000)
      #expect(throws: BlobReadError.wrongDigest) { try scene.tree.stream(name, form) { _ in } }
    }
  }
}
