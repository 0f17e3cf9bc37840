/// A word of a command that is to be run, and what in it may be the path of a file.
struct CommandWord {
  private let word: String

  /// What stands for a stream that the command is given, whatever it is for larder.
  private static let streams: Set<String> = ["-", "/dev/stdin", "/dev/stdout", "/dev/stderr"]

  init(_ word: String) { self.word = word }

  /// The word itself; what stands behind an `=` in it, as in `--config=train.json`; what is glued to the letter of an option,
  /// as in `-fscript.awk`; and each of these without an `@` before it, as in `@arguments`. What is no path does no harm.
  var possiblePaths: [String] {
    var paths = [word]
    let bytes = Array(word.utf8)
    for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: "=") {
      paths.append(String(decoding: bytes[(index + 1)...], as: UTF8.self))
    }
    if bytes.count > 2, bytes[0] == UInt8(ascii: "-"), bytes[1] != UInt8(ascii: "-") {
      paths.append(String(decoding: bytes[2...], as: UTF8.self))
    }
    paths += paths.filter { $0.hasPrefix("@") }.map { String($0.dropFirst()) }
    return paths.filter { !$0.isEmpty && !Self.streams.contains($0) }
  }
}
