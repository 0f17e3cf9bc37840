/// The words and marks of a text, in order: a run of letters, digits, underscores and bytes above ASCII is one token,
/// every other byte that is not white space is a token of its own.
///
/// It works on bytes, so that a text in any encoding that extends ASCII has tokens.
struct Tokens: Sequence, IteratorProtocol {
  struct Token {
    let range: Range<Int>
    let hash: UInt64
  }

  private let bytes: [UInt8]
  private let end: Int
  private var position: Int

  init(_ bytes: [UInt8], in range: Range<Int>? = nil) {
    self.bytes = bytes
    position = range?.lowerBound ?? 0
    end = range?.upperBound ?? bytes.count
  }

  mutating func next() -> Token? {
    while position < end, Tokens.isSpace(bytes[position]) { position += 1 }
    guard position < end else { return nil }
    let start = position
    var hash = StableHash()
    repeat {
      hash.append(bytes[position])
      position += 1
    } while Tokens.isWord(bytes[position - 1]) && position < end && Tokens.isWord(bytes[position])
    return Token(range: start..<position, hash: hash.value)
  }

  static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }

  static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...0xff:
      true
    default: false
    }
  }
}
