/// Turns any `Encodable` into deterministic CBOR: one arena of nodes and bytes for both keys and values.
///
/// `Encoder` hands out containers in any order and map keys arrive unsorted, so items are gathered as nodes first and
/// written out sorted at the end. Nodes are structs in one array, because a tree of class instances costs 1.6 times as
/// much for a typical argument.
///
/// A class because every container that an `encode(to:)` holds must see the same arena. Never shared between threads:
/// it lives for one call of ``encode(_:policy:root:isSecret:)``.
final class EncodingArena {
  enum Policy {
    /// Arguments of a call: what does not belong into a key is refused.
    case key
    /// Artifacts: whatever can be encoded, so that it comes back as it was.
    case value

    var depthLimit: Int { self == .key ? 128 : 256 }
  }

  enum Shape: UInt8 { case empty, leaf, array, map }

  struct Node {
    var shape = Shape.empty
    /// What an error calls this item within its parent.
    var label = Label.none
    var depth: Int32 = 0
    var parent: Int32 = -1
    var firstChild: Int32 = -1
    var lastChild: Int32 = -1
    var nextSibling: Int32 = -1
    var childCount: Int32 = 0
    /// Where a leaf's encoding lies.
    var start = 0
    var end = 0
    /// Where the encoding of the key lies under which a map holds this item.
    var keyStart = 0
    var keyEnd = 0
  }

  enum Label: UInt8 { case none, key, index, member, content }

  let policy: Policy
  /// What errors call the whole value: `args.model`, or `the value`.
  let root: String
  var nodes: [Node] = []
  /// The encodings of leaves and of map keys, in the order in which they came.
  var writer = CBORWriter(capacity: 256)
  /// The first failure inside a call of `Encoder` that cannot throw.
  var failure: LarderError?
  private var level = 0

  /// Errors must then show nothing of the value: neither keys on the path nor what its own code says.
  let isSecret: Bool

  private init(policy: Policy, root: String, isSecret: Bool) {
    self.policy = policy
    self.root = root
    self.isSecret = isSecret
    nodes.reserveCapacity(16)
  }

  /// The canonical encoding of a value.
  ///
  /// - Throws: `LarderError` with code `argument` or `encoding`, whose message names the path.
  static func encode(
    _ value: some Encodable, policy: Policy, root: String, isSecret: Bool = false
  ) throws -> [UInt8] {
    let arena = EncodingArena(policy: policy, root: root, isSecret: isSecret)
    arena.nodes.append(Node())
    try arena.encode(value, into: 0)
    let node = arena.nodes[0]
    if node.shape == .leaf, node.start == 0, node.end == arena.writer.bytes.count { return arena.writer.bytes }
    var output: [UInt8] = []
    output.reserveCapacity(arena.writer.bytes.count + 3 * arena.nodes.count)
    try arena.flatten(0, into: &output)
    return output
  }

  // MARK: Encoding into a node

  /// Encodes a value into a node that is still empty.
  func encode<Value: Encodable>(_ value: Value, into node: Int) throws {
    // A cycle of single-value containers never makes a new node, so calls are counted as well as depth.
    level += 1
    defer { level -= 1 }
    guard level <= 3 * policy.depthLimit else { throw tooDeep(node) }
    if let special = value as? any SpeciallyEncoded {
      try special.encodeSpecially(into: node, of: self)
    } else {
      try encodeItself(value, into: node)
    }
  }

  /// Lets a type of the caller's encode itself.
  private func encodeItself(_ value: some Encodable, into node: Int) throws {
    do {
      try value.encode(to: NodeEncoder(arena: self, node: node))
    } catch let error as LarderError {
      throw error
    } catch  where isSecret {
      throw self.error(node, "its encode(to:) failed")
    } catch let error as EncodingError {
      // Its description would show the value.
      guard case .invalidValue(_, let context) = error else { throw self.error(node, "its encode(to:) failed") }
      throw self.error(node, context.debugDescription)
    } catch {
      throw self.error(node, "its encode(to:) failed", cause: error)
    }
    if let failure { throw failure }
    // An artifact may well be nothing but its type; two arguments that write nothing could not be told apart.
    if nodes[node].shape == .empty, policy == .value { try open(.map, node) }
    if nodes[node].shape == .empty {
      throw self.error(
        node, "\(type(of: value)) encodes nothing. Let its encode(to:) write what tells two values apart")
    }
  }

