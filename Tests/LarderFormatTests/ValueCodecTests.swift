import Foundation
import LarderCrypto
import Testing

@testable import LarderFormat

private struct Record: Codable, Equatable {
  var name: String
  var rate: Double
  var size: Float
  var count: Int
  var tags: [String]
  var note: String?
  var inner: Inner?
  struct Inner: Codable, Equatable { var bytes: Data, numbers: [Double], deep: [[Int16]] }
}
private enum Color: String, Codable, CaseIterable { case red, green }
private enum Level: Int, Codable { case low = 1, high = 2 }
private struct Point: Hashable, Codable { var x: Int, y: Int }
private enum Shape: Codable, Equatable {
  case dot
  case circle(radius: Double)
  case line(Point, Point)
  indirect case group([Shape], Shape?)
}
private struct Empty: Codable, Equatable {}
private struct Nothing: Codable, Equatable {
  init() {}
  init(from decoder: any Decoder) throws {}
  func encode(to encoder: any Encoder) throws {}
}
private struct Optionals: Codable, Equatable {
  var one: Int?
  var two: Int??
  var three: Int???
  var json: JSON?
}
private enum JSON: Codable, Equatable {
  case null, number(Double), text(String), list([JSON]), object([String: JSON])
  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .text(value)
    } else if let value = try? container.decode([JSON].self) {
      self = .list(value)
    } else {
      self = .object(try container.decode([String: JSON].self))
    }
  }
  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .number(let value): try container.encode(value)
    case .text(let value): try container.encode(value)
    case .list(let value): try container.encode(value)
    case .object(let value): try container.encode(value)
    }
  }
}
private class Base: Codable {
  var id: Int
  init(id: Int) { self.id = id }
}
private final class Derived: Base {
  var title: String
  init(id: Int, title: String) {
    self.title = title
    super.init(id: id)
  }
  enum CodingKeys: String, CodingKey { case title }
  required init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    title = try container.decode(String.self, forKey: .title)
    try super.init(from: container.superDecoder())
  }
  override func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try super.encode(to: container.superEncoder())
    try container.encode(title, forKey: .title)
  }
}
/// Writes an array as a whole, and reads it element by element; and the other way round.
private struct Crossed: Codable, Equatable {
  var numbers: [Int32]
  var bytes: [UInt8]
  var set: Set<String>
  enum Keys: CodingKey { case numbers, bytes, set, loose }
  init(numbers: [Int32], bytes: [UInt8], set: Set<String>) {
    (self.numbers, self.bytes, self.set) = (numbers, bytes, set)
  }
  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Keys.self)
    func list<Element: Decodable>(_ key: Keys) throws -> [Element] {
      var list = try container.nestedUnkeyedContainer(forKey: key)
      var result: [Element] = []
      while !list.isAtEnd { result.append(try list.decode(Element.self)) }
      return result
    }
    numbers = try list(.numbers)
    bytes = try list(.bytes)
    set = Set(try list(.set) as [String])
    #expect(try container.decode([Int32].self, forKey: .loose) == numbers)
    #expect(try container.decode([Int].self, forKey: .numbers) == numbers.map { Int($0) })
  }
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Keys.self)
    try container.encode(bytes, forKey: .bytes)
    try container.encode(numbers, forKey: .numbers)
    try container.encode(set, forKey: .set)
    var loose = container.nestedUnkeyedContainer(forKey: .loose)
    for number in numbers { try loose.encode(number) }
  }
}
private struct Forwarding<Content: Codable & Equatable>: Codable, Equatable {
  var content: Content
  init(_ content: Content) { self.content = content }
  init(from decoder: any Decoder) throws { content = try Content(from: decoder) }
  func encode(to encoder: any Encoder) throws { try content.encode(to: encoder) }
}

@Suite("values as bytes") struct ValueCodecTests {
  /// Whether a value comes back equal, alone, in an array, an optional, a map and a struct.
  private func comesBack<Value: Codable & Equatable>(_ value: Value) throws -> Bool {
    func same<Outer: Codable & Equatable>(_ outer: Outer) throws -> Bool {
      let bytes = try ValueEncoder.encode(outer)
      guard try ValueEncoder.encode(outer) == bytes else { return false }
      return try ValueDecoder.decode(Outer.self, from: bytes) == outer
    }
    return try same(value) && same([value, value]) && same(Value?.some(value)) && same([Value?.some(value), nil])
      && same(["k": value, "": value]) && same(Forwarding([value])) && same([[1: value]])
  }

