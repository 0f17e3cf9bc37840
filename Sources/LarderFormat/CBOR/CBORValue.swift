/// One CBOR item with everything in it, for reading documents and showing them; never on a hot path.
package indirect enum CBORValue: Hashable, Sendable {
  case unsigned(UInt64)
  /// The number −1 − n.
  case negative(UInt64)
  case bytes([UInt8])
  case text(String)
  case array([CBORValue])
  case map([Pair])
  case tag(UInt64, CBORValue)
  case bool(Bool)
  case null
  case undefined
  case simple(UInt8)
  case float(CBORFloat)

  package struct Pair: Hashable, Sendable {
    package let key: CBORValue
    package let value: CBORValue

    package init(_ key: CBORValue, _ value: CBORValue) {
      self.key = key
      self.value = value
    }
  }

  /// Reads exactly one item in the core deterministic encoding, and refuses everything else.
  package init(decoding bytes: [UInt8], depthLimit: Int = CBORReader.depthLimit) throws(CBORError) {
    try CBORReader.validate(bytes, depthLimit: depthLimit)
    var reader = CBORReader(bytes)
    self = try Self.read(&reader)
  }

  /// The bytes were validated before, so depth is bounded and counts are true.
  private static func read(_ reader: inout CBORReader) throws(CBORError) -> CBORValue {
    switch reader.nextMajor {
    case .bytes: return .bytes(try reader.byteString())
    case .text: return .text(try reader.text())
    default: break
    }
    let head = try reader.head()
    switch head.major {
    case .unsigned: return .unsigned(head.argument)
    case .negative: return .negative(head.argument)
    case .array:
      var elements: [CBORValue] = []
      for _ in 0..<head.argument { elements.append(try read(&reader)) }
      return .array(elements)
    case .map:
      var pairs: [Pair] = []
      for _ in 0..<head.argument {
        let key = try read(&reader)
        pairs.append(Pair(key, try read(&reader)))
      }
      return .map(pairs)
    case .tag: return .tag(head.argument, try read(&reader))
    case .bytes, .text: throw CBORError(.type, at: head.offset)
    case .simple:
      if let double = head.double { return .float(CBORFloat(double)) }
      switch head.argument {
      case 20, 21: return .bool(head.argument == 21)
      case 22: return .null
      case 23: return .undefined
      default: return .simple(UInt8(truncatingIfNeeded: head.argument))
      }
    }
  }

  /// The canonical bytes.
  ///
  /// - Throws: `CBORError` when two keys of a map are equal.
  package func encoded() throws(CBORError) -> [UInt8] {
    var writer = CBORWriter()
    try write(to: &writer)
    return writer.bytes
  }

  private func write(to writer: inout CBORWriter) throws(CBORError) {
    switch self {
    case .unsigned(let value): writer.unsigned(value)
    case .negative(let value): writer.head(.negative, value)
    case .bytes(let value): writer.byteString(value)
    case .text(let value): writer.text(value)
    case .array(let elements):
      writer.array(elements.count)
      for element in elements { try element.write(to: &writer) }
    case .map(let pairs):
      var encoded: [(key: [UInt8], value: CBORValue)] = []
      for pair in pairs { encoded.append((try pair.key.encoded(), pair.value)) }
      encoded.sort { $0.key.lexicographicallyPrecedes($1.key) }
      for index in encoded.indices.dropFirst() where encoded[index - 1].key == encoded[index].key {
        throw CBORError(.duplicate, at: writer.bytes.count)
      }
      writer.map(encoded.count)
      for (key, value) in encoded {
        writer.bytes.append(contentsOf: key)
        try value.write(to: &writer)
      }
    case .tag(let number, let content):
      writer.tag(number)
      try content.write(to: &writer)
    case .bool(let value): writer.bool(value)
    case .null: writer.null()
    case .undefined: writer.head(.simple, 23)
    case .simple(let number): writer.head(.simple, UInt64(number))
    case .float(let value): writer.double(value.value)
    }
  }
}

/// A number that is equal when its encoding is: −0.0 differs from 0.0, and every NaN is one value.
package struct CBORFloat: Hashable, Sendable {
  package let value: Double

  package init(_ value: Double) { self.value = value.isNaN ? .nan : value }

  package static func == (left: CBORFloat, right: CBORFloat) -> Bool {
    left.value.bitPattern == right.value.bitPattern
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(value.bitPattern) }
}

extension CBORValue {
  /// The value under a text key of a map; nil when there is none or this is no map.
  package subscript(name: String) -> CBORValue? {
    guard case .map(let pairs) = self else { return nil }
    return pairs.first { $0.key == .text(name) }?.value
  }

  package var text: String? { if case .text(let value) = self { value } else { nil } }
  package var byteString: [UInt8]? { if case .bytes(let value) = self { value } else { nil } }
  package var elements: [CBORValue]? { if case .array(let value) = self { value } else { nil } }
  package var pairs: [Pair]? { if case .map(let value) = self { value } else { nil } }
  package var bool: Bool? { if case .bool(let value) = self { value } else { nil } }

  package var integer: Int64? {
    switch self {
    case .unsigned(let value): Int64(exactly: value)
    case .negative(let value): Int64(exactly: value).map { ~$0 }
    default: nil
    }
  }
}
