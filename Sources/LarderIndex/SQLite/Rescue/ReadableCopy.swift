internal import LarderSystem

/// Copies a file; what cannot be read of it becomes zeros.
func copyReadable(_ path: String, to newPath: String) throws(SystemError) {
  let from = try Descriptor(path, [.read, .noFollow, .nonBlocking])
  let to = try Descriptor(newPath, [.readWrite, .create, .truncate, .noFollow], mode: 0o600)
  if (try? to.clone(from: from)) != nil { return }
  let size = try from.status().size
  var offset: Int64 = 0
  let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
  defer { chunk.deallocate() }
  while offset < size {
    let wanted = UnsafeMutableRawBufferPointer(rebasing: chunk[..<Int(min(Int64(chunk.count), size - offset))])
    if !from.readWhole(into: wanted, at: offset) {
      for start in stride(from: 0, to: wanted.count, by: TreePage.size) {
        let end = min(start + TreePage.size, wanted.count)
        let page = UnsafeMutableRawBufferPointer(rebasing: wanted[start..<end])
        if !from.readWhole(into: page, at: offset + Int64(start)) {
          page.initializeMemory(as: UInt8.self, repeating: 0)
        }
      }
    }
    try to.writeAll(UnsafeRawBufferPointer(wanted))
    offset += Int64(wanted.count)
  }
}
