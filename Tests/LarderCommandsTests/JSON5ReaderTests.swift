internal import LarderCommands
internal import Testing

@Suite("Reading JSON5")
struct JSON5ReaderTests {
  @Test(
    "what people write by hand is read",
    arguments: [
      ("// a\n1 // b", .integer(JSONInteger(1))), ("/* a\n*/1/**/", .integer(JSONInteger(1))),
      ("1//", .integer(JSONInteger(1))),
      ("\u{FEFF}\u{A0}\u{B}\u{C}\u{2028}\u{2029}1", .integer(JSONInteger(1))),
      ("[1,]", .array([.integer(JSONInteger(1))])), ("[/*a*/]", .array([])),
      ("{a:null,}", .object([JSONMember("a", .null)])), ("{$_é1:null}", .object([JSONMember("$_é1", .null)])),
      ("{'a-b' : '\"', \"c\":\"'\"}", .object([JSONMember("a-b", .string("\"")), JSONMember("c", .string("'"))])),
      (#"'\'\v\0\x41\é\/\"'"#, .string("'\u{B}\0Aé/\"")), ("'a\\\nb\\\r\nc'", .string("abc")),
      ("+1", .integer(JSONInteger(1))), ("0x1F", .integer(JSONInteger(31))), ("-0XfF", .integer(JSONInteger(-255))),
      (".5", .double(0.5)), ("+5.", .double(5)), ("-.5e1", .double(-5)), ("5.e-1", .double(0.5)), ("1.5", .double(1.5)),
      ("+2.5", .double(2.5)), ("\"//\"", .string("//")),
    ] as [(String, JSONValue)])
  func read(_ text: String, _ value: JSONValue) throws {
    #expect(try JSONReader.read(text, .json5) == value)
    // Where keys are derived a text has one meaning: all but ordinary JSON is refused there.
    if !["1.5", "\"//\""].contains(text) { #expect(throws: JSONError.self) { try JSONReader.read(text) } }
  }

  @Test(
    "what is no JSON5 is refused, with the place",
    arguments: [
      ("/* a", "the comment that begins here has no */", 0),
      ("/ 1", "this is no value; text stands in double quotes", 0),
      ("{a-b:1}", "a name with a hyphen in it stands in double quotes", 1), ("{1a:1}", "a name is missing", 1),
      ("{,}", "a name is missing", 1), ("[,]", "this is no value; text stands in double quotes", 1),
      ("{a:1,,}", "a name is missing", 5), ("{'a':1,a:2}", "the name 'a' stands there twice", 7),
      ("'a\"", "the closing quote is missing", 3),
      ("'a\nb'", "a control character stands in a text; write it as \\u00XX", 2),
      (#"'\1'"#, "'\\' is followed by a digit", 1), (#"'\xg1'"#, "\\x wants two hexadecimal digits", 1),
      (#"'\x1"#, "\\x wants two hexadecimal digits", 1), ("0x", "a hexadecimal number has 1 to 16 digits", 0),
      ("0x11111111111111111", "a hexadecimal number has 1 to 16 digits", 0), (".", "a digit is missing", 0),
      ("+", "a digit is missing", 1), ("5.e", "this is no number that a double can hold", 0),
      ("Infinity", "this is no value; text stands in double quotes", 0), ("1 2", "nothing may follow the value", 2),
      (String(repeating: "[", count: 129), "values are nested deeper than 128", 128),
    ] as [(String, String, Int)])
  func refused(_ text: String, _ reason: String, _ offset: Int) {
    #expect(throws: JSONError(reason, at: offset)) { try JSONReader.read(text, .json5) }
  }

  @Test("a name that is not UTF-8 is refused")
  func notUTF8() {
    #expect(throws: JSONError("the text is not UTF-8", at: 1)) {
      try JSONReader.read([0x7B, 0xFF, 0x3A, 0x31, 0x7D], .json5)
    }
  }
}
