/// Paths as text, without looking at the disk.
package enum LexicalPath {
  /// The shortest path that means the same where no symbolic links are (the rules of Plan 9's `cleanname`).
  ///
  /// Works on bytes: a path need not be Unicode text in any normal form. The empty path stays empty.
  package static func normalized(_ path: String) -> String {
    let slash = UInt8(ascii: "/")
    let bytes = Array(path.utf8)
    guard !bytes.isEmpty else { return path }
    let isAbsolute = bytes[0] == slash
    var parts: [ArraySlice<UInt8>] = []
    for part in bytes.split(separator: slash) where !part.elementsEqual([0x2E]) {
      if part.elementsEqual([0x2E, 0x2E]) {
        if let last = parts.last, !last.elementsEqual([0x2E, 0x2E]) {
          parts.removeLast()
          continue
        }
        if isAbsolute { continue }
      }
      parts.append(part)
    }
    let joined = (isAbsolute ? [slash] : []) + Array(parts.joined(separator: [slash]))
    return joined.isEmpty ? "." : String(decoding: joined, as: UTF8.self)
  }

  /// The last part of a path; empty for the root and the empty path.
  package static func baseName(_ path: String) -> String {
    normalized(path).utf8.split(separator: UInt8(ascii: "/")).last.map { String(Substring($0)) } ?? ""
  }
}
