import Foundation

/// The files beside these tests.
enum Vectors {
  struct Missing: Error { let name: String }

  static func path(_ name: String) throws -> String {
    guard let url = Bundle.module.url(forResource: "Vectors/" + name, withExtension: nil) else {
      throw Missing(name: name)
    }
    return url.path
  }

  /// The lines of a file that are not comments.
  static func lines(_ name: String) throws -> [String] {
    let text = try String(contentsOfFile: path(name), encoding: .utf8)
    return text.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("#") }
  }
}

/// Repeatable randomness (SplitMix64, Steele, Lea and Flood 2014).
struct Seeded: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
