internal import LarderSystem

/// Memory for bytes on their way in or out.
///
/// Blocks of a frame's size are kept for the next user: fresh ones would be paid for page by page.
final class Scratch {
  let bytes: UnsafeMutableRawBufferPointer

  /// Enough for a frame of any encoding, whose overhead is below 1/64.
  private static let frameSize = BlobFormat.frameCapacity + BlobFormat.frameCapacity / 64
  private static let kept = 4
  private static let idle = Locked<[Block]>([])

  /// Unchecked because a block is either in the list or belongs to one `Scratch`.
  private struct Block: @unchecked Sendable { let bytes: UnsafeMutableRawBufferPointer }

  init(_ count: Int) {
    let isFrame = count > Scratch.frameSize / 8 && count <= Scratch.frameSize
    if isFrame, let block = Scratch.idle.withLock({ $0.popLast() }) {
      bytes = block.bytes
    } else {
      bytes = .allocate(byteCount: isFrame ? Scratch.frameSize : count, alignment: 16)
    }
  }

  deinit {
    let block = Block(bytes: bytes)
    let isFrame = bytes.count == Scratch.frameSize
    let kept =
      isFrame
      && Scratch.idle.withLock { list in
        if list.count >= Scratch.kept { return false }
        list.append(block)
        return true
      }
    if !kept { bytes.deallocate() }
  }
}
