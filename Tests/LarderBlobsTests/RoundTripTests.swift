import LarderBlobs
import LarderCrypto
import LarderFormat
import LarderSystem
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
      try scene.tree.verify(name, form)
    }
  }

  @Test(
    "content that arrives in pieces is stored exactly as content that is there at once",
    arguments: Encoding.allCases, [1000, 65_536, 4 << 20, 5 << 20, 32 << 20])
  func pieces(encoding: Encoding, piece: Int) throws {
    let scene = try Scene()
    let content = Content.rows((9 << 20) + 5)
    let streamed = try scene.stream(content, encoding, piece: piece)
    let whole = try scene.stage(content, encoding, inlineLimit: 0)
    #expect(streamed.form == whole.form)
    #expect(streamed.form.encoding == encoding)
  }

  @Test("content that does not shrink is stored as it is", arguments: Encoding.allCases)
  func incompressible(encoding: Encoding) throws {
    let scene = try Scene()
    for size in [1, 100, 100_000, 5 << 20] {
      let content = Content.random(size, seed: 2)
      let form = try scene.put(content, encoding).form
      #expect(form.encoding == .raw)
      #expect(form.storedSize == Int64(size))
      #expect(form.storedDigest == SHA256.hash(content))
    }
  }

  @Test("content whose first frame shrinks and whose others more than make up for it is stored as it is")
  func growing() throws {
    let scene = try Scene()
    // 600 zeros save LZ4 about 590 bytes, and every frame that does not shrink costs it about 280.
    let content =
      Content.random(Self.capacity - 600, seed: 3) + Content.zeros(600) + Content.random(3 * Self.capacity, seed: 4)
    for stagingName in [nil, StagingName(session: 1, n: 1)] {
      var staged = try BlobWriter.stage(content, in: scene.tree, .lz4, inlineLimit: 0, stagingName: stagingName)
      let form = staged.form
      #expect(form.encoding == .raw)
      #expect(form.storedSize == Int64(content.count))
      let name = scene.name(form)
      try staged.place(as: name)
      #expect(try scene.tree.read(name, form) == content)
    }
    let first = Array(content.prefix(Self.capacity))
    #expect(try scene.put(first, .lz4).form.encoding == .lz4)
  }

  @Test("a higher level gives fewer bytes and the same content", arguments: [Int32(1), 3, 9])
  func levels(level: Int32) throws {
    let scene = try Scene()
    let content = Content.rows(300_000)
    var staged = try BlobWriter.stage(content, in: scene.tree, .zstd, level: level, inlineLimit: 0)
    let form = staged.form
    let name = scene.name(form)
    try staged.place(as: name)
    #expect(form.storedSize < 30_000)
    #expect(try scene.tree.read(name, form) == content)
  }

  @Test("a digest that the caller has is used")
  func knownDigest() throws {
    let scene = try Scene()
    for encoding in Encoding.allCases {
      let content = Content.rows(10_000)
      let digest = SHA256.hash(content)
      let known = try scene.stage(content, encoding, digest: digest)
      let computed = try scene.stage(content, encoding)
      #expect(known.form == computed.form)
    }
  }
}

@Suite("Small blobs") struct InlineTests {
  @Test("stored bytes up to the limit stay in memory and make no file", arguments: Encoding.allCases)
  func small(encoding: Encoding) throws {
    let scene = try Scene()
    for content in [[], [7], Content.random(4096, seed: 5), Content.rows(4096)] {
      #if DEBUG
        let plan = Faults.Plan { _, _ in nil }
        let staged = try Faults.$plan.withValue(plan) { try scene.stage(content, encoding) }
        #expect(plan.calls == 0)
      #else
        let staged = try scene.stage(content, encoding)
      #endif
      let inline = try #require(staged.inline)
      #expect(Int64(inline.count) == staged.form.storedSize)
      #expect(SHA256.hash(inline) == staged.form.storedDigest)
      #expect(try BlobTree.decode(inline: inline, staged.form) == content)
    }
    #expect(try scene.files.isEmpty)
  }

  @Test("the limit is for stored bytes, not for content")
  func limit() throws {
    let scene = try Scene()
    #expect(try scene.stage(Content.rows(40_000), .zstd).inline != nil)
    #expect(try scene.stage(Content.rows(40_000), .raw).inline == nil)
    #expect(try scene.stage(Content.random(4097, seed: 6), .zstd).inline == nil)
    #expect(try scene.stream(Content.rows(40_000), .zstd, piece: 100, inlineLimit: 4096).inline != nil)
    #expect(try scene.stream(Content.rows(40_000), .raw, piece: 100, inlineLimit: 4096).inline == nil)
  }

  @Test("a limit of nothing puts everything in the tree, empty content included")
  func none() throws {
    let scene = try Scene()
    #expect(try scene.stage([], .zstd, inlineLimit: 0).inline == nil)
    let (name, form) = try scene.put([], .zstd)
    #expect(form.encoding == .raw)
    #expect(form.storedSize == 0)
    #expect(try scene.tree.read(name, form).isEmpty)
    #expect(try scene.read(streaming: name, form).isEmpty)
  }

  @Test("inline bytes that were changed in any way are refused")
  func damaged() throws {
    let scene = try Scene()
    let content = Content.rows(4000)
    for encoding in Encoding.allCases {
      let staged = try scene.stage(content, encoding)
      let form = staged.form
      let stored = try #require(staged.inline)
      #expect(throws: BlobReadError.wrongSize(found: 0)) { try BlobTree.decode(inline: [], form) }
      #expect(throws: BlobReadError.wrongSize(found: form.storedSize + 1)) {
        try BlobTree.decode(inline: stored + [0], form)
      }
      for index in stride(from: 0, to: stored.count, by: 37) {
        var changed = stored
        changed[index] ^= 1
        #expect(throws: BlobReadError.wrongDigest) { try BlobTree.decode(inline: changed, form) }
      }
    }
  }
}
