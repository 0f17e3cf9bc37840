internal import LarderFormat
internal import LarderSystem

extension Journal {
  /// Reads what others have written since, whether into this file or into one that took its place.
  ///
  /// - Parameter isLocked: Whether nobody can be writing at this moment. Otherwise a line that is not whole may be on its
  ///   way.
  /// - Throws: ``IndexError``; ``IndexError/Code/missing`` or ``IndexError/Code/foreign`` when the file is another's now.
  mutating func follow(isLocked: Bool) throws(IndexError) {
    let status = try self.status()
    guard file.isSame(as: status) else { return try change(isLocked: isLocked) }
    if status.size == seenSize && !hasTail { return }
    if status.size < offset && status.size != seenSize { return try reload() }
    try advance(to: status.size, isLocked: isLocked)
  }

  private func status() throws(IndexError) -> FileStatus {
    do throws(SystemError) { return try FileStatus(of: path) } catch {
      if error.isMissing { throw .missing(path, "was moved or deleted while it was open") }
      throw IndexError(.failed, "Cannot find the index '\(path)': \(error.reason).")
    }
  }

  /// Goes on in the file that took the place of this one: behind its compacted part, if that holds exactly what was read
  /// here.
  private mutating func change(isLocked: Bool) throws(IndexError) {
    let found: JournalFile
    let old: Int64
    do throws(SystemError) {
      found = try JournalFile(path, readOnly: readOnly)
      old = try file.descriptor.status().size
    } catch {
      throw error.isOutOfPlace ? .replaced(path) : IndexError(journal: path, error)
    }
    let (header, size) = try Self.header(of: found, path)
    guard header.identity.cacheID == self.header.identity.cacheID else { throw .replacedByOther(path) }
    guard header.identity == self.header.identity else { throw .replaced(path) }
    // Whoever made the new file had read the old one to its end.
    if old > seenSize { try advance(to: old, isLocked: true) }
    guard !header.isAnew, !hasLostLines, header.sequence == sequence, header.last == last, size >= header.end else {
      return try reload()
    }
    file = found
    self.header = header
    offset = header.end
    durable = max(durable, header.sequence)
    hasTail = false
    isDistrusted = false
    try advance(to: size, isLocked: isLocked)
  }

  private mutating func reload() throws(IndexError) {
    var fresh = try Journal(path, readOnly: readOnly)
    guard fresh.header.identity.cacheID == header.identity.cacheID else { throw .replacedByOther(path) }
    guard fresh.header.identity == header.identity else { throw .replaced(path) }
    fresh.notices = Array((notices + fresh.notices).prefix(20))
    self = fresh
  }

  /// Reads the compacted part of a new file.
  mutating func readParts(_ size: Int64) throws(IndexError) {
    let end = min(header.end, size)
    var lines = JournalLines(file, from: offset, to: end)
    var parts: Set<Int64> = []
    while let line = try read(&lines) {
      guard line.isWhole, let part = JournalLine(line.bytes), case .part(let number) = part.place,
        parts.insert(number).inserted
      else {
        notice(
          "\(line.end - line.offset) bytes of its compacted part, at \(line.offset), are damaged and were left out.")
        continue
      }
      for change in part.changes { tables.apply(change) }
    }
    offset = header.end
    seenSize = size
    guard size < header.end || Int64(parts.count) != header.parts || parts.contains(where: { $0 >= header.parts })
    else { return }
    if size < header.end { notice("it ends at \(size), and its compacted part should at \(header.end).") }
    notice("What was in the lost part is computed anew.")
    hasLostLines = true
    tables.skipNumbers()
    tables.mend()
    tables.finishTransaction()
  }

  private func read(_ lines: inout JournalLines) throws(IndexError) -> JournalLines.Line? {
    do throws(SystemError) { return try lines.read() } catch {
      if error.isShortage { throw .damaged(path, "a line of it is longer than any that is written") }
      throw IndexError(journal: path, error)
    }
  }

  /// Reads lines up to a size.
  mutating func advance(to size: Int64, isLocked: Bool) throws(IndexError) {
    var suspects: MemoryTables.Suspects?
    var proven: Int64?
    var attempts = isLocked ? 1 : 3
    hasTail = false
    defer { seenSize = size }
    reading: while offset < size {
      var lines = JournalLines(file, from: offset, to: size)
      while let line = try read(&lines) {
        guard line.isWhole else {
          hasTail = true
          break reading
        }
        if let whole = JournalLine(line.bytes), case .transaction(sequence + 1, let known) = whole.place {
          for change in whole.changes {
            suspects?.clear(by: change)
            tables.apply(change)
          }
          (sequence, last, offset) = (sequence + 1, whole.checksum, line.end)
          durable = max(durable, min(known, sequence))
          continue
        }
        // Somebody may have cut off and written between two parts of what was read here.
        attempts -= 1
        if attempts > 0 {
          Clock.rest(nanoseconds: 1_000_000)
          continue reading
        }
        let damaged = line.offset
        if proven == nil { proven = try highestDurable(from: line.end, to: size) }
        guard let next = try nextWhole(from: line.end, to: size),
          next.sequence == sequence + 1 || proven ?? 0 > sequence
        else {
          hasTail = true
          break reading
        }
        hasLostLines = true
        if next.sequence == sequence + 1 {
          notice("\(next.offset - damaged) bytes at \(damaged) belong to nothing and were passed over.")
        } else {
          notice(
            "\(next.offset - damaged) bytes at \(damaged) are damaged, where transactions \(sequence + 1) to "
              + "\(next.sequence - 1) were written down. What was stored before and is not known to be there "
              + "still is computed anew.")
          suspects = tables.suspects
          tables.skipNumbers()
          tables.finishTransaction()
        }
        (sequence, offset) = (next.sequence - 1, next.offset)
        continue reading
      }
      break
    }
    if let suspects {
      tables.condemn(suspects)
      tables.finishTransaction()
    }
  }

  /// The first whole line that comes later than what was read.
  private func nextWhole(from start: Int64, to size: Int64) throws(IndexError) -> (sequence: Int64, offset: Int64)? {
    var lines = JournalLines(file, from: start, to: size)
    while let line = try read(&lines) {
      if line.isWhole, let whole = JournalLine(line.bytes), case .transaction(let number, _) = whole.place,
        number > sequence
      {
        return (number, line.offset)
      }
    }
    return nil
  }

  /// The highest number that a whole line knew durable.
  private func highestDurable(from start: Int64, to size: Int64) throws(IndexError) -> Int64 {
    var lines = JournalLines(file, from: start, to: size)
    var highest: Int64 = 0
    while let line = try read(&lines) {
      if line.isWhole, let whole = JournalLine(line.bytes, withChanges: false),
        case .transaction(let number, let known) = whole.place
      {
        highest = max(highest, min(known, number))
      }
    }
    return highest
  }
}
