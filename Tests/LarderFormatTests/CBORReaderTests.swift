import LarderCrypto
import LarderTesting
import Shared
import Testing

@testable import LarderFormat

@Suite("CBOR reading") struct CBORReaderTests {
  @Test("the 65 deterministic examples of RFC 8949 come back byte for byte, and read as the RFC says")
  func examples() throws {
    let lines = try Vectors.lines("rfc8949-appendix-a.txt")
    #expect(lines.count == 65)
    for line in lines {
      let parts = line.split(separator: " ", maxSplits: 1)
      let bytes = try #require(hexadecimalBytes(String(parts[0])))
      let value = try CBORValue(decoding: bytes)
      #expect(try value.encoded() == bytes, "\(line)")
      #expect(value.diagnostic == parts[1], "\(line)")
      try CBORReader.validate(bytes)
    }
  }

  static let refused: [(String, CBORError.Reason, Int)] = [
    ("", .truncated, 0),
    ("18", .truncated, 0),
    ("19ff", .truncated, 0),
    ("1817", .longHead, 0),
    ("1800", .longHead, 0),
    ("190018", .longHead, 0),
    ("1900ff", .longHead, 0),
    ("1a0000ffff", .longHead, 0),
    ("1b00000000ffffffff", .longHead, 0),
    ("3817", .longHead, 0),
    ("5800", .longHead, 0),
    ("7800", .longHead, 0),
    ("9800", .longHead, 0),
    ("b800", .longHead, 0),
    ("d81700", .longHead, 0),
    ("1c", .reserved, 0),
    ("3d", .reserved, 0),
    ("5e", .reserved, 0),
    ("fc", .reserved, 0),
    ("fd", .reserved, 0),
    ("fe", .reserved, 0),
    ("1f", .reserved, 0),
    ("3f", .reserved, 0),
    ("df00", .reserved, 0),
    ("f800", .reserved, 0),
    ("f814", .reserved, 0),
    ("f818", .reserved, 0),
    ("f81f", .reserved, 0),
    ("ff", .indefinite, 0),
    ("5f42010243030405ff", .indefinite, 0),
    ("7f657374726561646d696e67ff", .indefinite, 0),
    ("9fff", .indefinite, 0),
    ("bfff", .indefinite, 0),
    ("83018202039f0405ff", .indefinite, 5),
    ("fa7f800000", .longFloat, 0),
    ("fa7fc00000", .longFloat, 0),
    ("faff800000", .longFloat, 0),
    ("fa3f800000", .longFloat, 0),
    ("fa00000000", .longFloat, 0),
    ("fa80000000", .longFloat, 0),
    ("fa33800000", .longFloat, 0),
    ("fb7ff0000000000000", .longFloat, 0),
    ("fb7ff8000000000000", .longFloat, 0),
    ("fbfff0000000000000", .longFloat, 0),
    ("fb3ff8000000000000", .longFloat, 0),
    ("fb40f86a0000000000", .longFloat, 0),
    ("f97e01", .longFloat, 0),
    ("f97c01", .longFloat, 0),
    ("f9fe00", .longFloat, 0),
    ("c240", .longBignum, 1),
    ("c24101", .longBignum, 1),
    ("c248ffffffffffffffff", .longBignum, 1),
    ("c349000000000000000001", .longBignum, 1),
    ("c201", .type, 1),
    ("c36161", .type, 1),
    ("41", .truncated, 0),
    ("5affffffff00", .truncated, 0),
    ("5bffffffffffffffff00", .truncated, 0),
    ("7bffffffffffffffff00", .truncated, 0),
    ("9bffffffffffffffff00", .truncated, 0),
    ("bbffffffffffffffff00", .truncated, 0),
    ("bb7fffffffffffffff00", .truncated, 0),
    ("82", .truncated, 0),
    ("8201", .truncated, 0),
    ("a101", .truncated, 0),
    ("c1", .truncated, 1),
    ("0000", .trailing, 1),
    ("8000", .trailing, 1),
    ("61ff", .utf8, 0),
    ("6180", .utf8, 0),
    ("62c080", .utf8, 0),
    ("62c2c2", .utf8, 0),
    ("63eda080", .utf8, 0),
    ("63e08080", .utf8, 0),
    ("64f0808080", .utf8, 0),
    ("64f4908080", .utf8, 0),
    ("64f5808080", .utf8, 0),
    ("61c3", .utf8, 0),
    ("62e6b0", .utf8, 0),
    ("6961616161616161 61ff", .utf8, 0),
    ("a2616201616102", .unsorted, 4),
    ("a26161016161 02", .duplicate, 4),
    ("a2 6262620161 6102", .unsorted, 5),
    ("a220010002", .unsorted, 3),
    ("a2810000 8000", .unsorted, 4),
    ("81a2010001 00", .duplicate, 4),
    ("a201a202000100 0000", .unsorted, 5),
  ]

