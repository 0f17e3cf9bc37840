internal import Larder
internal import LarderSystem

/// A run that is in the cache, and is given again.
struct RunReplay {
  let tree: StoredTree
  let record: RunRecord

  /// Nil where the tree is no run.
  init?(_ tree: StoredTree) throws {
    var bytes: [UInt8] = []
    try tree.stream(RunRecord.path) { bytes.append(contentsOf: $0) }
    guard let record = RunRecord(bytes) else { return nil }
    self.tree = tree
    self.record = record
  }

  /// Writes both streams by turns, as they were written.
  ///
  /// - Throws: What is wrong with the stored bytes; ``Begun`` with what went wrong after the first of them was written.
  func write(to context: Context) throws {
    // Whole before anything is written: what is damaged must be found in time.
    let errors = Spool(context)
    try tree.stream(RunRecord.errorPath) { try errors.append($0) }
    var turns = Turns(record.order)
    var position: Int64 = 0
    var isBegun = false
    func catchUp() throws {
      while let count = turns.takeErrors() {
        isBegun = true
        try Self.write(errors, position, count, to: context)
        position += count
      }
    }
    do {
      try tree.stream(RunRecord.outputPath) { piece in
        var rest = piece
        while !rest.isEmpty {
          try catchUp()
          let count = turns.takeOutput(rest.count)
          guard count > 0 else { throw RunDamage() }
          isBegun = true
          try context.output.write(UnsafeRawBufferPointer(rebasing: rest[..<count]))
          rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
      }
      try catchUp()
      try context.output.flush()
    } catch {
      throw isBegun ? Begun(cause: error) : error
    }
  }

  /// What cannot be taken back any more.
  struct Begun: Error { let cause: any Error }

  private static func write(_ spool: Spool, _ start: Int64, _ count: Int64, to context: Context) throws {
    // What was written before goes before.
    try context.output.flush()
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 64)
    defer { buffer.deallocate() }
    var done: Int64 = 0
    while done < count {
      let room = UnsafeMutableRawBufferPointer(rebasing: buffer[..<Int(min(count - done, Int64(buffer.count)))])
      let read = try spool.read(into: room, at: start + done)
      guard read > 0 else { throw RunDamage() }
      // Whoever has closed standard error misses it, and no more.
      try? context.messages.write(UnsafeRawBufferPointer(rebasing: room[..<read]))
      done += Int64(read)
    }
    try? context.messages.flush()
  }

  /// Whose turn it is.
  private struct Turns {
    private var order: ArraySlice<Int64>

    init(_ order: [Int64]) { self.order = order[...] }

    /// How much of standard error comes next; nil where it is the other's turn.
    mutating func takeErrors() -> Int64? {
      guard let next = order.first, next < 0 else { return nil }
      order.removeFirst()
      return -next
    }

    /// How much of `limit` bytes of standard output come before anything else.
    mutating func takeOutput(_ limit: Int) -> Int {
      guard let next = order.first, next > 0 else { return 0 }
      let count = min(next, Int64(limit))
      if count == next { order.removeFirst() } else { order[order.startIndex] = next - count }
      return Int(count)
    }
  }
}

/// A record of a run that does not fit what it is about.
struct RunDamage: Error, CustomStringConvertible {
  let description = "The record of the run does not fit its streams."
}
