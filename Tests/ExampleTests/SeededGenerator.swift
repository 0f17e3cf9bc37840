/// SplitMix64: the same numbers for the same seed everywhere, so that a failure can be repeated.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// A text of lines with a few words each, from a small vocabulary, so that lines repeat and resemble each other.
  mutating func text(lines: Int) -> String {
    let words = ["int", "return", "value", "size_t", "{", "}", ";", "static", "index", "+", "==", "length", "(", ")"]
    return (0..<lines).map { _ in
      (0..<Int.random(in: 0...7, using: &self)).map { _ in words[Int.random(in: 0..<words.count, using: &self)] }
        .joined(separator: " ")
    }.joined(separator: "\n")
  }
}
