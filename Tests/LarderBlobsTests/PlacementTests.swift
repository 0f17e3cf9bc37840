import Foundation
import LarderBlobs
import LarderFormat
import LarderSystem
import Testing

@Suite("Placing blobs") struct PlacementTests {
  /// Without and with a name below `staging`.
  static let stagingNames = [nil, StagingName(session: 0xAB, n: 0x1F)]

  @Test("a tree has 256 shards from the start, and is made again without complaint")
  func shards() throws {
    let scene = try Scene()
    try BlobTree.create(in: scene.directory)
    let found = try FileManager.default.contentsOfDirectory(atPath: scene.path + "/blobs").sorted()
    #expect(found == (0...255).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) })
    #expect(BlobTree.shards == found)
    #expect(try FileManager.default.contentsOfDirectory(atPath: scene.path).sorted() == ["blobs", "staging"])
  }

  @Test("a directory that is none, or a link in its place, is refused")
  func noTree() throws {
    let scene = try Scene(onDisk: true)
    try FileManager.default.removeItem(atPath: scene.path + "/staging")
    // A copy without its empty directories is no worse; who may write makes them again.
    #expect(try BlobTree(in: scene.directory).stagedFiles().isEmpty)
    _ = try BlobTree(in: scene.directory, mending: true)
    try FileManager.default.removeItem(atPath: scene.path + "/staging")
    try FileManager.default.createSymbolicLink(atPath: scene.path + "/staging", withDestinationPath: "/tmp")
    #expect(throws: SystemError.self) { try BlobTree(in: scene.directory) }
    #expect(throws: SystemError(.mkdir, 20, path: scene.path + "/staging")) {
      try BlobTree.create(in: scene.directory)
    }
  }

  @Test(
    "a file appears whole, read-only and under its name, and nowhere before", arguments: stagingNames, [true, false])
  func placed(stagingName: StagingName?, onDisk: Bool) throws {
    let scene = try Scene(onDisk: onDisk)
    let content = Content.rows(100_000)
    var staged = try BlobWriter.stage(
      content, in: scene.tree, .lz4, inlineLimit: 0, stagingName: stagingName)
    #expect(try scene.files.isEmpty)
    #expect(scene.staged == (stagingName == nil ? [] : ["00000000000000ab.1f"]))
    let form = staged.form
    let name = scene.name(form)
    try staged.place(as: name)
    try scene.tree.sync([name])
    #expect(try scene.files == [name.fileName])
    #expect(scene.staged.isEmpty)
    let status = try FileStatus(of: scene.file(name))
    #expect(status.permissions == 0o444)
    #expect(status.size == form.storedSize)
    #expect(try scene.tree.read(name, form) == content)
    let files = try scene.tree.files(inShard: name.shard)
    #expect(files.map(\.blob) == [name])
    #expect(files.map(\.status) == [status])
  }

  @Test("a file can be read by those who may read the cache directory", arguments: [0o755, 0o750, 0o700, 0o775])
  func mode(_ directory: Int) throws {
    let scene = try Scene(onDisk: true)
    try scene.directory.setMode(UInt32(directory))
    let tree = try BlobTree(in: scene.directory)
    var staged = try BlobWriter.stage(Content.rows(100), in: tree, .raw, inlineLimit: 0)
    let name = scene.name(staged.form)
    try staged.place(as: name)
    #expect(try FileStatus(of: scene.file(name)).permissions == UInt32(directory & 0o444))
  }

  @Test("a name that is taken is refused and its file untouched", arguments: stagingNames)
  func taken(stagingName: StagingName?) throws {
    let scene = try Scene(onDisk: true)
    let content = Content.rows(50_000)
    let (name, form) = try scene.put(content, .zstd)
    let before = try FileStatus(of: scene.file(name))
    do {
      var staged = try BlobWriter.stage(content, in: scene.tree, .zstd, inlineLimit: 0, stagingName: stagingName)
      var failure: SystemError?
      do throws(SystemError) { try staged.place(as: name) } catch { failure = error }
      #expect(failure?.exists == true)
      #expect(failure?.description.contains(name.fileName) == true)
      // The blob is still good for another name.
      let other = scene.name(form)
      try staged.place(as: other)
      #expect(try scene.tree.read(other, form) == content)
    }
    #expect(try FileStatus(of: scene.file(name)).inode == before.inode)
    #expect(try scene.tree.read(name, form) == content)
    #expect(scene.staged.isEmpty)
  }

  @Test("what is not placed leaves nothing behind", arguments: stagingNames)
  func dropped(stagingName: StagingName?) throws {
    let scene = try Scene(onDisk: true)
    let content = Content.random(100_000, seed: 1)
    _ = try BlobWriter.stage(content, in: scene.tree, .raw, stagingName: stagingName)
    var writer = BlobWriter(scene.tree, .raw, stagingName: stagingName)
    try content.withUnsafeBytes { try writer.write($0) }
    _ = consume writer
    #expect(scene.staged.isEmpty)
    #expect(try scene.files.isEmpty)
  }

  @Test("a staging name that is taken is refused and its file untouched")
  func stagingTaken() throws {
    let scene = try Scene(onDisk: true)
    let name = StagingName(session: 1, n: 2)
    let path = scene.path + "/staging/0000000000000001.2"
    try Data([1, 2, 3]).write(to: URL(filePath: path))
    #expect(throws: SystemError(.open, 17, path: path)) {
      _ = try BlobWriter.stage(Content.rows(9000), in: scene.tree, .raw, stagingName: name)
    }
    #expect(try Data(contentsOf: URL(filePath: path)) == Data([1, 2, 3]))
  }

  @Test("a copy can be placed after the name of the first is gone", arguments: [0, 100, 700_000])
  func copies(size: Int) throws {
    let scene = try Scene(onDisk: true)
    let content = Content.random(size, seed: 4)
    var staged = try BlobWriter.stage(content, in: scene.tree, .raw, inlineLimit: 0)
    let form = staged.form
    let first = scene.name(form)
    try staged.place(as: first)
    #expect(try scene.tree.remove(first))
    #expect(try !scene.tree.remove(first))
    for stagingName in Self.stagingNames {
      var copy = try staged.copy(stagingName: stagingName)
      let second = scene.name(form)
      try copy.place(as: second)
      #expect(try scene.tree.read(second, form) == content)
      #expect(try FileStatus(of: scene.file(second)).permissions == 0o444)
    }
    #expect(throws: BlobReadError.missing) { try scene.tree.read(first, form) }
    #expect(scene.staged.isEmpty)
  }

  @Test("space that was reserved for more content than came is given back")
  func reserved() throws {
    let scene = try Scene(onDisk: true)
    var writer = BlobWriter(scene.tree, .raw, expectedSize: 64 << 20)
    try Content.rows(5 << 20).withUnsafeBytes { try writer.write($0) }
    var staged = try writer.finish()
    let name = scene.name(staged.form)
    try staged.place(as: name)
    let status = try FileStatus(of: scene.file(name))
    #expect(status.size == 5 << 20)
    #expect(status.allocated < 6 << 20)
  }

  @Test("a walk tells the names of blobs from everything else")
  func walk() throws {
    let scene = try Scene(onDisk: true)
    let (name, _) = try scene.put(Content.rows(50_000), .zstd)
    let shard = "\(scene.path)/blobs/\(name.shard)"
    let stray = name.shard == "00" ? "01" : "00"
    try Data([1]).write(to: URL(filePath: shard + "/notes.txt"))
    try FileManager.default.copyItem(atPath: scene.file(name), toPath: "\(scene.path)/blobs/\(stray)/\(name.fileName)")
    let directory = BlobName(contentDigest: name.contentDigest, session: 9, n: 9, encoding: .raw)
    try FileManager.default.createDirectory(atPath: scene.file(directory), withIntermediateDirectories: false)
    let found = try scene.tree.files(inShard: name.shard).sorted { $0.fileName < $1.fileName }
    #expect(found.map(\.fileName) == [name.fileName, directory.fileName, "notes.txt"].sorted())
    #expect(found.compactMap(\.blob) == [name])
    #expect(try scene.tree.files(inShard: stray).map(\.blob) == [nil])
  }

  @Test("writers beside each other never meet")
  func concurrent() async throws {
    let scene = try Scene(onDisk: true)
    let tree = scene.tree
    let written = try await withThrowingTaskGroup(of: [(BlobName, StoredForm, [UInt8])].self) { group in
      for writer in 0..<8 {
        group.addTask {
          try (0..<20).map { n in
            let content =
              n.isMultiple(of: 2) ? Content.rows(3000 + n) : Content.random(200_000, seed: UInt64(writer * 100 + n))
            let encoding = Encoding.allCases[n % 3]
            var staged = try BlobWriter.stage(
              content, in: tree, encoding, inlineLimit: 0,
              stagingName: n % 4 == 0 ? StagingName(session: UInt64(writer), n: UInt64(n)) : nil)
            let form = staged.form
            let name = BlobName(
              contentDigest: form.contentDigest, session: UInt64(writer), n: UInt64(n), encoding: form.encoding)
            try staged.place(as: name)
            return (name, form, content)
          }
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    #expect(try scene.files.count == 160)
    for (name, form, content) in written { #expect(try tree.read(name, form) == content) }
    #expect(scene.staged.isEmpty)
  }
}
