import Foundation
import LarderCrypto
import Testing

@testable import LarderFormat

/// The canonical encoding of an argument, in hexadecimal digits.
func canonical(_ value: some Encodable) throws -> String {
  hexadecimal(try EncodingArena.encode(value, argument: "x"))
}

private enum Color: String, Codable, CodingKeyRepresentable { case red, green }
private enum Level: Int, Codable { case low = 1, high = 2 }
private struct Name: RawRepresentable, Hashable, Codable { var rawValue: String }
private struct Point: Hashable, Codable { var x: Int, y: Int }
private enum Shape: Codable {
  case dot
  case circle(radius: Double)
  case line(Point, Point)
}
private struct Model: Encodable {
  var name = "m"
  var layers: [Int?] = [3, nil]
  var comment: String?
  var tags: Set<String> = ["b", "a", "aa"]
  var rates: [Color: Double] = [.red: 0.5, .green: 1]
}
private class Base: Encodable { var id = 7 }
private final class Derived: Base {
  var title = "t"
  enum CodingKeys: String, CodingKey { case title }
  override func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(title, forKey: .title)
    try super.encode(to: container.superEncoder())
  }
}
/// A box that says nothing about what is in it.
private struct AnyBox: Encodable {
  let content: any Encodable
  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(content)
  }
}
private struct ByHand: Encodable {
  enum Keys: CodingKey { case z, a }
  enum Numbers: Int, CodingKey { case ten = 10, two = 2 }
  func encode(to encoder: any Encoder) throws {
    var outer = encoder.container(keyedBy: Keys.self)
    var list = outer.nestedUnkeyedContainer(forKey: .z)
    var map = outer.nestedContainer(keyedBy: Numbers.self, forKey: .a)
    // Both stay open and are filled in turn.
    try list.encode(1)
    try map.encode("x", forKey: .ten)
    try list.encodeNil()
    try map.encodeNil(forKey: .two)
    var inner = list.nestedContainer(keyedBy: Keys.self)
    try inner.encode(true, forKey: .z)
    var deeper = list.nestedUnkeyedContainer()
    try deeper.encode(Int128(1) << 64)
    try [2].encode(to: list.superEncoder())
  }
}

