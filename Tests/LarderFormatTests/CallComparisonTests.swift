import LarderCrypto
import LarderSystem
import Testing

@testable import LarderFormat

@Suite("what differs between two calls") struct CallComparisonTests {
  private func entry(
    _ arguments: KeyArguments, function: String = "train", version: String = "1", namespace: String = "",
    environment: KeyEnvironment = .portable, size: UInt64 = 12, change: (inout EntryRecord) -> Void = { _ in }
  ) throws -> RecordedCall {
    let file = FileIdentity(size: size, isExecutable: false, digest: SHA256.hash([UInt8(size)]))
    let call = try Call(function, version: version, arguments)
      .derive(namespace: namespace, environment: environment, inputs: FixedInputs(files: ["a.csv": file], trees: [:]))
    var entry = EntryRecord(
      key: call.key, namespace: namespace, function: function, version: version, document: call.document.cbor,
      detail: call.detail.cbor, contentDigest: SHA256.hash([]), size: 0, representation: "data",
      created: Timestamp(nanoseconds: 1))
    change(&entry)
    return RecordedCall(entry)
  }

  /// Each difference in a line.
  private func lines(_ old: RecordedCall, _ new: RecordedCall) -> [String] {
    CallComparison(old, new).differences.map { difference in
      let sides = [difference.old, difference.new].map { $0.map { $0.preview ?? "not kept" } ?? "–" }
      return "\(difference.subject) \(difference.change) \(difference.path): \(sides[0]) → \(sides[1])"
    }
  }

  @Test("equal calls differ in nothing")
  func equal() throws {
    let arguments: KeyArguments = ["depth": 7, "csv": .file("a.csv")]
    let call = try entry(arguments)
    #expect(CallComparison(call, call).differences == [])
    #expect(CallComparison(call, call).isComplete)
  }

  @Test("a difference inside an argument is told with its path and both values")
  func inside() throws {
    struct Options: Encodable, Sendable {
      var learningRate: Double
      var layers: [Int]
      var names: [String: Int]
    }
    let old = try entry(["optimizer": Options(learningRate: 0.05, layers: [1, 2, 3], names: ["a b": 1, "gone": 2])])
    let new = try entry(["optimizer": Options(learningRate: 0.1, layers: [1, 5], names: ["a b": 3, "new": 4])])
    #expect(
      lines(old, new) == [
        "argument changed optimizer.names[\"a b\"]: 1 → 3", "argument removed optimizer.names.gone: 2 → –",
        "argument added optimizer.names.new: – → 4", "argument changed optimizer.layers[1]: 2 → 5",
        "argument removed optimizer.layers[2]: 3 → –", "argument changed optimizer.learningRate: 0.05 → 0.1",
      ])
    #expect(CallComparison(old, new).differences.last?.new?.value == .float(CBORFloat(0.1)))
  }

  @Test("name, arguments and environment are compared, each by what it is")
  func parts() throws {
    let old = try entry(
      ["depth": 3, "n": 1, "a b": true], function: "f", namespace: "lab", environment: .portable.adding("CC", "gcc"))
    let new = try entry(
      ["seed": 7, "n": 1.0, "a b": false], function: "g", version: "2", environment: .portable.adding("CC", nil))
    #expect(
      lines(old, new) == [
        "namespace changed : lab → ", "function changed : f → g", "version changed : 1 → 2",
        "argument removed depth: 3 → –", "argument changed n: 1 → 1.0", "argument changed [\"a b\"]: true → false",
        "argument added seed: – → 7", "environment changed CC: \"gcc\" → null",
      ])
  }

  @Test("files, secrets and what is too large differ by their digests, of which nothing more is known")
  func byDigest() throws {
    func call(_ size: UInt64, _ secret: String, _ byte: UInt8) throws -> RecordedCall {
      try entry(
        ["csv": .file("a.csv"), "token": .secret(secret), "big": [UInt8](repeating: byte, count: 5000)], size: size)
    }
    let differences = try lines(call(12, "a", 1), call(13, "b", 2))
    #expect(
      differences == [
        "argument changed csv: a.csv (12 bytes) → a.csv (13 bytes)", "argument changed token: ••• → •••",
        "argument changed big: 5000 bytes → 5000 bytes",
      ])
    #expect(try lines(call(12, "a", 1), call(12, "a", 1)) == [])
  }

  @Test("an argument of another kind is another argument, and one outside the key is told as such")
  func kinds() throws {
    #expect(
      try lines(entry(["x": "a.csv"]), entry(["x": .file("a.csv")])) == [
        "argument changed x: \"a.csv\" → a.csv (12 bytes)"
      ])
    #expect(try lines(entry(["x": .unkeyed(1)]), entry(["x": .unkeyed(2)])) == ["unkeyed changed x: 1 → 2"])
    #expect(try lines(entry(["x": .unkeyed(1)]), entry(["x": .unkeyed(1)])) == [])
    #expect(try lines(entry(["x": 1]), entry(["x": .unkeyed(1)])) == ["argument changed x: 1 → 1"])
    #expect(try lines(entry([:]), entry(["x": .unkeyed(1)])) == ["unkeyed added x: – → 1"])
  }

  @Test("texts that Swift takes for equal differ where their bytes do")
  func normalisation() throws {
    #expect(
      try lines(entry(["x": "\u{E9}"]), entry(["x": "e\u{301}"])) == ["argument changed x: \"\u{E9}\" → \"e\u{301}\""])
    #expect(try lines(entry(["\u{E9}": 1]), entry(["e\u{301}": 1])).count == 2)
  }

  @Test("a detail that does not fit the sealed document is not believed")
  func forgedDetail() throws {
    let other = try entry(["depth": 9])
    #expect(other.arguments.first?.value == .unsigned(9))
    let nine = try Call("train", version: "1", ["depth": 9])
      .derive(namespace: "", environment: .portable, inputs: FixedInputs(files: [:], trees: [:])).detail.cbor
    let forged = try entry(["depth": 7]) { $0.detail = nine }
    #expect(forged.arguments.map(\.name) == ["depth"])
    #expect(forged.arguments.first?.value == nil && forged.arguments.first?.preview == nil)
    #expect(lines(forged, other) == ["argument changed depth: not kept → 9"])
    // Nor is one that names what the document does not.
    let added = try entry([:]) { $0.detail = nine }
    #expect(added.arguments == [])
  }

  @Test("what was put under a bare key has no call to compare")
  func bare() throws {
    let bare = try entry([:]) { entry in
      entry.document = []
      entry.detail = []
      entry.function = ""
      entry.version = ""
    }
    let comparison = CallComparison(bare, try entry(["x": 1]))
    #expect(!comparison.isComplete)
    #expect(comparison.differences.map(\.subject) == [.function, .version, .argument])
  }

  @Test("two trees are compared path by path")
  func trees() {
    func file(_ path: String, _ content: UInt8, executable: Bool = false) -> TreeManifest.Item {
      .init(
        path: Array(path.utf8),
        kind: .file(digest: SHA256.hash([content]), size: Int64(content), executable: executable))
    }
    let old = TreeManifest([file("a", 1), file("b", 2), file("c", 3), file("e", 5)])
    let new = TreeManifest([file("b", 2), file("c", 4), file("d", 4), file("e", 5, executable: true)])
    let found = TreeComparison(old, new).differences
    #expect(found.map { String(decoding: $0.path, as: UTF8.self) } == ["a", "c", "d", "e"])
    #expect(found.map { $0.old == nil } == [false, false, true, false])
    #expect(found.map { $0.new == nil } == [true, false, false, false])
    #expect(TreeComparison(old, old).differences == [])
  }
}