  @Test("scalars come back") func scalars() throws {
    #expect(try comesBack(true) && comesBack(false) && comesBack("") && comesBack("é e\u{301} 水\0"))
    #expect(try comesBack(Int8.min) && comesBack(Int16.min) && comesBack(Int32.max) && comesBack(Int64.min))
    #expect(try comesBack(UInt8.max) && comesBack(UInt16.max) && comesBack(UInt32.max) && comesBack(UInt64.max))
    #expect(try comesBack(Int.min) && comesBack(UInt.max) && comesBack(0) && comesBack(-1))
    #expect(try comesBack(Int128.min) && comesBack(Int128.max) && comesBack(UInt128.max) && comesBack(UInt128(1) << 64))
    #expect(try comesBack(-Int128(UInt64.max) - 1) && comesBack(-Int128(UInt64.max) - 2))
    #expect(try comesBack(0.1) && comesBack(Float(0.1)) && comesBack(1.5) && comesBack(-Double.infinity))
    #expect(try comesBack(Double.leastNonzeroMagnitude) && comesBack(Float.leastNonzeroMagnitude))
    #expect(try comesBack(Double.greatestFiniteMagnitude) && comesBack(65504.0) && comesBack(0x1p-24))
  }

  @Test("floats come back bit for bit, and a NaN as one")
  func floats() throws {
    func bits(_ value: Double) throws -> UInt64 {
      try ValueDecoder.decode(Double.self, from: ValueEncoder.encode(value)).bitPattern
    }
    for value in [0.0, -0.0, 0.1, -0x1p-1074, 1e300, .infinity] { #expect(try bits(value) == value.bitPattern) }
    #expect(try ValueDecoder.decode(Double.self, from: ValueEncoder.encode(Double.signalingNaN)).isNaN)
    #expect(try ValueDecoder.decode(Float.self, from: ValueEncoder.encode(Float.nan)).isNaN)
    let array = [Double(bitPattern: 0x7FF8_0000_DEAD_BEEF), -0.0, 0.1]
    let read = try ValueDecoder.decode([Double].self, from: ValueEncoder.encode(array))
    #expect(read.map(\.bitPattern) == array.map(\.bitPattern))
  }

  @Test("collections come back, whatever their keys") func collections() throws {
    #expect(try comesBack([1, 2, 3]) && comesBack([Int]()) && comesBack([1.5, 0.1]) && comesBack([Float(0.1)]))
    #expect(
      try comesBack([UInt8](0...255)) && comesBack([Int8](-128...127)) && comesBack(Data([1, 2])) && comesBack(Data()))
    #expect(try comesBack([UInt16.max]) && comesBack([Int64.min]) && comesBack([UInt64.max]) && comesBack([UInt32.max]))
    #expect(try comesBack([Int128.min, 0]) && comesBack([[["a"]], []]) && comesBack([true, false]))
    #expect(try comesBack(ContiguousArray([1, 2])) && comesBack(1..<4))
    #expect(
      try comesBack(["b": 1, "a": 2, "": 3]) && comesBack([3: "x", -1: "y"]) && comesBack([Point(x: 1, y: 2): 0.5]))
    #expect(try comesBack([Color.red: 1, .green: 2]) && comesBack([Level.high: "h"]) && comesBack([String: Int]()))
    #expect(try comesBack([UUID(): Date(timeIntervalSince1970: 0.1)]) && comesBack([[1, 2]: [3]] as [[Int]: [Int]]))
    #expect(
      try comesBack(Set(["b", "a"])) && comesBack(Set([Set([1]), Set()])) && comesBack(Set([Point(x: 1, y: 2)])))
    #expect(try comesBack((0..<3000).map { [String($0): $0] }))
  }

  @Test("nil comes back at every level of an optional") func optionals() throws {
    #expect(try ValueDecoder.decode(Int?.self, from: ValueEncoder.encode(Int?.none)) == nil)
    for value in [Int???.none, .some(nil), .some(.some(nil)), .some(.some(.some(1)))] {
      #expect(try ValueDecoder.decode(Int???.self, from: ValueEncoder.encode(value)) == value)
      #expect(try comesBack(value))
    }
    for value in [
      Optionals(), Optionals(one: 1, two: .some(nil), three: .some(nil), json: .null),
      Optionals(one: nil, two: 2, three: .some(.some(nil)), json: .list([.null])),
      Optionals(two: .some(.some(1)), three: 3),
    ] { #expect(try comesBack(value)) }
    #expect(try comesBack(JSON.null) && comesBack(JSON.object(["a": .null, "b": .list([.number(1), .text("x")])])))
    #expect(try comesBack([JSON?.some(.null), nil]))
  }

  @Test("types of Foundation come back") func foundation() throws {
    for seconds in [
      0, 0.1, -0.1, 1e-300, 1e300, 978_307_200.5, 63_113_904_000, -63_114_076_800, 0x1p62, 0x1p63, -0x1p63,
    ] {
      #expect(try comesBack(Date(timeIntervalSinceReferenceDate: seconds)), "\(seconds)")
    }
    #expect(try comesBack(Date(timeIntervalSinceReferenceDate: .infinity)) && comesBack(Date()))
    #expect(try comesBack(UUID()))
    for text in ["http://www.example.com/a?b#c", "file:///tmp/x%20y", "relative/path", "mailto:a@b.example"] {
      #expect(try comesBack(#require(URL(string: text))), "\(text)")
    }
    #expect(try comesBack(URL(fileURLWithPath: "/tmp/é x")))
    #expect(try comesBack(#require(URL(string: "b/c", relativeTo: URL(string: "http://a.example/x/")))))
    for text in ["0", "1", "-1", "273.15", "1e127", "1e-127", "340282366920938463463374607431768211455", "-0.000001"] {
      #expect(try comesBack(#require(Decimal(string: text))), "\(text)")
    }
    #expect(try ValueDecoder.decode(Decimal.self, from: ValueEncoder.encode(Decimal.nan)).isNaN)
  }

  @Test("structs, enums and classes come back") func types() throws {
    let record = Record(
      name: "n", rate: 0.1, size: 0.5, count: -3, tags: ["a", "b"], note: nil,
      inner: .init(bytes: Data([1]), numbers: [1, .infinity], deep: [[1], [], [-2, 3]]))
    #expect(try comesBack(record) && comesBack(Point(x: .min, y: .max)))
    #expect(try comesBack(Empty()) && comesBack(Nothing()))
    #expect(try comesBack(Color.red) && comesBack(Level.high) && comesBack(Shape.dot))
    #expect(try comesBack(Shape.group([.circle(radius: 1), .line(Point(x: 1, y: 2), Point(x: 3, y: 4))], .dot)))
    #expect(try comesBack(Shape.group([], nil)))
    #expect(try comesBack(Crossed(numbers: [1, -70000], bytes: [1, 255], set: ["a", "bb"])))
    #expect(try comesBack(Forwarding(Date(timeIntervalSince1970: 0.1))) && comesBack(Forwarding([1: "x"])))
    #expect(try comesBack(Forwarding([Point(x: 1, y: 2): [Color.red: 1]])))
    #expect(
      try comesBack(Forwarding(Set([1]))) && comesBack(Forwarding(Data([1]))) && comesBack(Forwarding([UInt8(1)])))
    let derived = try ValueDecoder.decode(Derived.self, from: ValueEncoder.encode(Derived(id: 7, title: "t")))
    #expect(derived.id == 7 && derived.title == "t")
  }

  @Test("the bytes are those of the format, and equal values have equal bytes") func bytes() throws {
    func hex(_ value: some Encodable) throws -> String { hexadecimal(try ValueEncoder.encode(value)) }
    #expect(try hex(Point(x: 1, y: -1)) == "a2617801617920")
    #expect(try hex([1.0, -0.0]) == "d85650000000000000f03f0000000000000080")
    #expect(try hex([Int16(1), -1]) == "d84d440100ffff")
    #expect(try hex([UInt8(1)]) == "4101")
    #expect(try hex([Int8(-1)]) == "d84841ff")
    #expect(try hex([3: Set(["b", "a"])]) == "a103d901028261616162")
    #expect(try hex(Int??.some(nil)) == "d94c44f6")
    #expect(try hex(Set(0..<50)) == hex(Set((0..<50).reversed())))
  }

  @Test("what does not fit the type is an error that names the place")
  func mismatches() throws {
    func message<Value: Decodable>(_ type: Value.Type, _ value: some Encodable) throws -> String {
      let bytes = try ValueEncoder.encode(value)
      let error = try #require(throws: LarderError.self) { try ValueDecoder.decode(type, from: bytes) }
      #expect(error.code == .encoding)
      return error.message
    }
    #expect(try message(Int.self, "x") == "Cannot decode value of Int: it is not Int (found text).")
    #expect(try message(Int8.self, 128) == "Cannot decode value of Int8: the number does not fit into Int8.")
    #expect(try message(UInt.self, -1) == "Cannot decode value of UInt: the number does not fit into UInt.")
    #expect(try message(Float.self, 0.1) == "Cannot decode value of Float: the number does not fit into Float.")
    #expect(
      try message([Int].self, ["a": 1]) == "Cannot decode value of Array<Int>: it is not Array<Int> (found a map).")
    #expect(
      try message([Point].self, [["x": 1, "y": 2], ["x": 1]])
        == "Cannot decode value[1] of Array<Point>: it holds nothing under 'y'.")
    #expect(
      try message([String: [Point]].self, ["k v": [["x": 1.5, "y": 2]]])
        == "Cannot decode value[\"k v\"][0].x of Dictionary<String, Array<Point>>: it is not Int (found a float).")
    #expect(try message(Color.self, "blue").contains("blue"))
    #expect(try message(UUID.self, [1]).hasPrefix("Cannot decode value of UUID: "))
    #expect(
      try message(Point.self, Int?.none)
        == "Cannot decode value of Point: it is not Dictionary<String, Any> (found nil).")
  }

  @Test("what cannot be encoded is an error that names the place") func refused() throws {
    let error = try #require(throws: LarderError.self) { try ValueEncoder.encode(["a": [InputFile("x")]]) }
    #expect(error.code == .encoding)
    #expect(
      error.message
        == "Cannot encode value.a[0]: .file marks a whole argument and cannot lie inside another value. "
        + "Pass it as an argument of its own.")
  }
}

