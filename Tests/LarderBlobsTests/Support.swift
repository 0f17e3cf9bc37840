import Foundation
import LarderBlobs
import LarderCrypto
import LarderFormat
import LarderSystem
import LarderTesting
import Shared

/// A cache directory with a tree, removed after the test.
final class Scene {
  let path: String
  let directory: Descriptor
  let tree: BlobTree
  private var placements: UInt64 = 0

  /// In memory where there is such a file system, unless the test is about disks: 256 directories for each test
  /// are slow there.
  init(onDisk: Bool = false) throws {
    let memory = URL(filePath: "/dev/shm", directoryHint: .isDirectory)
    let isThere = FileManager.default.isWritableFile(atPath: memory.path)
    let parent = !onDisk && isThere ? memory : FileManager.default.temporaryDirectory
    path = parent.appending(path: "larder-blobs-\(UUID().uuidString)").path
    try makeDirectories(path)
    directory = try Descriptor(directory: path)
    try BlobTree.create(in: directory)
    tree = try BlobTree(in: directory)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func name(_ form: StoredForm, session: UInt64 = 7) -> BlobName {
    defer { placements += 1 }
    return BlobName(contentDigest: form.contentDigest, session: session, n: placements, encoding: form.encoding)
  }

  /// Stages in memory and places; everything goes to a file unless told otherwise.
  func put(_ content: [UInt8], _ encoding: Encoding) throws -> (name: BlobName, form: StoredForm) {
    var staged = try BlobWriter.stage(content, in: tree, encoding, inlineLimit: 0)
    let name = name(staged.form)
    try staged.place(as: name)
    return (name, staged.form)
  }

  /// What staging in memory gives, without the file.
  func stage(
    _ content: [UInt8], _ encoding: Encoding, inlineLimit: Int = BlobFormat.inlineLimit, digest: Digest? = nil
  ) throws -> Staged {
    Staged(try BlobWriter.stage(content, digest: digest, in: tree, encoding, inlineLimit: inlineLimit))
  }

  /// Writes through a stream in pieces of the given size.
  func stream(
    _ content: [UInt8], _ encoding: Encoding, piece: Int, inlineLimit: Int = 0
  ) throws -> Staged {
    var writer = BlobWriter(tree, encoding, inlineLimit: inlineLimit)
    try content.withUnsafeBytes { bytes in
      for start in stride(from: 0, to: bytes.count, by: piece) {
        try writer.write(UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + piece, bytes.count)]))
      }
    }
    return Staged(try writer.finish())
  }

  func read(streaming name: BlobName, _ form: StoredForm) throws -> [UInt8] {
    var content: [UInt8] = []
    try tree.stream(name, form) { content.append(contentsOf: $0) }
    return content
  }

  func file(_ name: BlobName) -> String { "\(path)/blobs/\(name.path)" }

  /// The stored bytes of a blob's file.
  func stored(_ name: BlobName) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(filePath: file(name)))) }

  /// Puts other bytes in the place of a blob's file.
  func damage(_ name: BlobName, _ bytes: [UInt8]) throws {
    try FileManager.default.removeItem(atPath: file(name))
    try Data(bytes).write(to: URL(filePath: file(name)))
  }

  var staged: [String] { (try? FileManager.default.contentsOfDirectory(atPath: path + "/staging")) ?? ["?"] }

  var files: [String] {
    get throws { try BlobTree.shards.flatMap { try tree.files(inShard: $0).map(\.fileName) } }
  }
}

/// What remains of a staged blob that is gone: the testing macros take only values that can be copied.
struct Staged {
  let form: StoredForm
  let inline: [UInt8]?

  init(_ staged: consuming StagedBlob) {
    form = staged.form
    inline = staged.inline
  }
}

/// Content for tests; made by memory copies, as loops over bytes are slow in debug builds.
enum Content {
  /// Looks random to every encoder; the same for the same seed.
  static func random(_ count: Int, seed: UInt64) -> [UInt8] {
    var generator = SplitMix(seed: seed)
    let words = [UInt64](unsafeUninitializedCapacity: (count + 7) / 8) { buffer, initialized in
      var index = 0
      while index < buffer.count {
        buffer[index] = generator.next()
        index += 1
      }
      initialized = buffer.count
    }
    return words.withUnsafeBytes { [UInt8]($0.prefix(count)) }
  }

  /// Rows that shrink to a fraction.
  static func rows(_ count: Int) -> [UInt8] {
    let block = [UInt8](
      (0..<200).map { "{\"id\":\($0),\"name\":\"row \($0 &* 7919)\",\"ok\":true}\n" }.joined().utf8)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    while bytes.count < count { bytes.append(contentsOf: block.prefix(count - bytes.count)) }
    return bytes
  }

  static func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }
}
