internal import FoundationEssentials
internal import LarderFormat

extension Data: BlobContent {
  static func filled<Failure: Error>(
    _ count: Int, by fill: (UnsafeMutableRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) -> Data {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
    do throws(Failure) { try fill(memory) } catch {
      memory.deallocate()
      throw error
    }
    guard count > 0, let start = memory.baseAddress else {
      memory.deallocate()
      return Data()
    }
    return Data(bytesNoCopy: start, count: count, deallocator: .custom { start, _ in start.deallocate() })
  }
}
