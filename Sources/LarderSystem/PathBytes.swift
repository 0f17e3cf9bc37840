/// A path for a system call: text, or raw bytes where a name need not be UTF-8.
package protocol PathBytes {
  /// Lends the path with a NUL behind it.
  func withPath<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result
  /// Whether a NUL inside would cut the path short, and with it name another file.
  var holdsNUL: Bool { get }
  /// The path for messages.
  var shown: String { get }
}

extension String: PathBytes {
  package func withPath<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result { withCString(body) }
  package var holdsNUL: Bool { utf8.contains(0) }
  package var shown: String { self }
}

extension [UInt8]: PathBytes {
  package func withPath<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
    (map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer { buffer in
      // Never empty: there is the NUL.
      buffer.baseAddress.map(body) ?? "".withCString(body)
    }
  }
  package var holdsNUL: Bool { contains(0) }
  package var shown: String { String(decoding: self, as: UTF8.self) }
}
