import Foundation
import Testing

@testable import LarderFormat

private final class Cycle: Encodable, @unchecked Sendable {
  // Set once, before the value is handed on.
  var next: Cycle?
}
private final class BoxCycle: Encodable, @unchecked Sendable {
  // Set once, before the value is handed on.
  var next: BoxCycle?
  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(next)
  }
}
private struct Nested<Inner: Encodable & Sendable>: Encodable { var inner: Inner }
private struct Custom: Encodable {
  let body: @Sendable (any Encoder) throws -> Void
  func encode(to encoder: any Encoder) throws { try body(encoder) }
}
private enum Keys: CodingKey { case a, b }
private struct Model: Encodable {
  var layers: [[String: URL]]
}
private struct Unequal: Hashable, Encodable {
  let number: Int
  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode("same")
  }
}
private struct Refusal: Error, CustomStringConvertible { var description: String { "hunter2 is refused" } }

@Suite("errors of keys") struct KeyErrorTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    let arguments: KeyArguments
    let message: String

    init(_ name: String, _ arguments: KeyArguments, _ message: String) {
      self.name = name
      self.arguments = arguments
      self.message = message
    }

    var testDescription: String { name }
  }

  private static let file = URL(fileURLWithPath: "/tmp/x")
  private static let cycle: Cycle = {
    let cycle = Cycle()
    cycle.next = cycle
    return cycle
  }()
  private static let boxCycle: BoxCycle = {
    let cycle = BoxCycle()
    cycle.next = cycle
    return cycle
  }()
  private static let deep = "it is more than 128 levels deep, or holds itself. Pass what identifies it instead."
  private static let fileURL =
    "a file URL names a place. Say .file(path) for the content of the file, or .path(path) for the text."
  private static func mark(_ name: String) -> String {
    "\(name) marks a whole argument and cannot lie inside another value. Pass it as an argument of its own."
  }

  static let rows: [Row] = [
    Row("file URL", ["in": file], "Cannot put args.in into a key: \(fileURL)"),
    Row(
      "file URL deep inside", ["model": Model(layers: [[:], [:], [:], ["w b": file]])],
      "Cannot put args.model.layers[3][\"w b\"] into a key: \(fileURL)"),
    Row("file URL in a set", ["s": ["k": Set([file])]], "Cannot put args.s.k[member] into a key: \(fileURL)"),
    Row("file URL as a key", ["s": [file: 1]], "Cannot put args.s[member] into a key: \(fileURL)"),
    Row("file URL under a number", ["s": [7: file]], "Cannot put args.s[7] into a key: \(fileURL)"),
    Row("strange argument name", ["a b": file], "Cannot put args[\"a b\"] into a key: \(fileURL)"),
    Row("without labels", ["x", file], "Cannot put args.1 into a key: \(fileURL)"),
    Row("file in an array", ["l": [InputFile("x")]], "Cannot put args.l[0] into a key: \(mark(".file"))"),
    Row("tree in a map", ["l": ["t": InputTree("x")]], "Cannot put args.l.t into a key: \(mark(".tree"))"),
    Row(
      "secret in a struct", ["l": Nested(inner: Secret("hunter2"))],
      "Cannot put args.l.inner into a key: \(mark(".secret"))"),
    Row(
      "unkeyed in a struct", ["l": Nested(inner: Unkeyed(1))], "Cannot put args.l.inner into a key: \(mark(".unkeyed"))"
    ),
    Row(
      "optional file in a struct", ["l": Nested(inner: InputFile?.some(.file("x")))],
      "Cannot put args.l.inner into a key: \(mark(".file"))"),
    Row("secret of a file", ["l": Secret(InputFile("x"))], "Cannot put args.l into a key: \(mark(".file"))"),
    Row("cycle", ["c": cycle], "Cannot put args.c into a key: \(deep)"),
    Row("cycle of boxes", ["c": boxCycle], "Cannot put args.c into a key: \(deep)"),
    Row(
      "Decimal that is no number", ["d": Decimal.nan],
      "Cannot put args.d into a key: it is not a number, which a Decimal cannot compare."),
    Row(
      "nothing encoded", ["n": [Custom { _ in }]],
      "Cannot put args.n[0] into a key: Custom encodes nothing. Let its encode(to:) write what tells two values apart."),
    Row(
      "super encoder left empty",
      [
        "n": Custom { encoder in
          var container = encoder.container(keyedBy: Keys.self)
          _ = container.superEncoder(forKey: .b)
        }
      ],
      "Cannot put args.n.b into a key: its encode(to:) asks for a place and writes nothing there."),
    Row(
      "two values in one place",
      [
        "n": Custom { encoder in
          var container = encoder.singleValueContainer()
          try container.encode(1)
          try container.encode(2)
        }
      ],
      "Cannot put args.n into a key: its encode(to:) writes two values in one place."),
    Row(
      "two containers in one place",
      [
        "n": Custom { encoder in
          _ = encoder.container(keyedBy: Keys.self)
          _ = encoder.unkeyedContainer()
        }
      ],
      "Cannot put args.n into a key: its encode(to:) writes two values in one place."),
    Row(
      "a key twice",
      [
        "n": Custom { encoder in
          var container = encoder.container(keyedBy: Keys.self)
          try container.encode(1, forKey: .a)
          try container.encode(1, forKey: .a)
        }
      ],
      "Cannot put args.n.a into a key: the same key is written twice."),
    Row(
      "two keys with one encoding", ["n": [Unequal(number: 1): 1, Unequal(number: 2): 2]],
      "Cannot put args.n.same into a key: the same key is written twice."),
    Row(
      "argument twice", ["a": 1, "a": 2],
      "Cannot derive a key for 'f': an argument named 'a' is given twice. Give it once."),
    Row(
      "argument twice, once unkeyed", ["a": 1, "a": .unkeyed(2)],
      "Cannot derive a key for 'f': an argument named 'a' is given twice. Give it once."),
    Row("empty path", ["a": .file("")], "Cannot put args.a into a key: its path is empty. Name a file or directory."),
    Row(
      "path with a zero", ["a": .tree("a\0b")],
      "Cannot put args.a into a key: its path holds a zero byte. Name a file or directory."),
    Row(
      "long name", [String(repeating: "é", count: 513): 1],
      "Cannot derive a key: the name of an argument has 1026 bytes, and at most 1024 are allowed. "
        + "Pass long text as the value of an argument."),
    Row(
      "invalid value",
      [
        "a": [
          Custom {
            throw EncodingError.invalidValue("hunter2", .init(codingPath: $0.codingPath, debugDescription: "is odd"))
          }
        ]
      ],
      "Cannot put args.a[0] into a key: is odd."),
  ]

  @Test("each names the argument, and says what to do", arguments: rows)
  func message(_ row: Row) throws {
    let error = try #require(throws: LarderError.self) { try derive(row.arguments) }
    #expect(error.code == .argument)
    #expect(error.message == row.message)
    #expect(error.description == row.message)
  }

  @discardableResult
  private func derive(_ arguments: KeyArguments, pepper: [UInt8] = [1], function: String = "f") throws -> DerivedCall {
    try Call(function, version: "1", arguments)
      .derive(namespace: "", environment: .portable, inputs: FixedInputs(pepperBytes: pepper))
  }

  @Test("a type's own error is kept as the cause")
  func cause() throws {
    let value = Nested(inner: Custom { _ in throw Refusal() })
    let error = try #require(throws: LarderError.self) { try derive(["a": value]) }
    #expect(error.message == "Cannot put args.a.inner into a key: its encode(to:) failed.")
    #expect(error.cause is Refusal)
  }

  @Test("a secret's error shows neither its keys nor its values")
  func secretError() throws {
    let thrown: [KeyArguments] = [
      ["a": .secret(["hunter2": Custom { _ in throw Refusal() }])],
      [
        "a": .secret([
          "hunter2": Custom {
            throw EncodingError.invalidValue("x", .init(codingPath: $0.codingPath, debugDescription: "hunter2"))
          }
        ])
      ],
      ["a": .secret(["hunter2": Decimal.nan])],
    ]
    for arguments in thrown {
      let error = try #require(throws: LarderError.self) { try derive(arguments) }
      #expect(!"\(error)".contains("hunter2"))
      #expect(error.message.hasPrefix("Cannot put args.a into a key: "))
    }
  }

  @Test("a secret without a pepper is an error, never an empty one")
  func pepper() throws {
    let error = try #require(throws: LarderError.self) { try derive(["a": .secret(1)], pepper: []) }
    #expect(
      error.message
        == "Cannot put args.a into a key: the pepper that secrets are hashed with is empty. Set LARDER_PEPPER, or run "
        + "'larder init'.")
  }

  @Test("a function without a name is an error")
  func function() throws {
    let error = try #require(throws: LarderError.self) { try derive([:], function: "") }
    #expect(error.message == "Cannot derive a key: the function has no name. Name the computation.")
  }

  @Test("names are bounded in length, and only in length")
  func names() throws {
    let limit = String(repeating: "x", count: 1024)
    let call = try Call(limit, version: limit, [limit: 1, "\n\u{1B}[0m": 2, "": 3])
      .document(namespace: limit, environment: .portable.adding(limit, nil), inputs: FixedInputs())
    #expect(try KeyDocument(decoding: call.cbor) == call)
    for call in [
      { try Call(limit + "x").document(namespace: "", environment: .portable, inputs: FixedInputs()) },
      { try Call("f", version: limit + "x").document(namespace: "", environment: .portable, inputs: FixedInputs()) },
      { try Call("f").document(namespace: limit + "x", environment: .portable, inputs: FixedInputs()) },
      { try Call("f").document(namespace: "", environment: .portable.adding(limit + "x", ""), inputs: FixedInputs()) },
    ] {
      let error = try #require(throws: LarderError.self) { try call() }
      #expect(
        error.message.hasSuffix(
          "has 1025 bytes, and at most 1024 are allowed. Pass long text as the value of an argument."))
    }
  }

  @Test("128 levels are allowed, 129 are not")
  func depth() throws {
    func nested(_ levels: Int) -> Described { (1..<levels).reduce(.array([])) { inner, _ in .array([inner]) } }
    try derive(["a": nested(128)])
    let error = try #require(throws: LarderError.self) { try derive(["a": nested(129)]) }
    #expect(error.message == "Cannot put args.a into a key: \(Self.deep)")
  }

  @Test("a document of more than 1 MiB is an error, however large one argument may be")
  func size() throws {
    try derive(["a": Data(count: 2 << 20)])
    let many = KeyArguments((0..<30_000).map { (key: "a\($0)", value: $0 as any Encodable & Sendable) })
    let error = try #require(throws: LarderError.self) { try derive(many) }
    #expect(
      error.message
        == "Cannot derive a key for 'f': its 30000 arguments make a document of 1218922 bytes, and at most 1048576 are "
        + "allowed. Pass many values as one array.")
  }

  @Test("marks tell other encoders that they are misplaced, and a secret prints as dots")
  func otherEncoders() throws {
    #expect(throws: EncodingError.self) { try JSONEncoder().encode([InputFile("x")]) }
    #expect(throws: EncodingError.self) { try JSONEncoder().encode([InputTree("x")]) }
    #expect(throws: EncodingError.self) { try JSONEncoder().encode([Secret("hunter2")]) }
    #expect(throws: EncodingError.self) { try JSONEncoder().encode([Unkeyed(1)]) }
    #expect("\(Secret("hunter2"))" == "•••")
    #expect(!String(reflecting: ["a": Secret("hunter2")]).contains("hunter2"))
    var dumped = ""
    dump(Secret("hunter2"), to: &dumped)
    #expect(!dumped.contains("hunter2"))
  }
}
