/// Reads from a disk that may fail for a moment, by asking it again: what it refuses each time is lost, and for a rescue for
/// ever.
///
/// - Parameters:
///   - isPassing: Whether a failure may be none the next time.
///   - read: Reads.
/// - Returns: What was read.
/// - Throws: The last failure.
package func askingAgain<Answer, Failure: Error>(
  where isPassing: (Failure) -> Bool = { _ in true }, _ read: () throws(Failure) -> Answer
) throws(Failure) -> Answer {
  var attempt = 1
  while true {
    do throws(Failure) { return try read() } catch {
      guard attempt < 3, isPassing(error) else { throw error }
      attempt += 1
    }
  }
}

extension Descriptor {
  /// Reads as much as a buffer takes from an offset on, by ``askingAgain(where:_:)``.
  ///
  /// - Returns: False where it cannot be read, or the file ends before.
  package func readWhole(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) -> Bool {
    let count = try? askingAgain { () throws(SystemError) in try readAll(into: buffer, at: offset) }
    return count == buffer.count
  }
}