  /// Makes a node a leaf whose encoding `write` appends.
  @inline(__always)
  func leaf(_ node: Int, _ write: (inout CBORWriter) throws -> Void) throws {
    guard nodes[node].shape == .empty else { throw error(node, "its encode(to:) writes two values in one place") }
    nodes[node].start = writer.bytes.count
    try write(&writer)
    nodes[node].end = writer.bytes.count
    nodes[node].shape = .leaf
  }

  /// Makes a node an array or a map; asking twice for the same is allowed.
  func open(_ shape: Shape, _ node: Int) throws {
    if nodes[node].shape == shape { return }
    guard nodes[node].shape == .empty else { throw error(node, "its encode(to:) writes two values in one place") }
    guard nodes[node].depth < policy.depthLimit else { throw tooDeep(node) }
    nodes[node].shape = shape
  }

  /// A new node under a parent that is an array or a map.
  func child(of parent: Int, label: Label, levels: Int32 = 1) -> Int {
    let index = nodes.count
    var node = Node()
    node.label = label
    node.parent = Int32(parent)
    node.depth = nodes[parent].depth + levels
    nodes.append(node)
    let last = nodes[parent].lastChild
    if last >= 0 { nodes[Int(last)].nextSibling = Int32(index) } else { nodes[parent].firstChild = Int32(index) }
    nodes[parent].lastChild = Int32(index)
    nodes[parent].childCount += 1
    return index
  }

  func child(of parent: Int, key: String) -> Int {
    let start = writer.bytes.count
    writer.text(key)
    let index = child(of: parent, label: .key)
    nodes[index].keyStart = start
    nodes[index].keyEnd = writer.bytes.count
    return index
  }

  // MARK: Writing out

  /// Appends the encoding of a node with everything in it.
  func flatten(_ index: Int, into output: inout [UInt8]) throws {
    let node = nodes[index]
    switch node.shape {
    case .leaf: output.append(contentsOf: writer.bytes[node.start..<node.end])
    case .array:
      Self.head(.array, Int(node.childCount), into: &output)
      var child = node.firstChild
      while child >= 0 {
        try flatten(Int(child), into: &output)
        child = nodes[Int(child)].nextSibling
      }
    case .map:
      Self.head(.map, Int(node.childCount), into: &output)
      for child in try sortedChildren(of: node) {
        output.append(contentsOf: writer.bytes[nodes[child].keyStart..<nodes[child].keyEnd])
        try flatten(child, into: &output)
      }
    case .empty:
      if policy == .value {
        Self.head(.map, 0, into: &output)
        return
      }
      throw error(index, "its encode(to:) asks for a place and writes nothing there")
    }
  }

  private func sortedChildren(of node: Node) throws -> [Int] {
    var children: [Int] = []
    children.reserveCapacity(Int(node.childCount))
    var child = node.firstChild
    while child >= 0 {
      children.append(Int(child))
      child = nodes[Int(child)].nextSibling
    }
    try writer.bytes.withUnsafeBytes { bytes in
      func order(_ first: Int, _ second: Int) -> Int {
        bytewiseOrder(
          UnsafeRawBufferPointer(rebasing: bytes[nodes[first].keyStart..<nodes[first].keyEnd]),
          UnsafeRawBufferPointer(rebasing: bytes[nodes[second].keyStart..<nodes[second].keyEnd]))
      }
      children.sort { order($0, $1) < 0 }
      for place in children.indices.dropFirst() where order(children[place - 1], children[place]) == 0 {
        throw error(children[place], "the same key is written twice")
      }
    }
    return children
  }

  /// Appends a node's encoding to the arena's own bytes, so that it can serve as a map key or a member of a set.
  func settle(_ node: Int) throws -> Range<Int> {
    let shape = nodes[node].shape
    if shape == .leaf { return nodes[node].start..<nodes[node].end }
    var encoding: [UInt8] = []
    try flatten(node, into: &encoding)
    let start = writer.bytes.count
    writer.bytes.append(contentsOf: encoding)
    return start..<writer.bytes.count
  }

  private static func head(_ major: CBORWriter.Major, _ count: Int, into output: inout [UInt8]) {
    if count < 24 {
      output.append(major.rawValue << 5 | UInt8(count))
    } else {
      var writer = CBORWriter()
      writer.head(major, UInt64(count))
      output.append(contentsOf: writer.bytes)
    }
  }
}
