/// Bytes that passed the strict check, and what has been learnt about them while decoding.
///
/// Nothing is built in advance: an item is its offset. Stepping over an item costs its length, so the end of an item
/// that a container has read to its end is remembered, one for each level; else every level would be walked again.
///
/// A class because all containers share what was learnt. Never shared between threads: it lives for one call.
final class DecodingSource {
  let bytes: [UInt8]
  private var known: [(start: Int, end: Int)] = []
  private var level = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  struct Head {
    let major: CBORWriter.Major
    let detail: UInt8
    let argument: UInt64
    /// Where the content starts, or the next item.
    let content: Int
  }

  /// Reads the head of an item; the bytes are known to be well-formed.
  func head(at offset: Int) -> Head {
    let initial = bytes[offset]
    let detail = initial & 31
    var argument = UInt64(detail)
    var content = offset + 1
    if detail >= 24 {
      argument = 0
      for _ in 0..<(1 << Int(detail - 24)) {
        argument = argument << 8 | UInt64(bytes[content])
        content += 1
      }
    }
    return Head(major: .init(rawValue: initial >> 5) ?? .simple, detail: detail, argument: argument, content: content)
  }

  /// Where the item at an offset ends.
  func end(of offset: Int, depth: Int) -> Int {
    if depth < known.count, known[depth].start == offset { return known[depth].end }
    var place = offset
    var remaining: UInt64 = 1
    while remaining > 0 {
      let head = head(at: place)
      place = head.content
      remaining -= 1
      switch head.major {
      case .bytes, .text: place += Int(head.argument)
      case .array: remaining += head.argument
      case .map: remaining += 2 * head.argument
      case .tag: remaining += 1
      case .unsigned, .negative, .simple: break
      }
    }
    return place
  }

  func learn(start: Int, end: Int, depth: Int) {
    while known.count <= depth { known.append((-1, -1)) }
    known[depth] = (start, end)
  }

  /// Decodes the item at an offset.
  func decode<Value: Decodable>(_ type: Value.Type, at offset: Int, depth: Int) throws -> Value {
    // Types that only forward to themselves make no progress in the bytes.
    level += 1
    defer { level -= 1 }
    guard level <= 4 * ValueDecoder.depthLimit else { throw corrupted(offset, "it is too deep") }
    var offset = offset
    if isPresent(offset), !(type is any OptionalValue.Type) { offset += 3 }
    if let special = type as? any SpeciallyDecoded.Type { return try decode(special, as: type, at: offset, depth) }
    return try Value(from: ItemDecoder(source: self, offset: offset, depth: depth))
  }

  private func decode<Special: SpeciallyDecoded, Value>(
    _ special: Special.Type, as type: Value.Type, at offset: Int, _ depth: Int
  ) throws -> Value {
    // The caller found that Special is Value.
    unsafeBitCast(
      try Special.decodeSpecially(ItemDecoder(source: self, offset: offset, depth: depth)), to: Value.self)
  }

  func isNull(_ offset: Int) -> Bool { bytes[offset] == 0xF6 }

  /// Whether the item is marked as the content of an optional that looks like nil.
  func isPresent(_ offset: Int) -> Bool {
    bytes[offset] == 0xD9 && bytes[offset + 1] == 0x4C && bytes[offset + 2] == 0x44
  }

  // MARK: Errors

  /// Found only when there is an error, by walking down to the item.
  func codingPath(to offset: Int) -> [any CodingKey] {
    var path: [any CodingKey] = []
    var place = 0
    while place < offset {
      let head = head(at: place)
      switch head.major {
      case .tag: place = head.content
      case .array, .map:
        guard let (step, next) = step(from: head, to: offset) else { return path }
        path.append(step)
        place = next
      default: return path
      }
    }
    return path
  }

  private func step(from head: Head, to offset: Int) -> (NodeCodingKey, Int)? {
    var place = head.content
    for index in 0..<Int(head.argument) {
      var step = "[\(index)]"
      if head.major == .map {
        let value = end(of: place, depth: .max)
        step = ArgumentPath.step(encodedKey: Array(bytes[place..<value]))
        place = value
      }
      let next = end(of: place, depth: .max)
      if offset < next { return offset < place ? nil : (NodeCodingKey(step), place) }
      place = next
    }
    return nil
  }

  func mismatch(_ offset: Int, _ type: Any.Type) -> DecodingError {
    let found =
      switch head(at: offset).major {
      case .unsigned, .negative: "an integer"
      case .bytes: "a byte string"
      case .text: "text"
      case .array: "an array"
      case .map: "a map"
      case .tag: "a tagged item"
      case .simple: head(at: offset).detail >= 25 ? "a float" : isNull(offset) ? "nil" : "a simple value"
      }
    return .typeMismatch(type, .init(codingPath: codingPath(to: offset), debugDescription: "found \(found)"))
  }

  func corrupted(_ offset: Int, _ reason: String) -> DecodingError {
    .dataCorrupted(.init(codingPath: codingPath(to: offset), debugDescription: reason))
  }
}

// MARK: Scalars

extension DecodingSource {
  func bool(_ offset: Int) throws -> Bool {
    switch bytes[offset] {
    case 0xF4: return false
    case 0xF5: return true
    default: throw mismatch(offset, Bool.self)
    }
  }

  func text(_ offset: Int) throws -> String {
    let head = head(at: offset)
    guard head.major == .text else { throw mismatch(offset, String.self) }
    return String(decoding: bytes[head.content..<head.content + Int(head.argument)], as: UTF8.self)
  }

  func integer<Number: FixedWidthInteger>(_ type: Number.Type, _ offset: Int) throws -> Number {
    let head = head(at: offset)
    let number: Number?
    switch head.major {
    case .unsigned: number = Number(exactly: head.argument)
    case .negative: number = Number(exactly: ~Int128(head.argument))
    case .tag where head.argument == 2 || head.argument == 3: number = wide(type, head)
    default: throw mismatch(offset, type)
    }
    guard let number else { throw corrupted(offset, "the number does not fit into \(type)") }
    return number
  }

  private func wide<Number: FixedWidthInteger>(_ type: Number.Type, _ tag: Head) -> Number? {
    let head = head(at: tag.content)
    guard head.major == .bytes, head.argument <= 16 else { return nil }
    let magnitude = bytes[head.content..<head.content + Int(head.argument)].reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
    if tag.argument == 2 { return Number(exactly: magnitude) }
    return Int128(exactly: magnitude).flatMap { Number(exactly: ~$0) }
  }

  func double(_ offset: Int) throws -> Double {
    let head = head(at: offset)
    guard head.major == .simple else { throw mismatch(offset, Double.self) }
    switch head.detail {
    case 25: return halfValue(UInt16(truncatingIfNeeded: head.argument))
    case 26: return Double(Float(bitPattern: UInt32(truncatingIfNeeded: head.argument)))
    case 27: return Double(bitPattern: head.argument)
    default: throw mismatch(offset, Double.self)
    }
  }

  func float(_ offset: Int) throws -> Float {
    let double = try double(offset)
    let float = Float(double)
    guard float.isNaN || Double(float) == double else { throw corrupted(offset, "the number does not fit into Float") }
    return float
  }
}
