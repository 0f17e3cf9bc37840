extension Array: SpeciallyEncoded where Element: Encodable {
  func encodeSpecially(into node: Int, of arena: EncodingArena) throws {
    // One cast for the whole array, not one for each element: 12 ns an element instead of 268.
    if let type = Element.self as? any NumericElement.Type {
      try encodeNumbers(type, into: node, of: arena)
      return
    }
    try arena.open(.array, node)
    if let type = Element.self as? any SpeciallyEncoded.Type {
      try encodeElements(type, into: node, of: arena)
    } else {
      for element in self { try arena.encode(element, into: arena.child(of: node, label: .index)) }
    }
  }

  private func encodeNumbers<Number: NumericElement>(
    _ type: Number.Type, into node: Int, of arena: EncodingArena
  ) throws {
    // The caller found that Number is Element.
    let numbers = unsafeBitCast(self, to: [Number].self)
    guard arena.nodes[node].depth < arena.policy.depthLimit else { throw arena.tooDeep(node) }
    try arena.leaf(node) { writer in
      if Number.self == UInt8.self {
        numbers.withUnsafeBytes { writer.byteString($0) }
      } else if arena.policy == .value {
        writer.tag(Number.arrayTag)
        numbers.withRawBytes { writer.byteString($0) }
      } else {
        writer.array(numbers.count)
        Number.write(numbers, to: &writer)
      }
    }
  }

  private func encodeElements<Special: SpeciallyEncoded>(
    _ type: Special.Type, into node: Int, of arena: EncodingArena
  ) throws {
    // The caller found that Special is Element.
    for element in unsafeBitCast(self, to: [Special].self) {
      try element.encodeSpecially(into: arena.child(of: node, label: .index), of: arena)
    }
  }
}