@Suite("hostile values") struct HostileValueTests {
  /// A type that goes as deep as the bytes do.
  private indirect enum List: Codable, Equatable {
    case end
    case next(List)
    init(from decoder: any Decoder) throws {
      if try decoder.singleValueContainer().decodeNil() {
        self = .end
        return
      }
      var container = try decoder.unkeyedContainer()
      self = .next(try container.decode(List.self))
    }
    func encode(to encoder: any Encoder) throws {
      switch self {
      case .end:
        var container = encoder.singleValueContainer()
        try container.encodeNil()
      case .next(let rest):
        var container = encoder.unkeyedContainer()
        try container.encode(rest)
      }
    }
  }

  @Test("deep values come back up to 256 levels; deeper ones are refused on both sides, without a crash")
  func depth() throws {
    func list(_ levels: Int) -> List { (0..<levels).reduce(.end) { rest, _ in .next(rest) } }
    let deepest = list(256)
    #expect(try ValueDecoder.decode(List.self, from: ValueEncoder.encode(deepest)) == deepest)
    let error = try #require(throws: LarderError.self) { try ValueEncoder.encode(list(257)) }
    #expect(
      error.message
        == "Cannot encode value: it is more than 256 levels deep, or holds itself. Pass what identifies it instead.")
    for levels in [265, 100_000] {
      let bytes = [UInt8](repeating: 0x81, count: levels) + [0xF6]
      #expect(throws: LarderError.self) { try ValueDecoder.decode(List.self, from: bytes) }
    }
  }

  @Test(
    "lengths beyond the bytes are refused before anything is allocated",
    arguments: [
      "9bffffffffffffffff", "bb7fffffffffffffff", "5bffffffffffffffff", "7b00000000ffffffff", "d8565bffffffffffffffff",
      "9a7fffffff00", "d90102 9bffffffffffffffff", "c25bffffffffffffffff", "",
    ])
  func lengths(_ hex: String) throws {
    let bytes = try #require(hexadecimalBytes(hex.filter { $0 != " " }))
    #expect(throws: LarderError.self) { try ValueDecoder.decode([Double].self, from: bytes) }
    #expect(throws: LarderError.self) { try ValueDecoder.decode([String: [Int]].self, from: bytes) }
    #expect(throws: LarderError.self) { try ValueDecoder.decode(Set<String>.self, from: bytes) }
  }

  @Test(
    "what is well-formed and no value of the type is an error",
    arguments: [
      "d85643000000", "d84f4100", "d8254100", "c482182a", "c4821b7fffffffffffffff01", "c1f6", "d90102a0", "d82001",
      "f7",
    ])
  func wrong(_ hex: String) throws {
    let bytes = try #require(hexadecimalBytes(hex))
    #expect(throws: LarderError.self) { try ValueDecoder.decode([Double].self, from: bytes) }
    #expect(throws: LarderError.self) { try ValueDecoder.decode([Int].self, from: bytes) }
    #expect(throws: LarderError.self) { try ValueDecoder.decode(UUID.self, from: bytes) }
    #expect(throws: LarderError.self) { try ValueDecoder.decode(Decimal.self, from: bytes) }
    #expect(throws: LarderError.self) { try ValueDecoder.decode(Date.self, from: bytes) }
    #expect(throws: LarderError.self) { try ValueDecoder.decode(URL.self, from: bytes) }
    #expect(throws: LarderError.self) { try ValueDecoder.decode([String: Int].self, from: bytes) }
  }

  @Test("a value with one bit changed is an error or a value, never a crash")
  func bits() throws {
    struct Everything: Codable {
      var numbers = [1.5, 2], texts = ["a": Set(["x", "y"])], date = Date(timeIntervalSince1970: 0.5), id = UUID()
      var decimal = Decimal(string: "1.5"),
        url = URL(string: "http://a.example/x", relativeTo: URL(string: "http://b.example"))
      var wide = Int128.min, optional: Int?? = .some(nil), bytes = Data([1, 2, 3]), keys = [1: [true], 2: []]
    }
    let bytes = try ValueEncoder.encode(Everything())
    var (read, refused) = (0, 0)
    for place in bytes.indices {
      for bit in 0..<8 {
        var changed = bytes
        changed[place] ^= 1 << bit
        do {
          _ = try ValueDecoder.decode(Everything.self, from: changed)
          read += 1
        } catch is LarderError { refused += 1 }
      }
    }
    #expect(read > 100 && refused > 100)
  }
}

