import LarderTesting
import Testing

@testable import near_duplicates

@Suite struct TokensTests {
  static let cases: [(text: String, tokens: [String])] = [
    ("", []),
    (" \t\r\n\u{0b}\u{0c} ", []),
    ("a", ["a"]),
    ("int x_1=-42;", ["int", "x_1", "=", "-", "42", ";"]),
    ("a  b\n\tc", ["a", "b", "c"]),
    ("((", ["(", "("]),
    ("größe->x", ["größe", "-", ">", "x"]),
    ("_mm512_add(a)", ["_mm512_add", "(", "a", ")"]),
  ]

  @Test("a text is cut into words and single marks", arguments: cases)
  func tokens(text: String, expected: [String]) {
    let bytes = Array(text.utf8)
    #expect(Tokens(bytes).map { String(decoding: bytes[$0.range], as: UTF8.self) } == expected)
  }

  @Test func `white space of any kind and amount changes no token's hash`() {
    #expect(Tokens(Array("a b ;".utf8)).map(\.hash) == Tokens(Array("\ta\n\n  b\r\n;".utf8)).map(\.hash))
  }

  @Test func `a range limits what is read, also in the middle of a word`() {
    let bytes = Array("alpha beta".utf8)
    #expect(Tokens(bytes, in: 2..<8).map(\.range) == [2..<5, 6..<8])
  }

  @Test func `a hash is the same in every process and on every machine`() {
    // Computed by a separate implementation of FNV-1a and SplitMix64 in Python.
    var hash = StableHash()
    #expect(hash.value == 0xc381_7c01_6ba4_ff30)
    for byte in "larder".utf8 { hash.append(byte) }
    #expect(hash.value == 0x59c2_8ab4_ff5a_e68b)
  }
}
