internal import LarderSystem

/// The first bytes of a file of SQLite; sqlite.org/fileformat2.html, section 1.3.
struct FileHeader {
  private var bytes = [UInt8](repeating: 0, count: 100)
  private var size: Int64 = 0

  init(of path: String) throws(IndexError) {
    do throws(SystemError) {
      let file = try Descriptor(path, [.read, .noFollow, .nonBlocking])
      let status = try file.status()
      // Of what is no file there is nothing to read, and a pipe would never come to its end.
      if status.kind != .file { return }
      size = status.size
      // A sector that cannot be read: what the other ones hold is seen later.
      _ = bytes.withUnsafeMutableBytes { file.readWhole(into: $0, at: 0) }
    } catch {
      if error.isMissing { throw .missing(path, "is not there") }
      throw IndexError(.failed, "Cannot open the damaged index '\(path)': \(error.reason).")
    }
  }

  private func number(at offset: Int, _ count: Int) -> Int64 {
    bytes[offset..<offset + count].reduce(0) { $0 << 8 | Int64($1) }
  }

  static let magic = Array("SQLite format 3\0".utf8)
  private var hasMagic: Bool { bytes.starts(with: Self.magic) }

  var isEmpty: Bool { size == 0 }

  var isForeign: Bool {
    hasMagic && number(at: 68, 4) == Schema.applicationID && number(at: 60, 4) > Schema.format
  }
}
