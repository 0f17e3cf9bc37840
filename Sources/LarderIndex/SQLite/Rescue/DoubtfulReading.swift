internal import LarderSystem

extension Descriptor {
  /// Reads as much as a buffer takes from an offset on. A disk that fails for a moment is asked again: what it refuses
  /// each time is lost, and for a rescue for ever.
  ///
  /// - Returns: False where it cannot be read, or the file ends before.
  func readWhole(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) -> Bool {
    for _ in 0..<Self.attempts {
      if let count = try? readAll(into: buffer, at: offset) { return count == buffer.count }
    }
    return false
  }

  private static var attempts: Int { 3 }
}
