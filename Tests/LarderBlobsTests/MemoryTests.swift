import LarderBlobs
import LarderCrypto
import LarderFormat
import Testing

@Suite("Memory") struct MemoryTests {
  @Test("268 MB stream in and out in memory that does not grow with them", arguments: Encoding.allCases)
  func bounded(encoding: Encoding) throws {
    let scene = try Scene()
    let piece = Content.random(200_000, seed: 1) + Content.rows(800_576)
    try Memory.resetPeak()
    let before = try Memory.peak()
    var writer = BlobWriter(scene.tree, encoding)
    for _ in 0..<268 { try writer.write(piece) }
    var staged = try writer.finish()
    let form = staged.form
    let name = scene.name(form)
    try staged.place(as: name)
    #expect(form.contentSize == 268 * 1_000_576)
    var size = 0
    try scene.tree.stream(name, form) { size += $0.count }
    #expect(size == 268 * 1_000_576)
    // Other tests run beside this one; on its own it takes 12 MiB.
    #expect(try Memory.peak() - before < 128 << 20)
  }
}
