#if os(Linux)
  import Foundation
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

  /// What the kernel says of this process's memory.
  enum Memory {
    /// The most that was ever resident, in bytes.
    static func peak() throws -> Int { try field("VmHWM:") }

    /// Lets the peak start anew from what is resident now.
    static func resetPeak() throws { try Data("5".utf8).write(to: URL(filePath: "/proc/self/clear_refs")) }

    private static func field(_ name: String) throws -> Int {
      let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
      let line = try #require(status.split(separator: "\n").first { $0.hasPrefix(name) })
      return try #require(Int(line.filter(\.isNumber))) << 10
    }
  }
#endif
