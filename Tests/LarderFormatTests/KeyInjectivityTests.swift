import Foundation
import LarderCrypto
import LarderTesting
import Shared
import Testing

@testable import LarderFormat

@Suite("different calls, different keys") struct KeyInjectivityTests {
  private func key(
    _ arguments: KeyArguments = [:], function: String = "f", version: String = "", namespace: String = "",
    environment: KeyEnvironment = .portable, pepper: String = "p"
  ) throws -> ArtifactKey {
    let digest = SHA256.hash([])
    let other = SHA256.hash([1])
    let inputs = FixedInputs(
      files: [
        "a/x": FileIdentity(size: 1, isExecutable: false, digest: digest),
        "b/x": FileIdentity(size: 1, isExecutable: false, digest: digest),
        "y": FileIdentity(size: 1, isExecutable: false, digest: digest),
        "longer": FileIdentity(size: 2, isExecutable: false, digest: digest),
        "program": FileIdentity(size: 1, isExecutable: true, digest: digest),
        "other": FileIdentity(size: 1, isExecutable: false, digest: other),
      ],
      trees: [
        "empty": [], "one": [TreeItem(path: "x", kind: .directory)],
        "two": [TreeItem(path: "x", kind: .directory), TreeItem(path: "y", kind: .directory)],
        "two swapped": [TreeItem(path: "y", kind: .directory), TreeItem(path: "x", kind: .directory)],
        "link": [TreeItem(path: "x", kind: .link(target: [0x79]))],
        "other link": [TreeItem(path: "x", kind: .link(target: [0xFF]))],
        "file": [TreeItem(path: "x", kind: .file(.init(size: 1, isExecutable: false, digest: digest)))],
        "program": [TreeItem(path: "x", kind: .file(.init(size: 1, isExecutable: true, digest: digest)))],
        "raw name": [TreeItem(path: [0xFF], kind: .directory)],
      ], pepperBytes: Array(pepper.utf8))
    return try Call(function, version: version, arguments)
      .document(namespace: namespace, environment: environment, inputs: inputs).key
  }

  @Test("whatever differs in a call differs in its key")
  func table() throws {
    let digest = SHA256.hash([])
    let keys: [(String, ArtifactKey)] = [
      ("nothing", try key()), ("function", try key(function: "g")), ("version", try key(version: "1")),
      ("namespace", try key(namespace: "n")), ("names that run together", try key(function: "fn", namespace: "")),
      ("swapped", try key(function: "n", namespace: "f")),
      ("environment", try key(environment: .portable.adding("a", "b"))),
      ("environment nil", try key(environment: .portable.adding("a", nil))),
      ("environment empty", try key(environment: .portable.adding("a", ""))),
      ("environment text nil", try key(environment: .portable.adding("a", "nil"))),
      ("argument like the environment", try key(["a": "b"])), ("standard", try key(environment: .standard)),
      ("integer", try key(["a": 1])), ("float", try key(["a": 1.0])), ("text", try key(["a": "1"])),
      ("bool", try key(["a": true])), ("nil", try key(["a": Int?.none])),
      ("nil in some", try key(["a": Int??.some(nil)])),
      ("other name", try key(["b": 1])), ("no label", try key([1])), ("array of it", try key(["a": [1]])),
      ("array of array", try key(["a": [[1]]])), ("set of it", try key(["a": Set([1])])),
      ("map", try key(["a": ["1": 1]])),
      ("number map", try key(["a": [1: 1]])), ("bytes", try key(["a": [1] as [UInt8]])), ("0.0", try key(["a": 0.0])),
      ("-0.0", try key(["a": -0.0])), ("0", try key(["a": 0])), ("0.1", try key(["a": 0.1])),
      ("Float 0.1", try key(["a": Float(0.1)])), ("NaN", try key(["a": Double.nan])),
      ("empty text", try key(["a": ""])),
      ("empty bytes", try key(["a": Data()])), ("empty array", try key(["a": [Int]()])),
      ("empty map", try key(["a": [String: Int]()])), ("empty set", try key(["a": Set<Int>()])),
      ("composed", try key(["a": "\u{E9}"])), ("decomposed", try key(["a": "e\u{301}"])),
      ("date", try key(["a": Date(timeIntervalSince1970: 1)])),
      ("date later", try key(["a": Date(timeIntervalSince1970: 1.5)])),
      ("date close to 2001", try key(["a": Date(timeIntervalSinceReferenceDate: 1e-300)])),
      ("date closer", try key(["a": Date(timeIntervalSinceReferenceDate: 2e-300)])),
      ("2001", try key(["a": Date(timeIntervalSinceReferenceDate: 0)])),
      ("decimal", try key(["a": Decimal(1)])), ("URL", try key(["a": URL(string: "http://a")])),
      ("URL text", try key(["a": "http://a"])), ("secret", try key(["a": .secret(1)])),
      ("secret text", try key(["a": .secret("1")])), ("other pepper", try key(["a": .secret(1)], pepper: "q")),
      ("file", try key(["a": .file("a/x")])), ("named file", try key(["a": .file("a/x").named])),
      ("named otherwise", try key(["a": .file("y").named])), ("longer", try key(["a": .file("longer")])),
      ("executable", try key(["a": .file("program")])), ("content", try key(["a": .file("other")])),
      ("digest as bytes", try key(["a": Data(digest.bytes)])), ("tree", try key(["a": .tree("empty")])),
      ("tree of one", try key(["a": .tree("one")])), ("tree of two", try key(["a": .tree("two")])),
      ("link", try key(["a": .tree("link")])), ("other link", try key(["a": .tree("other link")])),
      ("tree file", try key(["a": .tree("file")])), ("tree program", try key(["a": .tree("program")])),
      ("raw name", try key(["a": .tree("raw name")])),
      ("path is text", try key(["a": .path("x")])), ("two", try key(["a": 1, "b": 2])),
      ("exchanged", try key(["a": 2, "b": 1])),
      ("joined", try key(["ab": 1])), ("128 bits", try key(["a": UInt128(1) << 64])),
      ("its bytes", try key(["a": Data([1, 0, 0, 0, 0, 0, 0, 0, 0])])),
    ]
    for (name, same) in Dictionary(grouping: keys, by: \.1) where same.count > 1 {
      Issue.record("\(same.map(\.0)) share \(name)")
    }
  }

