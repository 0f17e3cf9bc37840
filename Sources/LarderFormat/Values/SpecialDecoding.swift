#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A type that is decoded in a way of its own: the inverse of `SpeciallyEncoded`.
protocol SpeciallyDecoded: Decodable {
  static func decodeSpecially(_ item: ItemDecoder) throws -> Self
}

/// An optional of any type.
protocol OptionalValue {}
extension Optional: OptionalValue {}

extension Bool: SpeciallyDecoded {
  static func decodeSpecially(_ item: ItemDecoder) throws -> Bool { try item.source.bool(item.offset) }
}

extension String: SpeciallyDecoded {
  static func decodeSpecially(_ item: ItemDecoder) throws -> String { try item.source.text(item.offset) }
}

extension Double: SpeciallyDecoded {
  static func decodeSpecially(_ item: ItemDecoder) throws -> Double { try item.source.double(item.offset) }
}

extension Float: SpeciallyDecoded {
  static func decodeSpecially(_ item: ItemDecoder) throws -> Float { try item.source.float(item.offset) }
}

extension FixedWidthInteger where Self: SpeciallyDecoded {
  static func decodeSpecially(_ item: ItemDecoder) throws -> Self { try item.source.integer(Self.self, item.offset) }
}

extension Int: SpeciallyDecoded {}
extension Int8: SpeciallyDecoded {}
extension Int16: SpeciallyDecoded {}
extension Int32: SpeciallyDecoded {}
extension Int64: SpeciallyDecoded {}
extension Int128: SpeciallyDecoded {}
extension UInt: SpeciallyDecoded {}
extension UInt8: SpeciallyDecoded {}
extension UInt16: SpeciallyDecoded {}
extension UInt32: SpeciallyDecoded {}
extension UInt64: SpeciallyDecoded {}
extension UInt128: SpeciallyDecoded {}

extension Optional: SpeciallyDecoded where Wrapped: Decodable {
  static func decodeSpecially(_ item: ItemDecoder) throws -> Wrapped? {
    if item.source.isNull(item.offset) { return nil }
    let content = item.source.isPresent(item.offset) ? item.offset + 3 : item.offset
    return try item.source.decode(Wrapped.self, at: content, depth: item.depth)
  }
}

extension Array: SpeciallyDecoded where Element: Decodable {
  static func decodeSpecially(_ item: ItemDecoder) throws -> [Element] {
    if let type = Element.self as? any (NumericElement & SpeciallyDecoded).Type,
      let numbers = try decodeNumbers(type, item)
    {
      return numbers
    }
    let item = try item.asArray()
    let head = item.source.head(at: item.offset)
    guard head.major == .array else { throw item.source.mismatch(item.offset, Self.self) }
    var elements: [Element] = []
    // Each element has a byte at least, but may need far more memory than that.
    elements.reserveCapacity(Swift.min(Int(head.argument), 4096))
    var place = head.content
    for _ in 0..<head.argument {
      elements.append(try item.source.decode(Element.self, at: place, depth: item.depth + 1))
      place = item.source.end(of: place, depth: item.depth + 1)
    }
    item.source.learn(start: item.offset, end: place, depth: item.depth)
    return elements
  }

  /// The numbers as they lie there, if they are of this type; nil where they have to be converted.
  private static func decodeNumbers<Number: NumericElement & SpeciallyDecoded>(
    _ type: Number.Type, _ item: ItemDecoder
  ) throws -> [Element]? {
    var head = item.source.head(at: item.offset)
    if Number.self != UInt8.self {
      guard head.major == .tag, head.argument == Number.arrayTag else { return nil }
      head = item.source.head(at: head.content)
    }
    guard head.major == .bytes else { return nil }
    let numbers = item.source.bytes.withUnsafeBytes {
      [Number](rawBytes: UnsafeRawBufferPointer(rebasing: $0[head.content..<head.content + Int(head.argument)]))
    }
    guard let numbers else { throw item.source.corrupted(item.offset, "its bytes are no whole number of elements") }
    // The caller found that Number is Element.
    return unsafeBitCast(numbers, to: [Element].self)
  }
}

