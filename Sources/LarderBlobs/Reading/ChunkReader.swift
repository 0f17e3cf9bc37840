internal import LarderSystem

/// Gives the bytes of a file from its start in pieces, without moving the file's position.
struct ChunkReader: ~Copyable {
  private let scratch: Scratch
  private let size: Int64
  private(set) var offset: Int64 = 0

  /// - Parameter size: Where to stop; the file may end before.
  init(upTo size: Int64) {
    self.size = size
    scratch = Scratch(Int(min(Int64(BlobFormat.chunkSize), size)))
  }

  /// The next piece, good until the next call; nil at the end.
  mutating func next(of file: borrowing Descriptor) throws(SystemError) -> UnsafeRawBufferPointer? {
    let wanted = Int(min(Int64(scratch.bytes.count), size - offset))
    let count = try file.readAll(into: UnsafeMutableRawBufferPointer(rebasing: scratch.bytes[..<wanted]), at: offset)
    if count == 0 { return nil }
    offset += Int64(count)
    return UnsafeRawBufferPointer(rebasing: scratch.bytes[..<count])
  }
}
