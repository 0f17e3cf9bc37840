/// A collection that writes its elements in the order of this process's hash seed when its own `encode(to:)` is called.
///
/// That call cannot be seen from an `Encoder`: it looks like that of an array. It happens in boxes such as
/// `struct AnyEncodable { let base: any Encodable }` that call `base.encode(to: encoder)`.
private protocol HashOrdered: SpeciallyEncoded {
  /// How many items it would write into an unkeyed container.
  var itemCount: Int { get }
}

extension Set: HashOrdered where Element: Encodable {
  fileprivate var itemCount: Int { count }
}

extension Dictionary: HashOrdered where Key: Encodable, Value: Encodable {
  fileprivate var itemCount: Int { 2 * count }
}

extension EncodingArena {
  /// Encodes anew, for a key, what a box wrote in an order that other processes do not share.
  ///
  /// Only where the value holds nothing but a set or a dictionary: then an order has nowhere else to come from, and
  /// nothing is lost with it. Looked at only where a type wrote an array itself, which few types do.
  func restoreOrder(of value: some Encodable, in node: Int) throws {
    guard let content = Self.soleContent(of: value), content.itemCount == Int(nodes[node].childCount) else { return }
    nodes[node].shape = .empty
    nodes[node].firstChild = -1
    nodes[node].lastChild = -1
    nodes[node].childCount = 0
    try content.encodeSpecially(into: node, of: self)
  }

  /// The set or dictionary that is all that a value holds, in however many boxes.
  private static func soleContent(of value: Any) -> (any HashOrdered)? {
    var content = value
    for _ in 0..<8 {
      if let found = content as? any HashOrdered { return found }
      let mirror = Mirror(reflecting: content)
      guard mirror.displayStyle != .collection, mirror.superclassMirror == nil, mirror.children.count == 1,
        let child = mirror.children.first
      else { return nil }
      content = child.value
    }
    return nil
  }
}
