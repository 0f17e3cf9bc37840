internal import Larder
internal import LarderCrypto
internal import LarderFormat
internal import LarderSystem

/// Bytes that are kept until it is known what becomes of them: a few in memory, many in a file without a name.
final class Spool {
  private static let memoryLimit = 1 << 20

  private let directory: String
  private var bytes: [UInt8] = []
  private var file: OpenFile?
  private(set) var size: Int64 = 0
  /// Found once: a key may be derived twice.
  private var digest: Digest?

  /// - Parameter directory: Where the file is made.
  init(in directory: String) { self.directory = directory }

  /// A spool in the user's directory for what lasts as long as a command.
  convenience init(_ context: Context) {
    let given = context.environment["TMPDIR"] ?? ""
    self.init(in: given.isEmpty ? "/tmp" : given)
  }

  func append(_ more: UnsafeRawBufferPointer) throws(SystemError) {
    size += Int64(more.count)
    digest = nil
    if file == nil, bytes.count + more.count > Self.memoryLimit { file = try moved() }
    if let file { return try file.descriptor.writeAll(more) }
    bytes.append(contentsOf: more)
  }

  /// What was kept, as a part of a tree.
  var content: TreePart.Content { file.map { .open($0, size: size) } ?? .bytes(bytes) }

  /// The file to read from, at its beginning; made where there is none.
  func opened() throws(SystemError) -> OpenFile {
    let file: OpenFile
    if let known = self.file { file = known } else { file = try moved() }
    self.file = file
    try file.descriptor.seek(to: 0)
    return file
  }

  /// What a key takes from the bytes.
  func identity() throws(SystemError) -> FileIdentity {
    let digest: Digest
    if let known = self.digest {
      digest = known
    } else if let file {
      try file.descriptor.seek(to: 0)
      digest = try SHA256.hash(contentsOf: file.descriptor)
    } else {
      digest = SHA256.hash(bytes)
    }
    self.digest = digest
    return FileIdentity(size: UInt64(size), isExecutable: false, digest: digest)
  }

  /// Reads up to `buffer.count` bytes at an offset.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws(SystemError) -> Int {
    if let file { return try file.descriptor.readAll(into: buffer, at: offset) }
    let piece = bytes[Int(offset)...].prefix(buffer.count)
    buffer.copyBytes(from: piece)
    return piece.count
  }

  private func moved() throws(SystemError) -> OpenFile {
    let file = OpenFile(try Self.unnamed(in: directory))
    try file.descriptor.writeAll(bytes)
    bytes = []
    return file
  }

  private static func unnamed(in directory: String) throws(SystemError) -> Descriptor {
    let parent = try Descriptor(directory: directory)
    do throws(SystemError) { return try parent.openUnnamed() } catch {
      guard error.isUnsupported else { throw error }
    }
    let name = ".larder-" + String(RandomSource.system.next(), radix: 16)
    let file = try parent.open(name, [.readWrite, .create, .exclusive, .noFollow], mode: 0o600)
    try parent.remove(name)
    return file
  }
}
