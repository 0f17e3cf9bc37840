/// The `Encoder` that an `encode(to:)` sees: a node of the arena, to be filled.
struct NodeEncoder: Encoder {
  let arena: EncodingArena
  let node: Int

  var codingPath: [any CodingKey] { arena.codingPath(of: node) }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    arena.openOrFail(.map, node)
    return KeyedEncodingContainer(NodeKeyedContainer<Key>(arena: arena, node: node))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    arena.openOrFail(.array, node)
    return NodeUnkeyedContainer(arena: arena, node: node)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer { NodeValueContainer(arena: arena, node: node) }
}

extension EncodingArena {
  /// Opens a container where the protocol leaves no way to throw: the failure is thrown at the next chance.
  func openOrFail(_ shape: Shape, _ node: Int) {
    do { try open(shape, node) } catch {
      if failure == nil { failure = error as? LarderError }
    }
  }

  /// Worked out only when a type asks for it.
  func codingPath(of node: Int) -> [any CodingKey] {
    var path: [any CodingKey] = []
    var index = node
    while index > 0, nodes[index].parent >= 0 {
      path.append(NodeCodingKey(step(to: index)))
      index = Int(nodes[index].parent)
    }
    return path.reversed()
  }
}

/// A step of a path, for types that look at `codingPath`, and the key of `superEncoder()`.
struct NodeCodingKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }

  init(_ step: some StringProtocol) { stringValue = step.hasPrefix(".") ? String(step.dropFirst()) : String(step) }
  init(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { stringValue = String(intValue) }

  static let `super` = NodeCodingKey(stringValue: "super")
}

struct NodeKeyedContainer<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let arena: EncodingArena
  let node: Int

  var codingPath: [any CodingKey] { arena.codingPath(of: node) }

  private func child(_ key: some CodingKey) -> Int { arena.child(of: node, key: key.stringValue) }
  private func leaf(_ key: Key, _ write: (inout CBORWriter) throws -> Void) throws {
    if let failure = arena.failure { throw failure }
    try arena.leaf(child(key), write)
  }

  mutating func encodeNil(forKey key: Key) throws { try leaf(key) { $0.null() } }
  mutating func encode(_ value: Bool, forKey key: Key) throws { try leaf(key) { $0.bool(value) } }
  mutating func encode(_ value: String, forKey key: Key) throws { try leaf(key) { $0.text(value) } }
  mutating func encode(_ value: Double, forKey key: Key) throws { try leaf(key) { $0.double(value) } }
  mutating func encode(_ value: Float, forKey key: Key) throws { try leaf(key) { $0.double(Double(value)) } }
  mutating func encode(_ value: Int, forKey key: Key) throws { try leaf(key) { $0.integer(Int64(value)) } }
  mutating func encode(_ value: Int8, forKey key: Key) throws { try leaf(key) { $0.integer(Int64(value)) } }
  mutating func encode(_ value: Int16, forKey key: Key) throws { try leaf(key) { $0.integer(Int64(value)) } }
  mutating func encode(_ value: Int32, forKey key: Key) throws { try leaf(key) { $0.integer(Int64(value)) } }
  mutating func encode(_ value: Int64, forKey key: Key) throws { try leaf(key) { $0.integer(value) } }
  mutating func encode(_ value: Int128, forKey key: Key) throws { try leaf(key) { $0.wide(value) } }
  mutating func encode(_ value: UInt, forKey key: Key) throws { try leaf(key) { $0.unsigned(UInt64(value)) } }
  mutating func encode(_ value: UInt8, forKey key: Key) throws { try leaf(key) { $0.unsigned(UInt64(value)) } }
  mutating func encode(_ value: UInt16, forKey key: Key) throws { try leaf(key) { $0.unsigned(UInt64(value)) } }
  mutating func encode(_ value: UInt32, forKey key: Key) throws { try leaf(key) { $0.unsigned(UInt64(value)) } }
  mutating func encode(_ value: UInt64, forKey key: Key) throws { try leaf(key) { $0.unsigned(value) } }
  mutating func encode(_ value: UInt128, forKey key: Key) throws { try leaf(key) { $0.wide(value) } }

  mutating func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
    if let failure = arena.failure { throw failure }
    try arena.encode(value, into: child(key))
  }

  mutating func encodeIfPresent<Value: Encodable>(_ value: Value?, forKey key: Key) throws {
    guard let value else { return }
    // Absent already means nil, so a present nil inside (`Int??`) has to look different.
    try arena.encodePresent(value, into: child(key))
  }

  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) -> KeyedEncodingContainer<Nested> {
    NodeEncoder(arena: arena, node: child(key)).container(keyedBy: type)
  }

  mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    NodeEncoder(arena: arena, node: child(key)).unkeyedContainer()
  }

  mutating func superEncoder() -> any Encoder { NodeEncoder(arena: arena, node: child(NodeCodingKey.super)) }
  mutating func superEncoder(forKey key: Key) -> any Encoder { NodeEncoder(arena: arena, node: child(key)) }
}

