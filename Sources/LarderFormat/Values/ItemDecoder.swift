/// The `Decoder` that an `init(from:)` sees: one item of the source.
struct ItemDecoder: Decoder {
  let source: DecodingSource
  let offset: Int
  let depth: Int

  var codingPath: [any CodingKey] { source.codingPath(to: offset) }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    KeyedDecodingContainer(try ItemKeyedContainer<Key>(self))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer { try ItemUnkeyedContainer(self) }
  func singleValueContainer() throws -> any SingleValueDecodingContainer { ItemValueContainer(item: self) }
}

struct ItemKeyedContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
  private struct Field {
    let key: Range<Int>
    let value: Int
  }

  private let item: ItemDecoder
  private let fields: [Field]
  private var source: DecodingSource { item.source }

  init(_ item: ItemDecoder) throws {
    let source = item.source
    let head = source.head(at: item.offset)
    guard head.major == .map else { throw source.mismatch(item.offset, [String: Any].self) }
    var fields: [Field] = []
    fields.reserveCapacity(Int(head.argument))
    var place = head.content
    for _ in 0..<head.argument {
      let key = source.head(at: place)
      let value = source.end(of: place, depth: .max)
      if key.major == .text { fields.append(Field(key: key.content..<value, value: value)) }
      place = source.end(of: value, depth: item.depth + 1)
    }
    source.learn(start: item.offset, end: place, depth: item.depth)
    self.item = item
    self.fields = fields
  }

  var codingPath: [any CodingKey] { item.codingPath }

  var allKeys: [Key] {
    fields.compactMap { Key(stringValue: String(decoding: source.bytes[$0.key], as: UTF8.self)) }
  }

  private func find(_ key: some CodingKey) -> Int? {
    var name = key.stringValue
    return name.withUTF8 { name in
      source.bytes.withUnsafeBytes { bytes in
        // Sorted as deterministic CBOR sorts: by length, then by bytes.
        var (low, high) = (0, fields.count)
        while low < high {
          let middle = (low + high) / 2
          let field = fields[middle].key
          var order = field.count - name.count
          if order == 0 {
            order = bytewiseOrder(UnsafeRawBufferPointer(rebasing: bytes[field]), UnsafeRawBufferPointer(name))
          }
          if order == 0 { return fields[middle].value }
          if order < 0 { low = middle + 1 } else { high = middle }
        }
        return nil
      }
    }
  }

  private func require(_ key: some CodingKey) throws -> Int {
    guard let offset = find(key) else {
      throw DecodingError.keyNotFound(key, .init(codingPath: codingPath, debugDescription: ""))
    }
    return offset
  }

  private func child(_ key: some CodingKey) throws -> ItemDecoder {
    ItemDecoder(source: source, offset: try require(key), depth: item.depth + 1)
  }

  func contains(_ key: Key) -> Bool { find(key) != nil }
  func decodeNil(forKey key: Key) throws -> Bool { source.isNull(try require(key)) }
  func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try source.bool(require(key)) }
  func decode(_ type: String.Type, forKey key: Key) throws -> String { try source.text(require(key)) }
  func decode(_ type: Double.Type, forKey key: Key) throws -> Double { try source.double(require(key)) }
  func decode(_ type: Float.Type, forKey key: Key) throws -> Float { try source.float(require(key)) }
  func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try source.integer(type, require(key)) }
  func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { try source.integer(type, require(key)) }
  func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { try source.integer(type, require(key)) }
  func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { try source.integer(type, require(key)) }
  func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try source.integer(type, require(key)) }
  func decode(_ type: Int128.Type, forKey key: Key) throws -> Int128 { try source.integer(type, require(key)) }
  func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { try source.integer(type, require(key)) }
  func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { try source.integer(type, require(key)) }
  func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 { try source.integer(type, require(key)) }
  func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 { try source.integer(type, require(key)) }
  func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 { try source.integer(type, require(key)) }
  func decode(_ type: UInt128.Type, forKey key: Key) throws -> UInt128 { try source.integer(type, require(key)) }

  func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
    try source.decode(type, at: require(key), depth: item.depth + 1)
  }

  func decodeIfPresent<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value? {
    guard let offset = find(key), !source.isNull(offset) else { return nil }
    let content = source.isPresent(offset) ? offset + 3 : offset
    return try source.decode(type, at: content, depth: item.depth + 1)
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<Nested> {
    try child(key).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try child(key).unkeyedContainer()
  }

  func superDecoder() throws -> any Decoder { try child(NodeCodingKey.super) }
  func superDecoder(forKey key: Key) throws -> any Decoder { try child(key) }
}

struct ItemUnkeyedContainer: UnkeyedDecodingContainer {
  private let item: ItemDecoder
  private let elements: Int
  private var next: Int
  private(set) var currentIndex = 0
  private var source: DecodingSource { item.source }

  init(_ item: ItemDecoder) throws {
    let item = try item.asArray()
    let head = item.source.head(at: item.offset)
    guard head.major == .array else { throw item.source.mismatch(item.offset, [Any].self) }
    self.item = item
    elements = Int(head.argument)
    next = head.content
  }