extension ItemDecoder {
  /// This item, or where it is a set, a byte string or an array of numbers, the same as an array of single items.
  ///
  /// For types that read with an unkeyed container what they wrote as a whole. Seldom, so it may cost a copy.
  func asArray() throws -> ItemDecoder {
    let head = source.head(at: offset)
    switch head.major {
    case .bytes: return try expanded(UInt8.self, head)
    case .tag where head.argument == CBORTag.set:
      return ItemDecoder(source: source, offset: head.content, depth: depth)
    case .tag:
      let types: [any NumericElement.Type] = [
        Int8.self, Int16.self, Int32.self, Int64.self, UInt16.self, UInt32.self, UInt64.self, Float.self, Double.self,
      ]
      guard let type = types.first(where: { $0.arrayTag == head.argument }) else { return self }
      return try expanded(type, source.head(at: head.content))
    default: return self
    }
  }

  private func expanded<Number: NumericElement>(_ type: Number.Type, _ head: DecodingSource.Head) throws -> ItemDecoder
  {
    guard head.major == .bytes else { return self }
    let numbers = source.bytes.withUnsafeBytes {
      [Number](rawBytes: UnsafeRawBufferPointer(rebasing: $0[head.content..<head.content + Int(head.argument)]))
    }
    guard let numbers else { throw source.corrupted(offset, "its bytes are no whole number of elements") }
    var writer = CBORWriter()
    writer.array(numbers.count)
    Number.write(numbers, to: &writer)
    return ItemDecoder(source: DecodingSource(writer.bytes), offset: 0, depth: 0)
  }
}

extension Set: SpeciallyDecoded where Element: Decodable {
  static func decodeSpecially(_ item: ItemDecoder) throws -> Set<Element> {
    Set(try [Element].decodeSpecially(item))
  }
}

extension Dictionary: SpeciallyDecoded where Key: Decodable, Value: Decodable {
  static func decodeSpecially(_ item: ItemDecoder) throws -> [Key: Value] {
    let source = item.source
    let head = source.head(at: item.offset)
    // A type that calls the dictionary's own encode(to:) may have written keys and values in turn.
    guard head.major == .map else { return try Self(from: item) }
    var result: [Key: Value] = [:]
    result.reserveCapacity(Swift.min(Int(head.argument), 4096))
    var place = head.content
    for _ in 0..<head.argument {
      let key = try source.decode(Key.self, at: place, depth: item.depth + 1)
      place = source.end(of: place, depth: item.depth + 1)
      result[key] = try source.decode(Value.self, at: place, depth: item.depth + 1)
      place = source.end(of: place, depth: item.depth + 1)
    }
    source.learn(start: item.offset, end: place, depth: item.depth)
    return result
  }
}

extension Data: SpeciallyDecoded {
  static func decodeSpecially(_ item: ItemDecoder) throws -> Data {
    let head = item.source.head(at: item.offset)
    guard head.major == .bytes else { return try Data(from: item) }
    return Data(item.source.bytes[head.content..<head.content + Int(head.argument)])
  }
}

extension UUID: SpeciallyDecoded {
  static func decodeSpecially(_ item: ItemDecoder) throws -> UUID {
    let tag = item.source.head(at: item.offset)
    guard tag.major == .tag, tag.argument == CBORTag.uuid else { return try UUID(from: item) }
    let head = item.source.head(at: tag.content)
    guard head.major == .bytes, head.argument == 16 else {
      throw item.source.corrupted(item.offset, "a UUID has 16 bytes")
    }
    return item.source.bytes.withUnsafeBytes {
      UUID(uuid: $0.loadUnaligned(fromByteOffset: head.content, as: uuid_t.self))
    }
  }
}

extension Date: SpeciallyDecoded {
  static func decodeSpecially(_ item: ItemDecoder) throws -> Date {
    try item.small().flatMap { Date(special: $0) } ?? Date(from: item)
  }
}

extension Decimal: SpeciallyDecoded {
  static func decodeSpecially(_ item: ItemDecoder) throws -> Decimal {
    try item.small().flatMap { Decimal(special: $0) } ?? Decimal(from: item)
  }
}

extension URL: SpeciallyDecoded {
  static func decodeSpecially(_ item: ItemDecoder) throws -> URL {
    try item.small().flatMap { URL(special: $0) } ?? URL(from: item)
  }
}

extension ItemDecoder {
  /// The item as a tree, if it is an array or tag of a size that a date, a number or a URL can have.
  fileprivate func small() throws -> CBORValue? {
    let head = source.head(at: offset)
    guard head.major == .tag || head.major == .array || head.major == .simple else { return nil }
    let end = source.end(of: offset, depth: depth)
    guard end - offset <= 1 << 16 else { return nil }
    return try CBORValue(decoding: Array(source.bytes[offset..<end]), depthLimit: ValueDecoder.depthLimit)
  }
}
