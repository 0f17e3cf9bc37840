/// What the content of a blob is read into: the very value that the caller gets, so that its bytes are not copied again
/// and no second memory of its size has to be mapped.
package protocol BlobContent: Sendable {
  /// Memory of `count` bytes that `fill` initializes to its end.
  ///
  /// - Throws: What `fill` throws.
  static func filled<Failure: Error>(
    _ count: Int, by fill: (UnsafeMutableRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) -> Self
}

extension Array: BlobContent where Element: NumericElement {
  /// As many numbers as `count` bytes hold; none at all where the bytes are no whole number of them.
  package static func filled<Failure: Error>(
    _ count: Int, by fill: (UnsafeMutableRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) -> Self {
    let stride = MemoryLayout<Element>.stride
    var failure: Failure?
    let numbers = Self(unsafeUninitializedCapacity: (count + stride - 1) / stride) { buffer, initialized in
      do throws(Failure) {
        try fill(UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<count]))
        initialized = count.isMultiple(of: stride) ? count / stride : 0
      } catch { failure = error }
    }
    if let failure { throw failure }
    #if _endian(big)
      return numbers.map(\.littleEndianOrder)
    #else
      return numbers
    #endif
  }
}
