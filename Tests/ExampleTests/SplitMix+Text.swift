import LarderTesting
import Shared

extension SplitMix {
  /// A text of lines with a few words each, from a small vocabulary, so that lines repeat and resemble each other.
  mutating func text(lines: Int) -> String {
    let words = ["int", "return", "value", "size_t", "{", "}", ";", "static", "index", "+", "==", "length", "(", ")"]
    return (0..<lines).map { _ in
      (0..<Int.random(in: 0...7, using: &self)).map { _ in words[Int.random(in: 0..<words.count, using: &self)] }
        .joined(separator: " ")
    }.joined(separator: "\n")
  }
}