struct NodeUnkeyedContainer: UnkeyedEncodingContainer {
  let arena: EncodingArena
  let node: Int

  var codingPath: [any CodingKey] { arena.codingPath(of: node) }
  var count: Int { Int(arena.nodes[node].childCount) }

  private func child() -> Int { arena.child(of: node, label: .index) }
  private func leaf(_ write: (inout CBORWriter) throws -> Void) throws {
    if let failure = arena.failure { throw failure }
    try arena.leaf(child(), write)
  }

  mutating func encodeNil() throws { try leaf { $0.null() } }
  mutating func encode(_ value: Bool) throws { try leaf { $0.bool(value) } }
  mutating func encode(_ value: String) throws { try leaf { $0.text(value) } }
  mutating func encode(_ value: Double) throws { try leaf { $0.double(value) } }
  mutating func encode(_ value: Float) throws { try leaf { $0.double(Double(value)) } }
  mutating func encode(_ value: Int) throws { try leaf { $0.integer(Int64(value)) } }
  mutating func encode(_ value: Int8) throws { try leaf { $0.integer(Int64(value)) } }
  mutating func encode(_ value: Int16) throws { try leaf { $0.integer(Int64(value)) } }
  mutating func encode(_ value: Int32) throws { try leaf { $0.integer(Int64(value)) } }
  mutating func encode(_ value: Int64) throws { try leaf { $0.integer(value) } }
  mutating func encode(_ value: Int128) throws { try leaf { $0.wide(value) } }
  mutating func encode(_ value: UInt) throws { try leaf { $0.unsigned(UInt64(value)) } }
  mutating func encode(_ value: UInt8) throws { try leaf { $0.unsigned(UInt64(value)) } }
  mutating func encode(_ value: UInt16) throws { try leaf { $0.unsigned(UInt64(value)) } }
  mutating func encode(_ value: UInt32) throws { try leaf { $0.unsigned(UInt64(value)) } }
  mutating func encode(_ value: UInt64) throws { try leaf { $0.unsigned(value) } }
  mutating func encode(_ value: UInt128) throws { try leaf { $0.wide(value) } }

  mutating func encode<Value: Encodable>(_ value: Value) throws {
    if let failure = arena.failure { throw failure }
    try arena.encode(value, into: child())
  }

  mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
    NodeEncoder(arena: arena, node: child()).container(keyedBy: type)
  }

  mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
    NodeEncoder(arena: arena, node: child()).unkeyedContainer()
  }

  mutating func superEncoder() -> any Encoder { NodeEncoder(arena: arena, node: child()) }
}

struct NodeValueContainer: SingleValueEncodingContainer {
  let arena: EncodingArena
  let node: Int

  var codingPath: [any CodingKey] { arena.codingPath(of: node) }

  mutating func encodeNil() throws { try arena.leaf(node) { $0.null() } }
  mutating func encode(_ value: Bool) throws { try arena.leaf(node) { $0.bool(value) } }
  mutating func encode(_ value: String) throws { try arena.leaf(node) { $0.text(value) } }
  mutating func encode(_ value: Double) throws { try arena.leaf(node) { $0.double(value) } }
  mutating func encode(_ value: Float) throws { try arena.leaf(node) { $0.double(Double(value)) } }
  mutating func encode(_ value: Int) throws { try arena.leaf(node) { $0.integer(Int64(value)) } }
  mutating func encode(_ value: Int8) throws { try arena.leaf(node) { $0.integer(Int64(value)) } }
  mutating func encode(_ value: Int16) throws { try arena.leaf(node) { $0.integer(Int64(value)) } }
  mutating func encode(_ value: Int32) throws { try arena.leaf(node) { $0.integer(Int64(value)) } }
  mutating func encode(_ value: Int64) throws { try arena.leaf(node) { $0.integer(value) } }
  mutating func encode(_ value: Int128) throws { try arena.leaf(node) { $0.wide(value) } }
  mutating func encode(_ value: UInt) throws { try arena.leaf(node) { $0.unsigned(UInt64(value)) } }
  mutating func encode(_ value: UInt8) throws { try arena.leaf(node) { $0.unsigned(UInt64(value)) } }
  mutating func encode(_ value: UInt16) throws { try arena.leaf(node) { $0.unsigned(UInt64(value)) } }
  mutating func encode(_ value: UInt32) throws { try arena.leaf(node) { $0.unsigned(UInt64(value)) } }
  mutating func encode(_ value: UInt64) throws { try arena.leaf(node) { $0.unsigned(value) } }
  mutating func encode(_ value: UInt128) throws { try arena.leaf(node) { $0.wide(value) } }
  mutating func encode<Value: Encodable>(_ value: Value) throws { try arena.encode(value, into: node) }
}
