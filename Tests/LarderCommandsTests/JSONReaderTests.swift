internal import LarderCommands
internal import Testing

@Suite("Reading JSON")
struct JSONReaderTests {
  @Test(
    "numbers without fraction and exponent are integers of any size, all others doubles",
    arguments: [
      ("0", .integer(JSONInteger(0))), ("-0", .integer(JSONInteger(0))), ("7", .integer(JSONInteger(7))),
      ("-7", .integer(JSONInteger(-7))), ("9223372036854775808", .integer(JSONInteger(UInt64(1) << 63))),
      ("-9223372036854775808", .integer(JSONInteger(Int64.min))),
      (
        "123456789012345678901234567890",
        .integer(JSONInteger(isNegative: false, digits: "123456789012345678901234567890"))
      ),
      ("0.0", .double(0)), ("1.0", .double(1)), ("1e0", .double(1)), ("1E+2", .double(100)), ("25e-2", .double(0.25)),
      ("0.1", .double(0.1)), ("1.7976931348623157e308", .double(.greatestFiniteMagnitude)),
      ("5e-324", .double(.leastNonzeroMagnitude)), ("1e-400", .double(0)), ("0e999", .double(0)),
    ] as [(String, JSONValue)])
  func numbers(_ text: String, _ value: JSONValue) throws { #expect(try JSONReader.read(text) == value) }

  @Test("a negative zero with a fraction keeps its sign", arguments: ["-0.0", "-0e0", "-0.0e5"])
  func negativeZero(_ text: String) throws {
    guard case .double(let number) = try JSONReader.read(text) else {
      Issue.record("no double")
      return
    }
    #expect(number.sign == .minus && number == 0)
  }

  @Test(
    "words, texts, arrays and objects",
    arguments: [
      ("null", .null), (" true ", .bool(true)), ("\t\r\nfalse", .bool(false)), ("\"\"", .string("")),
      (#""a\"\\\/\b\f\n\r\t""#, .string("a\"\\/\u{8}\u{C}\n\r\t")), (#""\u00e9\u00E9""#, .string("éé")),
      (#""\ud83d\ude00""#, .string("😀")), (#""\u0000""#, .string("\0")), ("\"\u{7F}é😀\"", .string("\u{7F}é😀")),
      (#""\uFFFF""#, .string("\u{FFFF}")), ("[]", .array([])), ("[ ]", .array([])),
      ("[1 , [null]]", .array([.integer(JSONInteger(1)), .array([.null])])), ("{}", .object([])),
      (
        #"{"b":1, "a" : {"":2.5}}"#,
        .object([
          JSONMember("b", .integer(JSONInteger(1))), JSONMember("a", .object([JSONMember("", .double(2.5))])),
        ])
      ),
    ] as [(String, JSONValue)])
  func values(_ text: String, _ value: JSONValue) throws { #expect(try JSONReader.read(text) == value) }

  @Test("names that differ only in Unicode's spelling are two names")
  func spelling() throws {
    guard case .object(let members) = try JSONReader.read(#"{"\u00e9":1,"e\u0301":2}"#) else {
      Issue.record("no object")
      return
    }
    #expect(members.count == 2)
  }

  @Test(
    "what is no JSON is refused, with the place",
    arguments: [
      ("", "a value is missing", 0), ("  ", "a value is missing", 2), ("nul", value, 0), ("True", value, 0),
      ("'a'", value, 0), ("NaN", value, 0), ("Infinity", value, 0), ("-", "a digit is missing", 1),
      ("-Infinity", "a digit is missing", 1), ("+1", value, 0), (".5", value, 0), ("1.", "a digit is missing", 2),
      ("1.e3", "a digit is missing", 2), ("1e", "a digit is missing", 2), ("1e+", "a digit is missing", 3),
      ("01", "a number begins with a superfluous 0", 0), ("-01", "a number begins with a superfluous 0", 1),
      ("00", "a number begins with a superfluous 0", 0), ("0x1", end, 1), ("1 2", end, 2), ("1_000", end, 1),
      ("null,", end, 4), ("nullx", end, 4), ("1e309", "the number is beyond the range of a double", 0),
      ("[-1e309]", "the number is beyond the range of a double", 1), ("[", "a value is missing", 1),
      ("[1", "',' or ']' is missing", 2), ("[1 2]", "',' or ']' is missing", 3), ("[,1]", value, 1),
      ("[1,]", value, 3), ("]", value, 0), ("{", name, 1), ("{a:1}", name, 1), ("{1:1}", name, 1),
      (#"{"a"}"#, "':' is missing", 4), (#"{"a":}"#, value, 5), (#"{"a":1"#, "',' or '}' is missing", 6),
      (#"{"a":1,}"#, name, 7), (#"{"a":1,"a":1}"#, "the name 'a' stands there twice", 7),
      (#"{"a":1,"\u0061":1}"#, "the name 'a' stands there twice", 7), ("\"a", quote, 2), (#""a\"#, quote, 3),
      ("\"a\nb\"", control, 2), ("\"\u{0}\"", control, 1), ("\"\t\"", control, 1),
      (#""\x""#, "'\\' is followed by no escape that JSON knows", 1), (#""\u12""#, unit, 1), (#""\u12g4""#, unit, 1),
      (#""\u+123""#, unit, 1), (#""\ud800""#, half, 1), (#""\udc00""#, half, 1), (#""\ud800x""#, half, 1),
      (#""\ud800\n""#, half, 1), (#""\ud800\ud800""#, half, 1), (#""\ud800\u0041""#, half, 1),
      ("// a\n1", value, 0), ("1 // a", end, 2), ("/* */1", value, 0), ("\u{FEFF}1", value, 0), ("\u{A0}1", value, 0),
      ("undefined", value, 0), ("[1", "',' or ']' is missing", 2), ("tru", value, 0), ("falsy", value, 0),
    ] as [(String, String, Int)])
  func invalid(_ text: String, _ reason: String, _ offset: Int) {
    #expect(throws: JSONError(reason, at: offset)) { try JSONReader.read(text) }
  }

  private static let value = "this is no value; text stands in double quotes"
  private static let end = "nothing may follow the value"
  private static let name = "a name in double quotes is missing"
  private static let quote = "the closing quote is missing"
  private static let control = "a control character stands in a text; write it as \\u00XX"
  private static let unit = "\\u wants four hexadecimal digits"
  private static let half = "half of a surrogate pair is missing"

  @Test(
    "bytes that are not UTF-8 are refused",
    arguments: [
      [0x22, 0xFF, 0x22], [0x22, 0xC3, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22],
      [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], [0x22, 0x80, 0x22],
    ] as [[UInt8]])
  func encoding(_ bytes: [UInt8]) {
    #expect(throws: JSONError("the text is not UTF-8", at: 0)) { try JSONReader.read(bytes) }
  }

  @Test("values nest to 128 and no deeper")
  func depth() throws {
    let nested = { (depth: Int) in String(repeating: "[", count: depth) + String(repeating: "]", count: depth) }
    _ = try JSONReader.read(nested(128))
    #expect(throws: JSONError("values are nested deeper than 128", at: 128)) { try JSONReader.read(nested(129)) }
    // Depth is that of the place, not the number of arrays.
    _ = try JSONReader.read("[" + Array(repeating: "[]", count: 500).joined(separator: ",") + "]")
    #expect(throws: JSONError.self) { try JSONReader.read(String(repeating: "{\"a\":", count: 100_000)) }
  }

  @Test("what is cut off anywhere is refused")
  func truncated() throws {
    let text = #"{"a":[1.5e3,"\ud83d\ude00",{"b":null}],"c":-0}"#
    _ = try JSONReader.read(text)
    for count in 0..<text.utf8.count {
      #expect(throws: JSONError.self) { try JSONReader.read(Array(text.utf8.prefix(count))) }
    }
  }

  @Test(
    "integers know their bytes",
    arguments: [
      ("0", []), ("1", [1]), ("-255", [255]), ("256", [1, 0]),
      ("18446744073709551615", [UInt8](repeating: 255, count: 8)),
      ("18446744073709551616", [1] + [UInt8](repeating: 0, count: 8)),
      ("1000000000000000000", [0x0D, 0xE0, 0xB6, 0xB3, 0xA7, 0x64, 0, 0]),
      ("340282366920938463463374607431768211455", [UInt8](repeating: 255, count: 16)),
      ("-340282366920938463463374607431768211456", [1] + [UInt8](repeating: 0, count: 16)),
    ] as [(String, [UInt8])])
  func magnitude(_ text: String, _ bytes: [UInt8]) throws {
    guard case .integer(let integer) = try JSONReader.read(text) else {
      Issue.record("no integer")
      return
    }
    #expect(integer.magnitudeBytes == bytes)
    #expect(integer.isNegative == text.hasPrefix("-"))
    #expect(integer.description == text)
  }

  @Test("integers of 64 bits are recognised, larger ones are not")
  func widths() {
    #expect(JSONInteger(Int64.min).int64 == .min && JSONInteger(Int64.min).uint64 == nil)
    #expect(JSONInteger(UInt64.max).uint64 == .max && JSONInteger(UInt64.max).int64 == nil)
    #expect(JSONInteger(isNegative: true, digits: "000") == JSONInteger(0))
    #expect(JSONInteger(isNegative: false, digits: "18446744073709551616").uint64 == nil)
  }
}

@Suite("Writing JSON")
struct JSONTextTests {
  @Test(
    "values have one text",
    arguments: [
      (.null, "null"), (.bool(true), "true"), (.integer(.min), "-9223372036854775808"), (.double(24.1), "24.1"),
      (.double(3), "3"), (.double(-0.0), "-0"), (.double(0.1 + 0.2), "0.30000000000000004"), (.double(1e300), "1e+300"),
      (.double(.nan), "null"), (.double(.infinity), "null"), (.string("a\"\\/\n\r\t"), #""a\"\\/\n\r\t""#),
      (.string("\u{0}\u{1B}\u{7F}\u{85}\u{2028}é😀"), #""\u0000\u001b\u007f\u0085\u2028é😀""#), (.array([]), "[]"),
      (.object([("b", .integer(1)), ("a", .array([.null, .string("x")]))]), #"{"b":1,"a":[null,"x"]}"#),
      (.optional(Int64?.none) { .integer($0) }, "null"), (.optional(Int64(4)) { .integer($0) }, "4"),
    ] as [(JSONText.Value, String)])
  func texts(_ value: JSONText.Value, _ text: String) { #expect(JSONText.text(value) == text) }

  @Test(
    "what was read is written as it was, integers in full and doubles as doubles",
    arguments: [
      #"{"b":[1,-2,123456789012345678901234567890],"a":{"x":null,"y":true}}"#, "1.0", "0.1", "-0.0", "1e+300",
      #""é\n""#,
    ])
  func verbatim(_ text: String) throws { #expect(JSONText.text(try JSONReader.read(text)) == text) }
}