@Suite("numeric arrays") struct NumericArrayTests {
  private func check<Number: NumericElement & Equatable>(_ numbers: [Number], _ name: String, _ hex: String) throws {
    #expect([Number].representation == name)
    let bytes = numbers.withRawBytes { Array($0) }
    #expect(hexadecimal(bytes) == hex)
    #expect(bytes.withUnsafeBytes { [Number](rawBytes: $0) } == numbers)
    #expect(
      hex.isEmpty
        || [UInt8](repeating: 0, count: MemoryLayout<Number>.size * 3 / 2).withUnsafeBytes { [Number](rawBytes: $0) }
          == nil
        || MemoryLayout<Number>.size == 1)
  }

  @Test("arrays of numbers are their bytes, lowest first, and come back from them")
  func arrays() throws {
    try check([Int8(1), -1], "array/i8", "01ff")
    try check([UInt8(1), 255], "array/u8", "01ff")
    try check([Int16(1), -2], "array/i16le", "0100feff")
    try check([UInt16(0x1234)], "array/u16le", "3412")
    try check([Int32(0x1234_5678)], "array/i32le", "78563412")
    try check([UInt32.max], "array/u32le", "ffffffff")
    try check([Int64(1)], "array/i64le", "0100000000000000")
    try check([UInt64(1)], "array/u64le", "0100000000000000")
    try check([1, -1], "array/i64le", "0100000000000000ffffffffffffffff")
    try check([UInt.max], "array/u64le", "ffffffffffffffff")
    try check([Float(1)], "array/f32le", "0000803f")
    try check([1.0, -0.0], "array/f64le", "000000000000f03f0000000000000080")
    try check([Double](), "array/f64le", "")
  }

  @Test("a type says whether it is such an array")
  func types() {
    func name(_ type: Any.Type) -> String? { (type as? any NumericArray.Type)?.representation }
    #expect(name([Double].self) == "array/f64le")
    #expect(name([Int].self) == "array/i64le")
    #expect(name([String].self) == nil)
    #expect(name([[Double]].self) == nil)
    #expect(name([Double]?.self) == nil)
    #expect(name(Data.self) == nil)
  }

  @Test("bytes at an odd address are read as well")
  func unaligned() {
    let bytes: [UInt8] = [9, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F]
    #expect(bytes.withUnsafeBytes { [Double](rawBytes: UnsafeRawBufferPointer(rebasing: $0[1...])) } == [1])
  }
}