  var codingPath: [any CodingKey] { item.codingPath }
  var count: Int? { elements }
  var isAtEnd: Bool { currentIndex >= elements }

  private func here(_ type: Any.Type) throws -> Int {
    guard !isAtEnd else {
      throw DecodingError.valueNotFound(
        type, .init(codingPath: codingPath, debugDescription: "it has only \(elements) elements"))
    }
    return next
  }

  private mutating func advance() {
    next = source.end(of: next, depth: item.depth + 1)
    currentIndex += 1
    if isAtEnd { source.learn(start: item.offset, end: next, depth: item.depth) }
  }

  private mutating func scalar<Value>(_ read: (DecodingSource, Int) throws -> Value) throws -> Value {
    let value = try read(source, here(Value.self))
    advance()
    return value
  }

  mutating func decodeNil() throws -> Bool {
    guard try source.isNull(here(Never.self)) else { return false }
    advance()
    return true
  }

  mutating func decode(_ type: Bool.Type) throws -> Bool { try scalar { try $0.bool($1) } }
  mutating func decode(_ type: String.Type) throws -> String { try scalar { try $0.text($1) } }
  mutating func decode(_ type: Double.Type) throws -> Double { try scalar { try $0.double($1) } }
  mutating func decode(_ type: Float.Type) throws -> Float { try scalar { try $0.float($1) } }
  mutating func decode(_ type: Int.Type) throws -> Int { try scalar { try $0.integer(type, $1) } }
  mutating func decode(_ type: Int8.Type) throws -> Int8 { try scalar { try $0.integer(type, $1) } }
  mutating func decode(_ type: Int16.Type) throws -> Int16 { try scalar { try $0.integer(type, $1) } }
  mutating func decode(_ type: Int32.Type) throws -> Int32 { try scalar { try $0.integer(type, $1) } }
  mutating func decode(_ type: Int64.Type) throws -> Int64 { try scalar { try $0.integer(type, $1) } }
  mutating func decode(_ type: Int128.Type) throws -> Int128 { try scalar { try $0.integer(type, $1) } }
  mutating func decode(_ type: UInt.Type) throws -> UInt { try scalar { try $0.integer(type, $1) } }
  mutating func decode(_ type: UInt8.Type) throws -> UInt8 { try scalar { try $0.integer(type, $1) } }
  mutating func decode(_ type: UInt16.Type) throws -> UInt16 { try scalar { try $0.integer(type, $1) } }
  mutating func decode(_ type: UInt32.Type) throws -> UInt32 { try scalar { try $0.integer(type, $1) } }
  mutating func decode(_ type: UInt64.Type) throws -> UInt64 { try scalar { try $0.integer(type, $1) } }
  mutating func decode(_ type: UInt128.Type) throws -> UInt128 { try scalar { try $0.integer(type, $1) } }

  mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    let value = try source.decode(type, at: here(type), depth: item.depth + 1)
    advance()
    return value
  }

  private mutating func child() throws -> ItemDecoder {
    let child = ItemDecoder(source: source, offset: try here(Any.self), depth: item.depth + 1)
    advance()
    return child
  }

  mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) throws -> KeyedDecodingContainer<Nested> {
    try child().container(keyedBy: type)
  }

  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { try child().unkeyedContainer() }
  mutating func superDecoder() throws -> any Decoder { try child() }
}

struct ItemValueContainer: SingleValueDecodingContainer {
  let item: ItemDecoder
  private var source: DecodingSource { item.source }

  init(item: ItemDecoder) { self.item = item }

  var codingPath: [any CodingKey] { item.codingPath }
  func decodeNil() -> Bool { source.isNull(item.offset) }
  func decode(_ type: Bool.Type) throws -> Bool { try source.bool(item.offset) }
  func decode(_ type: String.Type) throws -> String { try source.text(item.offset) }
  func decode(_ type: Double.Type) throws -> Double { try source.double(item.offset) }
  func decode(_ type: Float.Type) throws -> Float { try source.float(item.offset) }
  func decode(_ type: Int.Type) throws -> Int { try source.integer(type, item.offset) }
  func decode(_ type: Int8.Type) throws -> Int8 { try source.integer(type, item.offset) }
  func decode(_ type: Int16.Type) throws -> Int16 { try source.integer(type, item.offset) }
  func decode(_ type: Int32.Type) throws -> Int32 { try source.integer(type, item.offset) }
  func decode(_ type: Int64.Type) throws -> Int64 { try source.integer(type, item.offset) }
  func decode(_ type: Int128.Type) throws -> Int128 { try source.integer(type, item.offset) }
  func decode(_ type: UInt.Type) throws -> UInt { try source.integer(type, item.offset) }
  func decode(_ type: UInt8.Type) throws -> UInt8 { try source.integer(type, item.offset) }
  func decode(_ type: UInt16.Type) throws -> UInt16 { try source.integer(type, item.offset) }
  func decode(_ type: UInt32.Type) throws -> UInt32 { try source.integer(type, item.offset) }
  func decode(_ type: UInt64.Type) throws -> UInt64 { try source.integer(type, item.offset) }
  func decode(_ type: UInt128.Type) throws -> UInt128 { try source.integer(type, item.offset) }

  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    try source.decode(type, at: item.offset, depth: item.depth)
  }
}
