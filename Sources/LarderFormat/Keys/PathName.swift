/// A path as file systems compare it: byte by byte. Two spellings that are one text to Unicode are two files.
package struct PathName: Hashable, Sendable {
  private let bytes: [UInt8]

  /// The path, lexically normalised.
  package init(_ path: String) { bytes = Array(LexicalPath.normalized(path).utf8) }

  /// Whether it ends in no name: the root, the working directory, or one above it.
  package var isWithoutName: Bool {
    let last = bytes.split(separator: 0x2F).last
    return last == nil || last == [0x2E] || last == [0x2E, 0x2E]
  }
}
