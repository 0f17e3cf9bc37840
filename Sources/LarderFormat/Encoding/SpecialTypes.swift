/// A type that is encoded in a way of its own, before its `encode(to:)` is asked.
///
/// The types of the standard library encode themselves in ways that vary: sets and dictionaries in the order of this
/// process's hash seed, dates and URLs as the platform's Foundation likes.
protocol SpeciallyEncoded: Encodable {
  func encodeSpecially(into node: Int, of arena: EncodingArena) throws
}

/// Tags beyond those of RFC 8949.
enum CBORTag {
  /// An array whose order means nothing (IANA registry, "Mathematical finite set").
  static let set: UInt64 = 258
  /// UUID in 16 bytes (IANA registry).
  static let uuid: UInt64 = 37
  /// A present optional whose content is encoded as null, as in `Int??.some(nil)`; private to this format.
  static let some: UInt64 = 0x4C44
  /// An array of a mark and parts, see `MarkedForm`; private to this format.
  static let marked: UInt64 = 0x4C52
}

extension Bool: SpeciallyEncoded {
  func encodeSpecially(into node: Int, of arena: EncodingArena) throws { try arena.leaf(node) { $0.bool(self) } }
}

extension String: SpeciallyEncoded {
  func encodeSpecially(into node: Int, of arena: EncodingArena) throws { try arena.leaf(node) { $0.text(self) } }
}

extension Double: SpeciallyEncoded {
  func encodeSpecially(into node: Int, of arena: EncodingArena) throws {
    try arena.leaf(node) { $0.double(self) }
  }
}

extension Float: SpeciallyEncoded {
  func encodeSpecially(into node: Int, of arena: EncodingArena) throws {
    try Double(self).encodeSpecially(into: node, of: arena)
  }
}

extension FixedWidthInteger where Self: SpeciallyEncoded {
  func encodeSpecially(into node: Int, of arena: EncodingArena) throws {
    try arena.leaf(node) { writer in
      if let value = Int64(exactly: self) { writer.integer(value) } else { writer.unsigned(UInt64(self)) }
    }
  }
}

extension Int: SpeciallyEncoded {}
extension Int8: SpeciallyEncoded {}
extension Int16: SpeciallyEncoded {}
extension Int32: SpeciallyEncoded {}
extension Int64: SpeciallyEncoded {}
extension UInt: SpeciallyEncoded {}
extension UInt8: SpeciallyEncoded {}
extension UInt16: SpeciallyEncoded {}
extension UInt32: SpeciallyEncoded {}
extension UInt64: SpeciallyEncoded {}

extension Int128: SpeciallyEncoded {
  func encodeSpecially(into node: Int, of arena: EncodingArena) throws { try arena.leaf(node) { $0.wide(self) } }
}

extension UInt128: SpeciallyEncoded {
  func encodeSpecially(into node: Int, of arena: EncodingArena) throws { try arena.leaf(node) { $0.wide(self) } }
}

extension Optional: SpeciallyEncoded where Wrapped: Encodable {
  func encodeSpecially(into node: Int, of arena: EncodingArena) throws {
    switch self {
    case .none: try arena.leaf(node) { $0.null() }
    case .some(let wrapped): try arena.encodePresent(wrapped, into: node)
    }
  }
}

extension EncodingArena {
  /// Encodes the content of an optional that is not nil, so that it cannot be taken for one that is.
  func encodePresent(_ value: some Encodable, into node: Int) throws {
    if let failure { throw failure }
    try encode(value, into: node)
    let item = nodes[node]
    guard item.shape == .leaf, looksAbsent(writer.bytes[item.start..<item.end]) else { return }
    nodes[node].shape = .empty
    try leaf(node) { writer in
      let content = Array(writer.bytes[item.start..<item.end])
      writer.tag(CBORTag.some)
      writer.bytes.append(contentsOf: content)
    }
  }

  private func looksAbsent(_ encoding: ArraySlice<UInt8>) -> Bool {
    // The tag in front means that the content was such an optional itself.
    encoding.first == 0xF6 || encoding.starts(with: [0xD9, 0x4C, 0x44])
  }
}

extension Set: SpeciallyEncoded where Element: Encodable {
  func encodeSpecially(into node: Int, of arena: EncodingArena) throws {
    try arena.open(.array, node)
    var members: [Range<Int>] = []
    members.reserveCapacity(count)
    for element in self {
      // The tag is a level of its own.
      let member = arena.child(of: node, label: .member, levels: 2)
      try arena.encode(element, into: member)
      members.append(try arena.settle(member))
    }
    let sorted = arena.sorted(members)
    try arena.replace(node) { writer in
      writer.tag(CBORTag.set)
      writer.array(sorted.count)
      for member in sorted { writer.bytes.append(contentsOf: Array(writer.bytes[member])) }
    }
  }
}

extension Dictionary: SpeciallyEncoded where Key: Encodable, Value: Encodable {
  func encodeSpecially(into node: Int, of arena: EncodingArena) throws {
    try arena.open(.map, node)
    for (key, value) in self {
      let item: Int
      if Key.self == String.self, let text = key as? String {
        item = arena.child(of: node, key: text)
      } else {
        let place = try arena.encodingOfKey(key, under: node)
        item = arena.child(of: node, label: .key)
        arena.nodes[item].keyStart = place.lowerBound
        arena.nodes[item].keyEnd = place.upperBound
      }
      try arena.encode(value, into: item)
    }
  }
}

extension EncodingArena {
  /// Encodes a key of a dictionary; keys of every type stand for themselves by their encoding.
  func encodingOfKey(_ key: some Encodable, under parent: Int) throws -> Range<Int> {
    // A node outside the tree: it must not become a child of the map.
    let index = nodes.count
    var node = Node()
    node.parent = Int32(parent)
    node.label = .member
    node.depth = nodes[parent].depth + 1
    nodes.append(node)
    try encode(key, into: index)
    return try settle(index)
  }

  func sorted(_ places: [Range<Int>]) -> [Range<Int>] {
    writer.bytes.withUnsafeBytes { bytes in
      places.sorted {
        bytewiseOrder(
          UnsafeRawBufferPointer(rebasing: bytes[$0]), UnsafeRawBufferPointer(rebasing: bytes[$1])) < 0
      }
    }
  }

  /// Makes a node whose children are settled a leaf.
  func replace(_ node: Int, _ write: (inout CBORWriter) throws -> Void) throws {
    nodes[node].shape = .empty
    try leaf(node, write)
  }
}
