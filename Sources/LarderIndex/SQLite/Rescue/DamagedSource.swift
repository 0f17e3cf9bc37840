internal import LarderSystem

/// A damaged index, opened so that not a byte of it changes: as it is where it has no log, else as a copy beside the new
/// index.
struct DamagedSource: ~Copyable {
  /// Nil where nothing can be read.
  private(set) var connection: SQLiteConnection?
  private let copy: String
  private let blank: String

  private static let pageSize = Int64(RemovalTraces.pageSize)

  /// - Throws: ``IndexError/Code/foreign`` for an index of a format that this version does not read,
  ///   ``IndexError/Code/full`` where there is no room for a copy.
  init(_ path: String, beside newPath: String) throws(IndexError) {
    copy = newPath + ".damaged"
    blank = newPath + ".blank"
    connection = nil
    removeFiles(of: copy)
    removeFiles(of: blank)
    let header = try FileHeader(of: path)
    if header.isForeign {
      throw IndexError(
        .foreign, "The index '\(path)' is of a format that this Larder does not read. Update Larder.")
    }
    let hasLog = !logIsEmpty(path + "-wal")
    if !hasLog && header.isSound {
      connection = Self.open(path, .immutable)
      if connection != nil { return }
    }
    do {
      try copyReadable(path, to: copy)
      if hasLog {
        try mergeLog(path + "-wal", isAlone: header.isEmpty)
        connection = Self.open(copy, .write)
        if connection != nil { return }
      }
      try graft()
    } catch let error as SystemError {
      if error.isFullDisk { throw .full(copy) }
      throw IndexError(.failed, "Cannot copy the damaged index '\(path)' to '\(copy)': \(error.reason).")
    } catch let error as IndexError {
      throw error
    } catch {
      throw IndexError(.failed, "Cannot copy the damaged index '\(path)' to '\(copy)'.")
    }
    connection = Self.open(copy, .write)
  }

  deinit {
    removeFiles(of: copy)
    removeFiles(of: blank)
  }

  /// The index at `path`, if its tables are those of format 1: a column with another meaning would give wrong rows.
  private static func open(_ path: String, _ access: SQLiteConnection.Access) -> SQLiteConnection? {
    let deadline = Clock.system.uptime() &+ 1_000_000_000
    guard let connection = try? SQLiteConnection(path, access, deadline: deadline) else { return nil }
    return (try? connection.schemaFaults(tablesAlone: true)) == [] ? connection : nil
  }

  /// Copies what a log holds into the copy, as a checkpoint does: the log may hold nearly everything, and a damaged schema in
  /// it would cover a sound one that is put into the copy. No table is needed for that.
  ///
  /// - Parameters:
  ///   - log: The log.
  ///   - isAlone: Whether the file beside it was empty.
  /// - Throws: Where there is no room for it.
  private func mergeLog(_ log: String, isAlone: Bool) throws {
    try copyReadable(log, to: copy + "-wal")
    // Beside an empty file SQLite throws a log away.
    if isAlone { try Descriptor(copy, .readWrite).truncate(to: Self.pageSize) }
    let connection = try SQLiteConnection(copy, .write, deadline: 0)
    // SQLite opens a log with the first read, whatever that finds.
    _ = try? connection.integer("PRAGMA schema_version")
    do throws(IndexError) { try connection.mergeLog() } catch {
      // What is no log any more holds nothing.
      if error.code == .full || error.code == .fileLimit { throw error }
    }
    removeFiles(of: copy, butItself: true)
  }