@Suite("canonical encodings of arguments") struct KeyTableTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    let value: any Encodable & Sendable
    let hex: String

    init(_ name: String, _ value: any Encodable & Sendable, _ hex: String) {
      self.name = name
      self.value = value
      self.hex = hex
    }

    var testDescription: String { name }
  }

  static let scalars = [
    Row("Int", 5, "05"), Row("Int8", Int8(-5), "24"), Row("UInt8", UInt8(255), "18ff"),
    Row("Int16", Int16(256), "190100"),
    Row("UInt16", UInt16(65535), "19ffff"), Row("Int32", Int32(-65537), "3a00010000"),
    Row("UInt32", UInt32(1) << 31, "1a80000000"), Row("Int64.max", Int64.max, "1b7fffffffffffffff"),
    Row("Int64.min", Int64.min, "3b7fffffffffffffff"), Row("UInt64.max", UInt64.max, "1bffffffffffffffff"),
    Row("UInt.max", UInt.max, "1bffffffffffffffff"), Row("Int128 small", Int128(-1), "20"),
    Row("UInt128 64 bits", UInt128(UInt64.max), "1bffffffffffffffff"),
    Row("UInt128 65 bits", UInt128(1) << 64, "c249010000000000000000"),
    Row("Int128 -2^64", -(Int128(1) << 64), "3bffffffffffffffff"),
    Row("Int128 -2^64-1", -(Int128(1) << 64) - 1, "c349010000000000000000"),
    Row("Int128.min", Int128.min, "c3507fffffffffffffffffffffffffffffff"),
    Row("UInt128.max", UInt128.max, "c250ffffffffffffffffffffffffffffffff"), Row("5.0", 5.0, "f94500"),
    Row("Float 1.5", Float(1.5), "f93e00"), Row("Double 1.5", 1.5, "f93e00"),
    Row("Float 0.1", Float(0.1), "fa3dcccccd"),
    Row("Double 0.1", 0.1, "fb3fb999999999999a"), Row("-0.0", -0.0, "f98000"), Row("0.0", 0.0, "f90000"),
    Row("NaN", Double.nan, "f97e00"), Row("signaling NaN", -Double.signalingNaN, "f97e00"),
    Row("NaN with payload", Float(bitPattern: 0x7FC0_1234), "f97e00"), Row("infinity", -Float.infinity, "f9fc00"),
    Row("halves that cbor2 5.4 gets wrong", [32768.0, 65504.0], "82f97800f97bff"),
    Row("least subnormal half", 0x1p-24, "f90001"), Row("below it", 0x1p-25, "fa33000000"),
    Row("true", true, "f5"), Row("false", false, "f4"), Row("nil", Int?.none, "f6"), Row("some", Int?.some(5), "05"),
    Row("nil inside some", Int??.some(nil), "d94c44f6"), Row("nil outside", Int??.none, "f6"),
    Row("two levels of some", Int???.some(.some(nil)), "d94c44d94c44f6"),
    Row("empty text", "", "60"), Row("composed", "\u{E9}", "62c3a9"), Row("decomposed", "e\u{301}", "6365cc81"),
  ]

  static let collections = [
    Row("Data", Data([1, 2]), "420102"), Row("[UInt8]", [1, 2] as [UInt8], "420102"),
    Row("[Int8]", [1, -2] as [Int8], "820121"), Row("[Int]", [1, 1000, -1], "83011903e820"),
    Row("[UInt64]", [UInt64.max], "811bffffffffffffffff"), Row("[Double]", [1.5, 0.1], "82f93e00fb3fb999999999999a"),
    Row("[Float]", [1.5, 0.1] as [Float], "82f93e00fa3dcccccd"), Row("[Bool]", [true, false], "82f5f4"),
    Row("[String]", ["a", ""], "82616160"), Row("[Int?]", [1, nil], "8201f6"), Row("empty array", [Int](), "80"),
    Row("empty bytes", [UInt8](), "40"), Row("[[Double]]", [[1.0], []], "8281f93c0080"),
    Row("[Data]", [Data([7])], "814107"), Row("range", 1..<4, "d94c5283632e2e3c0104"),
    Row("contiguous", ContiguousArray([1]), "8101"),
    Row("text keys by length", ["aa": 1, "b": 2], "a261620262616101"), Row("empty map", [String: Int](), "a0"),
    Row("enum keys", [Color.green: 1, .red: 2], "a26372656402 65677265656e01".filter { $0 != " " }),
    Row("raw keys", [Name(rawValue: "k"): [Name(rawValue: "v")]], "a1616b816176"),
    Row("number keys", [10: "x", -1: "y", 2: "z"], "a302617a0a6178206179"),
    Row("raw number keys", [Level.high: 1, .low: 2], "a201020201"),
    Row("struct keys", [Point(x: 2, y: 1): true], "a1a2617802617901f5"),
    Row("set of numbers", Set([3, -1, 1]), "d9010283010320"), Row("empty set", Set<Int>(), "d9010280"),
    Row("set of texts", Set(["b", "a", "aa"]), "d901028361616162626161"),
    Row("set of sets", Set([Set([1]), Set()]), "d9010282d9010280d901028101"),
    Row("set in map in array", [["k": Set([2, 1])]], "81a1616bd90102820102"),
  ]

  static let types = [
    Row(
      "UUID", UUID(uuid: (0, 17, 34, 51, 68, 85, 102, 119, 136, 153, 170, 187, 204, 221, 238, 255)),
      "d8255000112233445566778899aabbccddeeff"),
    Row("web URL", URL(string: "http://www.example.com"), "d82076687474703a2f2f7777772e6578616d706c652e636f6d"),
    Row("date in whole seconds", Date(timeIntervalSince1970: 1_363_896_240), "c11a514b67b0"),
    Row("date with halves", Date(timeIntervalSince1970: 1_363_896_240.5), "c1fb41d452d9ec200000"),
    Row("date before 1970", Date(timeIntervalSince1970: -1), "c120"),
    Row(
      "date that Unix time cannot hold", Date(timeIntervalSinceReferenceDate: 0.1),
      "82646461746 5fb3fb999999999999a".filter { $0 != " " }),
    Row("dates far away", [Date.distantPast, .distantFuture], "82c13b0000000e779499ffc11b0000000eec318800"),
    Row("date at infinity", Date(timeIntervalSinceReferenceDate: .infinity), "826464617465f97c00"),
    Row("Decimal", Decimal(string: "273.15"), "c48221196ab3"),
    Row("Decimal zeros", Decimal(string: "1.500"), "c482200f"),
    Row("Decimal hundred", Decimal(100), "c4820201"), Row("Decimal zero", Decimal(0), "c4820000"),
    Row("Decimal negative", Decimal(string: "-0.05"), "c4822124"),
    Row("Decimal large", Decimal(string: "36893488147419103232"), "c48200c249020000000000000000"),
    Row("path", InputPath("a//./b/../c/"), "63612f63"), Row("path in array", [InputPath("/../x")], "81622f78"),
    Row("raw enum", Color.red, "63726564"), Row("raw number", Level.high, "02"),
    Row("enum dot", Shape.dot, "a163646f74a0"),
    Row("enum payload", Shape.circle(radius: 1), "a166636972636c65a166726164697573f93c00"),
    Row(
      "enum positions", Shape.line(Point(x: 1, y: 2), Point(x: 3, y: 4)),
      "a1646c696e65a2625f30a2617801617902625f31a2617803617904"),
    Row("struct", Point(x: 2, y: 1), "a2617802617901"), Row("unsafe box", AnyBoxed.set, "d90102820102"),
  ]

  @Test("scalars", arguments: scalars) func scalar(_ row: Row) throws { #expect(try canonical(row.value) == row.hex) }
  @Test("collections", arguments: collections) func collection(_ row: Row) throws {
    #expect(try canonical(row.value) == row.hex)
  }
  @Test("types of Foundation, enums and structs", arguments: types) func type(_ row: Row) throws {
    #expect(try canonical(row.value) == row.hex)
  }

  private enum AnyBoxed: Encodable {
    case set
    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      try container.encode(Set([2, 1]))
    }
  }

  @Test("a struct omits nil properties and sorts what is in it")
  func structure() throws {
    #expect(
      try canonical(Model())
        == "a4" + "646e616d65616d" + "6474616773d901028361616162626161"
        + "657261746573a263726564f9380065677265656ef93c00" + "666c61796572738203f6")
  }

  @Test("a class with a superclass writes both")
  func superclass() throws {
    #expect(try canonical(Derived()) == "a2657375706572a162696407657469746c656174")
  }

  @Test("containers that are filled in turn, nested, and keyed by numbers come out in their places")
  func nested() throws {
    #expect(
      try canonical(ByHand())
        == "a2" + "6161" + "a2" + "6374656e6178" + "6374776ff6" + "617a" + "85" + "01" + "f6" + "a1617af5"
        + "81c249010000000000000000" + "8102")
  }

  @Test("boxes, optionals and dictionaries make no difference to what is in them")
  func boxes() throws {
    let date = Date(timeIntervalSince1970: 1)
    #expect(try canonical([AnyBox(content: date), AnyBox(content: [3: date] as [Int: Date?])]) == "82c101a103c101")
    #expect(try canonical(["k": AnyBox(content: AnyBox(content: Set([AnyHashableText("a")])))]) == "a1616bd90102816161")
    #expect(try canonical(AnyBox(content: [1.5, 2] as [Float])) == "82f93e00f94000")
    #expect(try canonical(Optional(AnyBox(content: Data([1])))) == "4101")
  }

  /// A box that calls the `encode(to:)` of its content, which for a set writes the order of this process.
  private struct ForwardingBox: Encodable {
    let content: any Encodable
    func encode(to encoder: any Encoder) throws { try content.encode(to: encoder) }
  }

  private struct Ordered: Encodable {
    let order: [Int]
    let members: Set<Int>
    func encode(to encoder: any Encoder) throws { try order.encode(to: encoder) }
  }

  @Test("a box that forwards to a set or a dictionary is encoded as what is in it, not in the order of the process")
  func forwarding() throws {
    let words = Set((0..<50).map { "w\($0)" })
    #expect(try canonical(ForwardingBox(content: words)) == canonical(words))
    #expect(try canonical(ForwardingBox(content: ForwardingBox(content: words))) == canonical(words))
    #expect(try canonical([ForwardingBox(content: Set<Int>())]) == canonical([Set<Int>()]))
    let map = Dictionary(uniqueKeysWithValues: (0..<50).map { (Point(x: $0, y: 0), $0) })
    #expect(try canonical(ForwardingBox(content: map)) == canonical(map))
    #expect(try canonical(ForwardingBox(content: [1, 2])) == "820102")
    // An order that means something stays.
    #expect(try canonical(Ordered(order: [2, 1], members: [1, 2])) == "820201")
    #expect(try canonical(ContiguousArray([Set([7])])) == "81d901028107")
  }

  private struct AnyHashableText: Hashable, Encodable {
    let text: String
    init(_ text: String) { self.text = text }
    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      try container.encode(text)
    }
  }

  @Test(
    "paths are normalised as text",
    arguments: [
      ("", ""), ("a", "a"), ("a/", "a"), ("a//b", "a/b"), ("./a", "a"), ("a/.", "a"), ("a/..", "."), ("..", ".."),
      ("../../a", "../../a"), ("a/../..", ".."), ("/", "/"), ("//", "/"), ("/..", "/"), ("/../a", "/a"),
      ("/a/../../b", "/b"),
      (".", "."), ("./.", "."), ("a/./b", "a/b"), ("...", "..."), ("a/.../b", "a/.../b"), ("~/x", "~/x"),
      ("é/e\u{301}", "é/e\u{301}"),
    ])
  func paths(_ given: String, _ normal: String) {
    #expect(Array(LexicalPath.normalized(given).utf8) == Array(normal.utf8))
    #expect(LexicalPath.normalized(normal) == normal)
  }
}
