import Foundation
import LarderCrypto
import Testing

@testable import LarderFormat

@Suite("what is remembered of a call") struct CallDetailTests {
  private func call(_ arguments: KeyArguments, environment: KeyEnvironment = .portable) throws -> DerivedCall {
    let identity = FileIdentity(size: 1234, isExecutable: false, digest: SHA256.hash([]))
    let inputs = FixedInputs(
      files: ["train.csv": identity, "a\nb": identity],
      trees: ["data": [TreeItem(path: "x", kind: .file(identity)), TreeItem(path: "y", kind: .file(identity))]])
    return try Call("train/fold", version: "7", arguments)
      .derive(namespace: "n", environment: environment, inputs: inputs)
  }

  @Test("every kind of argument is remembered as what it is, in the order of the call")
  func kinds() throws {
    let call = try call(
      [
        "csv": .file("train.csv"), "rate": 0.05, "token": .secret("hunter2"), "data": .tree("data"),
        "note": .unkeyed("by hand"), "where": .path("a//b"), "odd": .file("a\nb"), "none": Int?.none,
      ], environment: .portable.adding("os", "linux").adding("HOME", nil))
    let detail = try CallDetail(decoding: call.detail.cbor)
    #expect(detail == call.detail)
    #expect(detail.arguments.map(\.name) == ["csv", "rate", "token", "data", "note", "where", "odd", "none"])
    #expect(
      detail.arguments.map(\.kind) == [.file, .argument, .secret, .tree, .unkeyed, .argument, .file, .argument])
    #expect(
      detail.arguments.map(\.preview) == [
        "train.csv (1234 bytes)", "0.05", "•••", "data (2468 bytes)", "\"by hand\"", "\"a/b\"",
        "\"a\\nb\" (1234 bytes)", "null",
      ])
    #expect(
      detail.arguments.map { $0.value.map { hexadecimal($0) } } == [
        nil, "fb3fa999999999999a", nil, nil, "6762792068616e64", "63612f62", nil, "f6",
      ])
    #expect(detail.arguments.map(\.path) == ["train.csv", nil, nil, "data", nil, nil, "a\nb", nil])
    #expect(detail.arguments.map(\.size) == [1234, nil, nil, 2468, nil, nil, 1234, nil])
    #expect(detail.environment.map(\.name) == ["HOME", "os"])
    #expect(detail.environment.map(\.preview) == ["null", "\"linux\""])
    #expect(detail.environment.allSatisfy { $0.kind == .environment })
    #expect(call.inputs.map(\.path) == ["train.csv", "data", "a\nb"])
    #expect(call.document.arguments.map(\.name) == ["csv", "odd", "data", "none", "rate", "token", "where"])
  }

  @Test("nothing of a secret is in the detail, the document or the parts")
  func secret() throws {
    let call = try call(["token": .secret(["hunter2": "swordfish"])])
    for bytes in [call.detail.cbor, call.document.cbor, call.parts.flatMap(\.encoding)] {
      let text = String(decoding: bytes, as: UTF8.self)
      #expect(!text.contains("hunter2") && !text.contains("swordfish"))
    }
    #expect(!"\(call)".contains("hunter2"))
  }

  @Test("a value is remembered up to 4096 bytes", arguments: [(4093, true), (4094, false)])
  func limit(_ count: Int, _ isKept: Bool) throws {
    let detail = try call(["a": Data(count: count)]).detail
    #expect(detail.arguments[0].value?.count == (isKept ? 4096 : nil))
    #expect(detail.arguments[0].preview == "\(count) bytes")
  }

  @Test("a call with very many arguments is remembered without their values, in at most 1 MiB")
  func many() throws {
    let arguments = KeyArguments(
      (0..<5000).map { (key: "a\($0)", value: String(repeating: "x", count: 150) as any Encodable & Sendable) })
    let detail = try call(arguments).detail
    #expect(detail.cbor.count <= CallDetail.sizeLimit)
    let read = try CallDetail(decoding: detail.cbor)
    #expect(read.arguments.count == 5000)
    #expect(read.arguments.allSatisfy { $0.value == nil && $0.preview.count == 152 })
    let more = KeyArguments(
      (0..<20_000).map { (key: "a\($0)", value: String(repeating: "x", count: 150) as any Encodable & Sendable) })
    #expect(try CallDetail(decoding: call(more).detail.cbor).arguments.isEmpty)
  }

  @Test(
    "a detail of another form is refused",
    arguments: [
      CBORValue.map([]), .array([]),
      .map([.init(.text("v"), .unsigned(2)), .init(.text("args"), .array([])), .init(.text("env"), .array([]))]),
      .map([.init(.text("v"), .unsigned(1)), .init(.text("args"), .map([])), .init(.text("env"), .array([]))]),
      detail([.init(.text("k"), .text("arg")), .init(.text("p"), .text(""))]),
      detail([.init(.text("n"), .text("a")), .init(.text("k"), .text("what")), .init(.text("p"), .text(""))]),
      detail([.init(.text("n"), .text("a")), .init(.text("k"), .text("env")), .init(.text("p"), .text(""))]),
      detail([
        .init(.text("n"), .text("a")), .init(.text("k"), .text("secret")), .init(.text("p"), .text("")),
        .init(.text("c"), .bytes([0])),
      ]),
      detail([
        .init(.text("n"), .text("a")), .init(.text("k"), .text("arg")), .init(.text("p"), .text("")),
        .init(.text("x"), .null),
      ]),
    ])
  func refused(_ value: CBORValue) throws {
    let bytes = try value.encoded()
    #expect(throws: CBORError.self) { try CallDetail(decoding: bytes) }
  }

  private static func detail(_ item: [CBORValue.Pair]) -> CBORValue {
    .map([
      .init(.text("v"), .unsigned(1)), .init(.text("args"), .array([.map(item)])), .init(.text("env"), .array([])),
    ])
  }
}

