extension CBORReader {
  /// How many arrays, maps and tags may lie in each other in a stored document.
  package static let depthLimit = 128

  /// Steps over one item with everything in it, and checks all of it.
  ///
  /// Iterative: hostile bytes cannot make it overflow the stack.
  package mutating func skip(depthLimit: Int = CBORReader.depthLimit) throws(CBORError) {
    var open: [Frame] = []
    repeat {
      let start = offset
      let head = try head()
      try skipContent(of: head)
      if let tag = open.last?.tag { try Self.checkContent(of: tag, head, in: self) }
      var opened: Frame?
      switch head.major {
      case .array where head.argument > 0: opened = Frame(remaining: Int(head.argument))
      case .map where head.argument > 0: opened = Frame(remaining: 2 * Int(head.argument), isMap: true)
      case .tag: opened = Frame(remaining: 1, tag: head.argument)
      default: break
      }
      if let opened {
        guard open.count < depthLimit else { throw CBORError(.deep, at: start) }
        open.append(opened)
        open[open.count - 1].itemStart = offset
        continue
      }
      try close(&open)
    } while !open.isEmpty
  }

  /// An array, map or tag that is not yet read to its end.
  private struct Frame {
    /// Items still to come: both halves of a pair count.
    var remaining: Int
    var isMap = false
    var tag: UInt64?
    /// Where the current item began.
    var itemStart = 0
    /// The key before the current one.
    var previousKey: Range<Int>?
  }

  /// One item has ended: so have all containers of which it was the last.
  private func close(_ open: inout [Frame]) throws(CBORError) {
    while let last = open.indices.last {
      open[last].remaining -= 1
      if open[last].isMap, open[last].remaining % 2 == 1 {
        let key = open[last].itemStart..<offset
        if let previous = open[last].previousKey { try checkOrder(previous, key) }
        open[last].previousKey = key
      }
      open[last].itemStart = offset
      if open[last].remaining > 0 { return }
      open.removeLast()
    }
  }

  private func checkOrder(_ first: Range<Int>, _ second: Range<Int>) throws(CBORError) {
    let order = bytes.withUnsafeBytes {
      bytewiseOrder(UnsafeRawBufferPointer(rebasing: $0[first]), UnsafeRawBufferPointer(rebasing: $0[second]))
    }
    if order == 0 { throw CBORError(.duplicate, at: second.lowerBound) }
    if order > 0 { throw CBORError(.unsorted, at: second.lowerBound) }
  }

  /// A big number has no leading zero and does not fit in 64 bits (RFC 8949 §3.4.3, preferred serialization).
  private static func checkContent(of tag: UInt64, _ head: Head, in reader: CBORReader) throws(CBORError) {
    guard tag == 2 || tag == 3 else { return }
    guard head.major == .bytes else { throw CBORError(.type, at: head.offset) }
    let count = Int(head.argument)
    guard count > 8, reader.bytes[reader.offset - count] != 0 else { throw CBORError(.longBignum, at: head.offset) }
  }

  /// Checks that bytes are exactly one canonical item.
  package static func validate(_ bytes: [UInt8], depthLimit: Int = CBORReader.depthLimit) throws(CBORError) {
    var reader = CBORReader(bytes)
    try reader.skip(depthLimit: depthLimit)
    try reader.finish()
  }
}

/// Negative, zero or positive, as the first bytes sort before, equal to or after the second (RFC 8949 §4.2.1).
func bytewiseOrder(_ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer) -> Int {
  let shared = min(first.count, second.count)
  var index = 0
  while index < shared {
    let (left, right) = (first[index], second[index])
    if left != right { return left < right ? -1 : 1 }
    index += 1
  }
  return first.count - second.count
}