  /// Puts the pages that hold header and schema of an empty index into the copy: where they lie, and where the trees of
  /// the tables begin, is the same in every index.
  private func graft() throws(SystemError) {
    guard let pages = schemaPages() else { return }
    let from = try Descriptor(blank, .read)
    let to = try Descriptor(copy, .readWrite)
    // What is cut off within a page is lost, and the header must not promise it.
    let count = try to.status().size / Self.pageSize
    guard let last = pages.last, count >= last else { return }
    try to.truncate(to: count * Self.pageSize)
    let page = UnsafeMutableRawBufferPointer.allocate(byteCount: Int(Self.pageSize), alignment: 16)
    defer { page.deallocate() }
    for number in pages {
      _ = try from.readAll(into: page, at: (number - 1) * Self.pageSize)
      if number == 1 { FileHeader.set(pageCount: count, in: page) }
      try to.seek(to: (number - 1) * Self.pageSize)
      try to.writeAll(UnsafeRawBufferPointer(page))
    }
  }

  /// The numbers of those pages, in order.
  private func schemaPages() -> [Int64]? {
    let deadline = Clock.system.uptime() &+ 1_000_000_000
    guard let connection = try? SQLiteConnection(blank, .create, deadline: deadline) else { return nil }
    do throws(IndexError) {
      try connection.run(.begin)
      try connection.makeTables()
      try connection.run(.commit)
      var roots: Set<Int64> = []
      try connection.forEachRow("SELECT rootpage FROM sqlite_schema") { row throws(IndexError) in
        roots.insert(row.integer(0))
        return true
      }
      guard let count = try connection.integer("PRAGMA page_count"), count > 0 else { return nil }
      return (1...count).filter { !roots.contains($0) }
    } catch { return nil }
  }
}

/// The first bytes of a file of SQLite; sqlite.org/fileformat2.html, section 1.3.
private struct FileHeader {
  private var bytes = [UInt8](repeating: 0, count: 100)
  private var size: Int64 = 0

  init(of path: String) throws(IndexError) {
    do throws(SystemError) {
      let file = try Descriptor(path, [.read, .noFollow, .nonBlocking])
      let status = try file.status()
      // Of what is no file there is nothing to read, and a pipe would never come to its end.
      if status.kind != .file { return }
      size = status.size
      _ = try bytes.withUnsafeMutableBufferPointer { (buffer) throws(SystemError) in
        try file.readAll(into: UnsafeMutableRawBufferPointer(buffer), at: 0)
      }
    } catch {
      if error.isMissing { throw .missing(path, "is not there") }
      // A sector that cannot be read: what the other ones hold is seen later.
      guard error.call == .pread else {
        throw IndexError(.failed, "Cannot open the damaged index '\(path)': \(error.reason).")
      }
    }
  }

  private func number(at offset: Int, _ count: Int) -> Int64 {
    bytes[offset..<offset + count].reduce(0) { $0 << 8 | Int64($1) }
  }

  private var hasMagic: Bool { bytes.starts(with: Array("SQLite format 3\0".utf8)) }

  var isEmpty: Bool { size == 0 }

  var isForeign: Bool {
    hasMagic && number(at: 68, 4) == Schema.applicationID && number(at: 60, 4) > Schema.format
  }

  /// Whether the sizes that all reading depends on are those of the file.
  var isSound: Bool {
    hasMagic && number(at: 16, 2) == Int64(RemovalTraces.pageSize) && bytes[20] == 0
      && number(at: 28, 4) == size / Int64(RemovalTraces.pageSize)
  }

  /// Changes the header of an empty index into that of a file with so many pages, none of them free.
  static func set(pageCount: Int64, in page: UnsafeMutableRawBufferPointer) {
    for index in 0..<4 {
      page[28 + index] = UInt8(truncatingIfNeeded: pageCount >> (24 - 8 * Int64(index)))
      // The count holds for the version of the file that it was written with.
      page[92 + index] = page[24 + index]
    }
    for index in 32..<40 { page[index] = 0 }
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
    if (try? from.readAll(into: wanted, at: offset)) != wanted.count {
      for start in stride(from: 0, to: wanted.count, by: RemovalTraces.pageSize) {
        let end = min(start + RemovalTraces.pageSize, wanted.count)
        let page = UnsafeMutableRawBufferPointer(rebasing: wanted[start..<end])
        if (try? from.readAll(into: page, at: offset + Int64(start))) != page.count {
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
