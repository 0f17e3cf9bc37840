internal import LarderFormat
internal import LarderSystem

// Only under the lock of the journal, and after everything was read.
extension Journal {
  /// Cuts off what a dead writer left behind the last whole line, and writes a file anew whose rows can no longer be told
  /// from its lines.
  mutating func prepareForWriting(durably: Bool) throws(IndexError) {
    if hasLostLines || (isDistrusted && durably) { try compact() }
    guard hasTail else { return }
    let size: Int64
    do throws(SystemError) {
      size = try file.descriptor.status().size
      try file.descriptor.truncate(to: offset)
    } catch { throw IndexError(journal: path, error) }
    notice("\(size - offset) bytes that a writer had not finished were cut off at its end.")
    hasTail = false
    seenSize = offset
  }

  /// Writes one line at the end.
  mutating func append(_ changes: [RowChange]) throws(IndexError) {
    guard changes.allSatisfy(\.isSound) else {
      throw IndexError(.failed, "The index '\(path)' refused an operation: it has rows with numbers that cannot be.")
    }
    let place = JournalLine.Place.transaction(sequence: sequence + 1, durable: durable)
    let (bytes, sum) = JournalLine.text(place, did: RowChange.word(for: changes), changes)
    guard bytes.count <= JournalLine.longest else {
      throw IndexError(
        .failed,
        "The index '\(path)' refused an operation: it takes \(bytes.count) bytes, and a line has "
          + "\(JournalLine.longest) at most. Do it in smaller parts, or use an index in SQLite.")
    }
    do throws(SystemError) {
      try step(.commit, on: path)
      try file.descriptor.writeAll(bytes)
    } catch {
      throw takeBack(error)
    }
    sequence += 1
    last = sum
    offset += Int64(bytes.count)
    seenSize = offset
  }

  /// Cuts off what there is of a line that could not be written.
  private mutating func takeBack(_ error: SystemError) -> IndexError {
    do throws(SystemError) {
      try file.descriptor.truncate(to: offset)
      return IndexError(journal: path, error)
    } catch {
      // The next writer does it.
      hasTail = true
      seenSize = -1
    }
    return IndexError(journal: path, error, isOutcomeUnknown: true)
  }

  /// Writes all rows into a new file, durably, and puts it in the place of this one.
  mutating func compact() throws(IndexError) {
    var header = self.header
    header.sequence = sequence
    header.last = last
    header.isAnew = hasLostLines
    do throws(SystemError) {
      let made = try Self.make(at: path, &header, tables, permissions: file.permissions)
      file = made.file
      self.header = header
      offset = header.end
      seenSize = header.end
      durable = sequence
      (hasTail, hasLostLines) = (false, false)
      // Durable it is in any case but this one, in which after a power cut the old file can be there.
      isDistrusted = !made.isDurable
    } catch { throw IndexError(journal: path, error) }
    compactionFloor = max(Self.smallest, header.end + header.end / 2)
  }

  /// Compacts a file of which more than half is dead. What fails is tried again when it has grown.
  mutating func compactIfWorthIt(above floor: Int64) {
    guard offset > floor, isMostlyDead else { return }
    do throws(IndexError) { try compact() } catch { compactionFloor = offset + offset / 2 }
  }

  /// How a file is called that is not whole yet.
  static func unfinished(_ name: String) -> String { name + ".new" }

  /// Makes the file of a journal out of tables, beside its place, and moves it there when it is durable.
  static func make(
    at path: String, _ header: inout JournalHeader, _ tables: MemoryTables, permissions: UInt32? = nil
  ) throws(SystemError) -> (file: JournalFile, isDurable: Bool) {
    let place = PathParts(path)
    let directory = try Descriptor(directory: place.directory)
    let name = unfinished(place.name)
    // A killed process may have left one.
    try directory.remove(ifThere: name)
    do throws(SystemError) {
      let file = try directory.open(name, [.readWrite, .create, .exclusive, .noFollow])
      if let permissions { try file.setMode(permissions) }
      try file.seek(to: Int64(JournalHeader.count))
      var writer = PartWriter()
      for table in IndexTable.allCases {
        var failure: SystemError?
        tables.visitRows(of: table, after: nil) { row in
          do throws(SystemError) { try writer.add(.put(row), to: file) } catch { failure = error }
          return failure == nil
        }
        if let failure { throw failure }
        if table == .meta, tables.indexState != .open { try writer.add(.state(tables.indexState), to: file) }
      }
      try writer.finish(in: file)
      header.parts = writer.parts
      header.end = writer.end
      try file.seek(to: 0)
      try file.writeAll(header.bytes)
      try file.sync()
      let made = try JournalFile(place.directory + "/" + name, readOnly: false)
      try directory.rename(name, to: place.name, in: directory)
      do throws(SystemError) { try directory.sync() } catch { return (made, false) }
      return (made, true)
    } catch {
      try? directory.remove(name)
      throw error
    }
  }
}

/// Gathers rows into lines of a bounded size.
private struct PartWriter {
  private var changes: [RowChange] = []
  private var size: Int64 = 0
  private(set) var parts: Int64 = 0
  private(set) var end = Int64(JournalHeader.count)

  private static let longest: Int64 = 256 << 10

  mutating func add(_ change: RowChange, to file: borrowing Descriptor) throws(SystemError) {
    changes.append(change)
    if case .put(let row) = change { size += MemoryTables.textBytes(of: row) }
    if size > Self.longest { try finish(in: file) }
  }

  /// Writes what was gathered.
  mutating func finish(in file: borrowing Descriptor) throws(SystemError) {
    if changes.isEmpty { return }
    let (bytes, _) = JournalLine.text(.part(parts), did: "", changes)
    try file.writeAll(bytes)
    parts += 1
    end += Int64(bytes.count)
    changes.removeAll(keepingCapacity: true)
    size = 0
  }
}
