internal import Foundation

/// Content to store: like lines of JSON, or without any pattern.
struct Payload {
  enum Kind: String, CaseIterable { case json = "JSON", random }

  let name: String
  let kind: Kind
  private(set) var bytes: Data

  init(_ size: Int, _ kind: Kind) {
    self.kind = kind
    name = "\(Self.sizeName(size)) \(kind.rawValue)"
    var random = SplitMix(state: 0x1A2D_E200 &+ UInt64(size))
    switch kind {
    case .random:
      bytes = Data(capacity: size)
      while bytes.count < size {
        withUnsafeBytes(of: random.next()) { bytes.append(contentsOf: $0) }
      }
    case .json:
      var text = ""
      var row = 0
      while text.utf8.count < size {
        row += 1
        text += #"{"id": \#(row), "name": "sample-\#(random.next() % 1000)", "score": 0.\#(random.next() % 100_000), "#
        text += #""tags": ["fold", "train"], "valid": \#(row % 3 == 0)}"# + "\n"
      }
      bytes = Data(text.utf8)
    }
    bytes = bytes.prefix(size)
    bytes = Data(bytes)
  }

  /// Makes the content different from that of every other number.
  mutating func mark(_ number: Int) {
    let digits = Array(String(number, radix: 36).utf8)
    let mark = [UInt8](repeating: 0x30, count: 10 - digits.count) + digits
    bytes.replaceSubrange(24..<34, with: mark)
  }

  static func sizeName(_ size: Int) -> String {
    size >= 1 << 20 ? "\(size >> 20) MB" : "\(size >> 10) KB"
  }
}

/// Random numbers that are the same in every run.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
    return word ^ word >> 31
  }
}
