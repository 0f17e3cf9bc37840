/// A text as lines that can be compared: where each one's characters lie, without the white space around them, and a
/// hash of its tokens.
struct Lines: Sendable {
  let bytes: [UInt8]
  /// Without white space at either end.
  private(set) var contents: [Range<Int>] = []
  /// Equal for lines that differ in white space only.
  private(set) var identities: [UInt64] = []
  private var ranges: [Range<Int>] = []

  var count: Int { ranges.count }

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    var start = 0
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: 0x0a) ?? bytes.count
      append(start..<end)
      start = end + 1
    }
  }

  private mutating func append(_ range: Range<Int>) {
    var identity: UInt64 = 0
    var content = range.lowerBound..<range.lowerBound
    for token in Tokens(bytes, in: range) {
      identity = StableHash.mix(identity &+ token.hash)
      if content.isEmpty { content = token.range }
      content = content.lowerBound..<token.range.upperBound
    }
    ranges.append(range)
    contents.append(content)
    identities.append(identity)
  }

  /// The text of a line without its end; bytes that are no UTF-8 become replacement characters.
  func text(of line: Int) -> String {
    var range = ranges[line]
    if range.upperBound > range.lowerBound, bytes[range.upperBound - 1] == 0x0d { range.removeLast() }
    return String(decoding: bytes[range], as: UTF8.self)
  }

  static func count(in bytes: [UInt8]) -> Int {
    var count = 0
    for byte in bytes where byte == 0x0a { count += 1 }
    return bytes.last.map { $0 == 0x0a ? count : count + 1 } ?? 0
  }
}

extension Range<Int> {
  fileprivate mutating func removeLast() { self = lowerBound..<(upperBound - 1) }
}
