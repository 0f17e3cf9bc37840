/// A type of the standard library that encodes itself like another one, and so is marked in a key: `0..<5` and `0...5`
/// both write their two bounds, and a duration two numbers.
///
/// Values are not marked: they are read back as the type that they were.
protocol MarkedForm: Encodable {
  var mark: String { get }
  var parts: [any Encodable] { get }
}

extension Range: MarkedForm where Bound: Encodable {
  var mark: String { "..<" }
  var parts: [any Encodable] { [lowerBound, upperBound] }
}

extension ClosedRange: MarkedForm where Bound: Encodable {
  var mark: String { "..." }
  var parts: [any Encodable] { [lowerBound, upperBound] }
}

extension PartialRangeFrom: MarkedForm where Bound: Encodable {
  var mark: String { "from" }
  var parts: [any Encodable] { [lowerBound] }
}

extension PartialRangeUpTo: MarkedForm where Bound: Encodable {
  var mark: String { "upTo" }
  var parts: [any Encodable] { [upperBound] }
}

extension PartialRangeThrough: MarkedForm where Bound: Encodable {
  var mark: String { "through" }
  var parts: [any Encodable] { [upperBound] }
}

extension Duration: MarkedForm {
  var mark: String { "duration" }
  var parts: [any Encodable] { [components.seconds, components.attoseconds] }
}

extension EncodingArena {
  /// Encodes the tag, and an array of the mark and the parts.
  func encodeMarked(_ value: some MarkedForm, into node: Int) throws {
    try open(.array, node)
    var parts: [Range<Int>] = []
    for part in value.parts {
      // The tag is a level of its own.
      let child = child(of: node, label: .member, levels: 2)
      try encode(part, into: child)
      parts.append(try settle(child))
    }
    try replace(node) { writer in
      writer.tag(CBORTag.marked)
      writer.array(1 + parts.count)
      writer.text(value.mark)
      for part in parts { writer.bytes.append(contentsOf: Array(writer.bytes[part])) }
    }
  }
}