  @Test("what does not differ does not differ in its key")
  func equal() throws {
    #expect(try key(["a": 1]) == key(["a": UInt8(1)]))
    #expect(try key(["a": 1.5]) == key(["a": Float(1.5)]))
    #expect(try key(["a": Int?.some(1)]) == key(["a": 1]))
    #expect(try key(["a": [1, 2] as [UInt8]]) == key(["a": Data([1, 2])]))
    #expect(try key(["a": 1, "b": 2]) == key(["b": 2, "a": 1]))
    #expect(try key(["x", 7]) == key(["0": "x", "1": 7]))
    #expect(try key(["a": 1, "note": .unkeyed("today")]) == key(["a": 1]))
    #expect(try key(["a": .file("a/x")]) == key(["a": .file("y")]))
    #expect(try key(["a": .file("a/x").named]) == key(["a": .file("b/x").named]))
    #expect(try key(["a": InputFile?.some(.file("y"))]) == key(["a": .file("y")]))
    #expect(try key(["a": .tree("two")]) == key(["a": .tree("two swapped")]))
    #expect(try key(["a": .path("a//b/.")]) == key(["a": .path("a/b")]))
    #expect(try key(["a": .path("a/b")]) == key(["a": "a/b"]))
    #expect(try key(["a": Decimal(string: "1.50")]) == key(["a": Decimal(string: "1.5")]))
    #expect(try key(KeyArguments(["a": 1 as any Encodable & Sendable])) == key(["a": 1]))
    #expect(
      try key(environment: .portable.adding("a", "x").adding("a", "b")) == key(environment: .portable.adding("a", "b")))
  }

  @Test("values at random have one key exactly when they have one canonical form", arguments: [21, 22] as [UInt64])
  func random(_ seed: UInt64) throws {
    var random = SplitMix(seed: seed)
    var seen: [[UInt8]: Described] = [:]
    for _ in 0..<3000 {
      let value = Described(random: &random, depth: 2)
      let encoding = try EncodingArena.encode(value, argument: "x")
      try CBORReader.validate(encoding)
      let again = try EncodingArena.encode(Described(json: value.json), argument: "x")
      if again != encoding { Issue.record("seed \(seed): \(value) is encoded in two ways") }
      if let other = seen.updateValue(value, forKey: encoding), !other.means(value) {
        Issue.record("seed \(seed): \(other) and \(value) are both \(hexadecimal(encoding))")
      }
    }
    #expect(seen.count > 1500, "seed \(seed)")
  }
}

extension Described {
  /// Whether two descriptions are of one value for a key: the widths of numbers, and kinds of bytes, do not count.
  fileprivate func means(_ other: Described) -> Bool { plain == other.plain }

  private var plain: Described {
    switch self {
    case .unsigned(let value): Int128(exactly: value).map { .signed($0) } ?? self
    case .single(let bits): Self.float(Double(Float(bitPattern: bits)))
    case .double(let bits): Self.float(Double(bitPattern: bits))
    case .data(let value): .bytes(value)
    case .array(let elements): .array(elements.map(\.plain))
    case .doubles(let bits): .array(bits.map { Self.float(Double(bitPattern: $0)) })
    case .singles(let bits): .array(bits.map { Self.float(Double(Float(bitPattern: $0))) })
    case .integers(let values): .array(values.map { .signed(Int128($0)) })
    case .words(let map): .pairs(Dictionary(uniqueKeysWithValues: map.map { (.text($0.key), $0.value.plain) }))
    case .pairs(let map): .pairs(map.mapValues(\.plain))
    case .date(let bits): .date((Double(bitPattern: bits) + 0).bitPattern)
    case .decimal(let sign, let digits, let exponent):
      .text("\(Decimal(string: "\(sign)\(digits)e\(exponent)") ?? .nan)")
    case .url, .path, .null, .bool, .signed, .text, .bytes, .set, .uuid: self
    }
  }

  private static func float(_ value: Double) -> Described { .double((value.isNaN ? .nan : value).bitPattern) }
}
