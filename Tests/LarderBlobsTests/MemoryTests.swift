import LarderBlobs
import LarderCrypto
import LarderFormat
import Testing

@Suite("Memory") struct MemoryTests {
  @Test("256 MiB stream in and out in memory that does not grow with them", arguments: Encoding.allCases)
  func bounded(encoding: Encoding) throws {
    let scene = try Scene()
    let piece = Content.rows(4 << 20)
    try Memory.resetPeak()
    let before = try Memory.peak()
    var writer = BlobWriter(scene.tree, encoding)
    for _ in 0..<64 { try writer.write(piece) }
    var staged = try writer.finish()
    let form = staged.form
    let name = scene.name(form)
    try staged.place(as: name)
    #expect(form.contentSize == 256 << 20)
    var size = 0
    try scene.tree.stream(name, form) { size += $0.count }
    #expect(size == 256 << 20)
    // Other tests run beside this one; on its own it takes 20 MiB.
    #expect(try Memory.peak() - before < 128 << 20)
  }
}
