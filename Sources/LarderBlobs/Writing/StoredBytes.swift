internal import LarderFormat
internal import LarderSystem

/// Where stored bytes gather: in memory while they are few, in a file as soon as they are more.
struct StoredBytes: ~Copyable {
  let tree: BlobTree
  /// The most that stays in memory; 0 puts everything in a file, nothing at all included.
  let inlineLimit: Int
  let stagingName: StagingName?
  /// Asked when the disk is full, with the bytes that are missing; says whether it is worth trying again.
  let makeRoom: (Int) -> Bool
  private(set) var size: Int64 = 0
  private(set) var memory: [UInt8] = []
  private(set) var file: StagingFile?
  private var reserved: Int64 = 0

  init(_ tree: BlobTree, inlineLimit: Int, stagingName: StagingName?, makeRoom: @escaping (Int) -> Bool) {
    self.tree = tree
    self.inlineLimit = inlineLimit
    self.stagingName = stagingName
    self.makeRoom = makeRoom
  }

  mutating func append(_ bytes: UnsafeRawBufferPointer) throws(SystemError) {
    if file == nil && size + Int64(bytes.count) <= Int64(inlineLimit) {
      memory.append(contentsOf: bytes)
    } else {
      try spill()
      try file?.descriptor.writeAll(bytes, whenFull: makeRoom)
    }
    size += Int64(bytes.count)
  }

  /// Reserves space for `count` bytes more, so that a disk that is too full says so before the work is done.
  mutating func reserve(_ count: Int64) throws(SystemError) {
    try spill()
    try file?.descriptor.preallocate(size + count)
    reserved = size + count
  }

  /// Hands over what gathered so far, in pieces.
  ///
  /// - Throws: `SystemError`, and what `receive` throws.
  func forEachChunk(_ receive: (UnsafeRawBufferPointer) throws -> Void) throws {
    if file == nil { return try memory.withUnsafeBytes(receive) }
    var chunks = ChunkReader(upTo: size)
    while let chunk = try file?.next(&chunks) { try receive(chunk) }
  }

  /// Lets another file have the staging name.
  mutating func removeStagingName() throws(SystemError) { try file?.removeStagingName() }

  /// Ends the gathering: from here on the bytes never change.
  mutating func seal() throws(SystemError) {
    if inlineLimit <= 0 { try spill() }
    if size < reserved { try file?.descriptor.truncate(to: size) }
    try file?.setMode()
  }

  consuming func intoStaged(_ form: StoredForm) -> StagedBlob {
    StagedBlob(form: form, inline: file == nil ? memory : nil, file: file.take())
  }

  private mutating func spill() throws(SystemError) {
    guard file == nil else { return }
    let opened = try openFile()
    try memory.span.bytes.withUnsafeBytes { (bytes) throws(SystemError) in
      try opened.descriptor.writeAll(bytes, whenFull: makeRoom)
    }
    memory = []
    file = consume opened
  }

  private func openFile() throws(SystemError) -> StagingFile {
    while true {
      do throws(SystemError) { return try StagingFile(in: tree, name: stagingName) } catch {
        // A disk can be out of inodes: what is missing is a file, which what lies in the index does not have.
        guard error.needsRoom, makeRoom(inlineLimit + 1) else { throw error }
      }
    }
  }
}
