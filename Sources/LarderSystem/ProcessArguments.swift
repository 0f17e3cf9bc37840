/// The words that this process was started with.
package enum ProcessArguments {
  /// A word that is not UTF-8: Swift's own list replaces its bytes in silence, and two different words would be one.
  package struct Unreadable: Error, Hashable, Sendable {
    /// Counted from 1.
    package let index: Int
    /// The word, with the bytes replaced that are no text.
    package let shown: String
  }

  /// The words after the program's name.
  package static func words() throws(Unreadable) -> [String] {
    var words: [String] = []
    for index in 1..<max(1, Int(CommandLine.argc)) {
      guard let pointer = CommandLine.unsafeArgv[index] else { break }
      guard let word = String(validatingCString: pointer) else {
        throw Unreadable(index: index, shown: String(cString: pointer))
      }
      words.append(word)
    }
    return words
  }

  /// The path of the program that this process runs, to start it once more; nil where the system does not tell.
  package static var program: String? {
    #if os(Linux)
      try? resolvedPath("/proc/self/exe")
    #else
      CommandLine.arguments.first.flatMap { $0.contains("/") ? try? resolvedPath($0) : nil }
    #endif
  }
}