@Suite("stored key documents") struct KeyDocumentTests {
  private func document() throws -> KeyDocument {
    try Call("train/fold", version: "7", ["depth": 7, "a": Set([1, 2]), "b": "x"])
      .document(namespace: "team", environment: .standard.adding("CC", nil), inputs: FixedInputs())
  }

  @Test("a document comes back as it was, with the same key")
  func roundTrip() throws {
    let document = try document()
    let read = try KeyDocument(decoding: document.cbor)
    #expect(read == document)
    #expect(read.key == document.key)
    #expect(read.arguments.map(\.name) == ["a", "b", "depth"])
    #expect(read.environment.map(\.name) == ["CC", "os", "arch"])
    #expect([read.namespace, read.function, read.version] == ["team", "train/fold", "7"])
  }

  @Test("a document with one byte changed is refused, or another document with another key")
  func mutations() throws {
    let document = try document()
    var accepted = 0
    for place in document.cbor.indices {
      for bit in 0..<8 {
        var changed = document.cbor
        changed[place] ^= 1 << bit
        guard let read = try? KeyDocument(decoding: changed) else { continue }
        accepted += 1
        if read.key == document.key { Issue.record("byte \(place), bit \(bit) keeps the key") }
        let again = try KeyDocument(
          namespace: read.namespace, function: read.function, version: read.version, arguments: read.arguments,
          environment: read.environment)
        if again != read || again.cbor != changed { Issue.record("byte \(place), bit \(bit) is not written so") }
      }
    }
    // Names and digests can change and leave a document; nothing else can.
    #expect(accepted > 1000)
  }

  @Test("every document that is cut short or has something behind it is refused")
  func lengths() throws {
    let bytes = try document().cbor
    for count in bytes.indices { #expect(throws: CBORError.self) { try KeyDocument(decoding: Array(bytes[..<count])) } }
    #expect(throws: CBORError(.trailing, at: bytes.count)) { try KeyDocument(decoding: bytes + [0]) }
  }

  @Test("canonical bytes of another form are refused")
  func forms() throws {
    var pairs = try #require(try CBORValue(decoding: document().cbor).pairs)
    #expect(try KeyDocument(decoding: CBORValue.map(pairs).encoded()) == document())
    for place in pairs.indices {
      var fewer = pairs
      fewer.remove(at: place)
      let bytes = try CBORValue.map(fewer).encoded()
      #expect(throws: CBORError.self) { try KeyDocument(decoding: bytes) }
      var other = pairs
      other[place] = .init(pairs[place].key, .unsigned(2))
      let changed = try CBORValue.map(other).encoded()
      #expect(throws: CBORError.self) { try KeyDocument(decoding: changed) }
    }
    pairs.append(.init(.text("x"), .null))
    let more = try CBORValue.map(pairs).encoded()
    #expect(throws: CBORError.self) { try KeyDocument(decoding: more) }
  }

  @Test("the standard environment names this platform in words that never change")
  func environment() {
    #if os(Linux) && arch(x86_64)
      #expect(KeyEnvironment.standard.values == ["os": "linux", "arch": "x86_64"])
    #elseif os(Linux) && arch(arm64)
      #expect(KeyEnvironment.standard.values == ["os": "linux", "arch": "arm64"])
    #elseif os(macOS) && arch(arm64)
      #expect(KeyEnvironment.standard.values == ["os": "macos", "arch": "arm64"])
    #endif
    #expect(KeyEnvironment.portable.values.isEmpty)
    #expect(KeyEnvironment.portable.adding("a", nil).values == ["a": nil])
  }
}
