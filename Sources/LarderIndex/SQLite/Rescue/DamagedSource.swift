internal import LarderSystem

/// A damaged index to be read so that not a byte of it changes: as it is where it has no log, else as a copy beside the new
/// index.
struct DamagedSource: ~Copyable {
  /// The file to be read.
  let path: String
  private let copy: String

  /// - Throws: ``IndexError/Code/foreign`` for an index of a format that this version does not read,
  ///   ``IndexError/Code/full`` where there is no room for a copy.
  init(_ original: String, beside newPath: String) throws(IndexError) {
    copy = newPath + ".damaged"
    let hasLog = !logIsEmpty(original + "-wal")
    path = hasLog ? copy : original
    removeFiles(of: copy)
    let header = try FileHeader(of: original)
    if header.isForeign {
      throw IndexError(
        .foreign, "The index '\(original)' is of a format that this Larder does not read. Update Larder.")
    }
    if !hasLog { return }
    do {
      try copyReadable(original, to: copy)
      try mergeLog(original + "-wal", isAlone: header.isEmpty)
    } catch let error as SystemError {
      if error.isFullDisk { throw .full(copy) }
      throw IndexError(.failed, "Cannot copy the damaged index '\(original)' to '\(copy)': \(error.reason).")
    } catch let error as IndexError {
      throw error
    } catch {
      throw IndexError(.failed, "Cannot copy the damaged index '\(original)' to '\(copy)'.")
    }
  }

  deinit { removeFiles(of: copy) }

  /// Copies what a log holds into the copy, as a checkpoint does: the log may hold nearly everything. No table is needed
  /// for that.
  ///
  /// - Parameters:
  ///   - log: The log.
  ///   - isAlone: Whether the file beside it was empty.
  /// - Throws: Where there is no room for it.
  private func mergeLog(_ log: String, isAlone: Bool) throws {
    try copyReadable(log, to: copy + "-wal")
    // Beside an empty file SQLite throws a log away.
    if isAlone { try Descriptor(copy, .readWrite).truncate(to: Int64(TreePage.size)) }
    let connection = try SQLiteConnection(copy, .write, deadline: 0)
    // SQLite opens a log with the first read, whatever that finds.
    _ = try? connection.integer("PRAGMA schema_version")
    do throws(IndexError) { try connection.mergeLog() } catch {
      // What is no log any more holds nothing.
      if error.code == .full || error.code == .fileLimit { throw error }
    }
    removeFiles(of: copy, butItself: true)
  }
}

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

/// Copies a file; what cannot be read of it becomes zeros.
private func copyReadable(_ path: String, to newPath: String) throws(SystemError) {
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

/// Removes a database with everything that SQLite keeps beside it, or that alone.
func removeFiles(of path: String, butItself: Bool = false) {
  let slash = path.lastIndex(of: "/")
  let parent = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
  let name = slash.map { String(path[path.index(after: $0)...]) } ?? path
  guard let directory = try? Descriptor(directory: parent) else { return }
  for suffix in (butItself ? [] : [""]) + ["-wal", "-shm", "-journal"] { try? directory.remove(name + suffix) }
}
