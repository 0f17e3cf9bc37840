import Foundation
import Testing

@testable import LarderFormat

private struct ForwardingBox: Encodable, Sendable {
  let content: any Encodable & Sendable
  func encode(to encoder: any Encoder) throws { try content.encode(to: encoder) }
}

/// The key of a call whose arguments are full of sets and dictionaries, and the order in which this process sees one.
private func keyAndOrder() throws -> String {
  let words = (0..<100).map { "word\($0)" }
  let arguments: KeyArguments = [
    "set": Set(words),
    "sets": Set((0..<20).map { Set([$0, $0 + 1, $0 * 7]) }),
    "map": Dictionary(uniqueKeysWithValues: words.map { ($0, Set([$0, "x"])) }),
    "numbers": Dictionary(uniqueKeysWithValues: (0..<100).map { ($0, [String($0): Double($0)]) }),
    "forwarded": ForwardingBox(content: [ForwardingBox(content: Set(words))]),
    "maps in a set": Set([["a": 1, "b": 2, "c": 3], ["d": 4, "e": 5]]),
    "boxed": [Described.set(Set(words.map { .text($0) })), .words(["k": .set([.null, .bool(true), .bytes([1])])])],
    "pairs": [Described.array([.null]): Described.pairs([.null: .bool(true), .text("a"): .null])],
  ]
  let environment = words.reduce(KeyEnvironment.portable) { $0.adding($1, $1) }
  let key = try Call("f", version: "1", arguments)
    .document(namespace: "", environment: environment, inputs: FixedInputs()).key
  return "larder-key \(key) \(Set(words).joined(separator: ","))"
}

@Suite("keys of several processes") struct KeyProcessTests {
  @Test("five processes with different hash seeds derive one key")
  func processes() async throws {
    var keys = Set<Substring>()
    var orders = Set<Substring>()
    for _ in 0..<5 {
      let result = await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
        print(try keyAndOrder())
      }
      let output = String(decoding: result?.standardOutputContent ?? [], as: UTF8.self)
      let line = try #require(output.split(separator: "\n").first { $0.contains("larder-key ") })
      let parts = line.split(separator: " ").suffix(2)
      keys.insert(parts[parts.startIndex])
      orders.insert(parts[parts.startIndex + 1])
    }
    keys.insert(try keyAndOrder().split(separator: " ")[1])
    #expect(keys.count == 1)
    // The processes did see the same set in different orders: otherwise this proves nothing.
    #expect(orders.count > 1)
  }
}