  @Test("everything but the one encoding of a value is refused, at its place", arguments: refused)
  func refusal(_ hex: String, _ reason: CBORError.Reason, _ offset: Int) throws {
    let bytes = try #require(hexadecimalBytes(hex.filter { $0 != " " }))
    #expect(throws: CBORError(reason, at: offset)) { try CBORReader.validate(bytes) }
    #expect(throws: CBORError(reason, at: offset)) { try CBORValue(decoding: bytes) }
  }

  @Test("levels are counted, in arrays, maps and tags, and hostile depth does not overflow the stack")
  func depth() throws {
    for opening: [UInt8] in [[0x81], [0xA1, 0x00], [0xC1]] {
      func nested(_ levels: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: opening[0], count: levels * opening.count + 1)
        // The other byte of an opening is zero, and so is the value in the innermost.
        if opening.count == 2 { for place in stride(from: 1, to: bytes.count, by: 2) { bytes[place] = 0 } }
        bytes[bytes.count - 1] = 0
        return bytes
      }
      let hostile = nested(1_000_000)
      try CBORReader.validate(nested(128))
      #expect(throws: CBORError(.deep, at: 128 * opening.count)) { try CBORReader.validate(nested(129)) }
      #expect(throws: CBORError(.deep, at: 128 * opening.count)) { try CBORReader.validate(hostile) }
      #expect(throws: CBORError.self) { try CBORValue(decoding: hostile) }
    }
  }

  @Test("a document with one byte changed is refused, or is another document that is canonical itself")
  func mutations() throws {
    let document = try CBORValue.map([
      .init(
        .text("a"), .array([.unsigned(24), .negative(1000), .bytes([1, 2, 3]), .tag(1, .unsigned(1_363_896_240))])),
      .init(.text("bc"), .map([.init(.unsigned(1), .float(CBORFloat(1.1))), .init(.text("é"), .null)])),
      .init(.text("d"), .float(CBORFloat(0.5))), .init(.text("e"), .float(CBORFloat(100_000))),
      .init(.text("f"), .tag(2, .bytes([1, 0, 0, 0, 0, 0, 0, 0, 0]))), .init(.bool(true), .simple(200)),
    ]).encoded()
    try CBORReader.validate(document)
    var accepted = 0
    for place in document.indices {
      for byte in UInt8.min...UInt8.max where byte != document[place] {
        var changed = document
        changed[place] = byte
        guard let value = try? CBORValue(decoding: changed) else { continue }
        accepted += 1
        let again = try value.encoded()
        if again != changed { Issue.record("byte \(place) as \(byte)") }
      }
    }
    // Neither all nor nothing: the check sees both sides.
    #expect(accepted > 500 && accepted < document.count * 200)
  }

  @Test("what a document says at random is refused, or comes back byte for byte", arguments: [1, 2, 3] as [UInt64])
  func noise(_ seed: UInt64) throws {
    var random = SplitMix(seed: seed)
    var accepted = 0
    for _ in 0..<20_000 {
      let bytes = (0..<Int.random(in: 0...12, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
      guard let value = try? CBORValue(decoding: bytes) else { continue }
      accepted += 1
      let again = try value.encoded()
      if again != bytes { Issue.record("\(bytes), seed \(seed)") }
    }
    #expect(accepted > 100, "seed \(seed)")
  }

  @Test("the UTF-8 check agrees with the standard library", arguments: [4, 5] as [UInt64])
  func utf8(_ seed: UInt64) {
    var random = SplitMix(seed: seed)
    let interesting: [UInt8] = [
      0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE, 0xEF,
      0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF,
    ]
    var valid = 0
    for _ in 0..<50_000 {
      let bytes = (0..<Int.random(in: 0...6, using: &random)).map { _ in
        interesting[Int.random(in: interesting.indices, using: &random)]
      }
      let expected = String(validating: bytes, as: UTF8.self) != nil
      if expected { valid += 1 }
      let found = bytes.withUnsafeBytes { isWellFormedUTF8($0) }
      if found != expected { Issue.record("\(bytes), seed \(seed)") }
    }
    #expect(valid > 1000)
    #expect(Array("0123456é89abcdéf水𐅑".utf8).withUnsafeBytes { isWellFormedUTF8($0) })
  }

  @Test("a cursor reads one item after the other and refuses another type than was asked for")
  func cursor() throws {
    var writer = CBORWriter()
    writer.array(4)
    writer.text("é")
    writer.integer(-5)
    writer.bool(true)
    writer.null()
    var reader = CBORReader(writer.bytes)
    #expect(try reader.array() == 4)
    #expect(throws: CBORError(.type, at: 1)) {
      var other = reader
      _ = try other.unsigned()
    }
    #expect(try reader.text() == "é")
    #expect(try reader.integer() == -5)
    #expect(try reader.bool())
    #expect(throws: CBORError(.trailing, at: 6)) { try reader.finish() }
    let isNull = reader.null()
    #expect(isNull)
    try reader.finish()
  }

  @Test(
    "a preview is short, names what people know, and hides nothing behind control characters",
    arguments: [
      ("a26161056262208301f5f6", #"{a: 5, "b ": [1, true, null]}"#),
      ("d9010282616161 62", #"{"a", "b"}"#),
      ("d8255000112233445566778899aabbccddeeff", "00112233-4455-6677-8899-aabbccddeeff"),
      ("c48221190 5dc", "15.00"),
      ("c249010000000000000000", "18446744073709551616"),
      ("c349010000000000000000", "-18446744073709551617"),
      ("c11a514b67b0", "1(1363896240)"),
      ("d82076687474703a2f2f7777772e6578616d706c652e636f6d", #""http://www.example.com""#),
      ("5100112233445566778899aabbccddeeff00", "17 bytes"),
      ("43010203", "h'010203'"),
      ("661b5b324a0a41", #""\u001b[2J\nA""#),
      ("63e280ae", #""\u202e""#),
      ("fb3fb999999999999a", "0.1"),
      ("f97e00", "NaN"),
    ])
  func preview(_ hex: String, _ text: String) throws {
    let bytes = try #require(hexadecimalBytes(hex.filter { $0 != " " }))
    #expect(CBORPreview.text(of: bytes) == text)
  }

  @Test("a preview of a large value has 200 characters and ends in an ellipsis")
  func longPreview() throws {
    var writer = CBORWriter()
    writer.text(String(repeating: "水", count: 100_000))
    let preview = CBORPreview.text(of: writer.bytes)
    #expect(preview.count == 200)
    #expect(preview.hasPrefix("\"水水") && preview.hasSuffix("水…"))
    var list = CBORWriter()
    list.array(100_000)
    for number in 0..<100_000 { list.unsigned(UInt64(number)) }
    #expect(CBORPreview.text(of: list.bytes).count == 200)
  }
}
