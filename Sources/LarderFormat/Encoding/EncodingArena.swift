/// Turns any `Encodable` into deterministic CBOR: one arena of nodes and bytes for both keys and values.
///
/// `Encoder` hands out containers in any order and map keys arrive unsorted, so items are gathered as nodes first and
/// written out sorted at the end. Nodes are structs in one array, because a tree of class instances costs 1.6 times as
/// much for a typical argument.
///
/// A class because every container that an `encode(to:)` holds must see the same arena. Never shared between threads:
/// it lives for the encoding of one value.
final class EncodingArena {
  enum Policy: Sendable {
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
  /// The name of the argument, or nil for an artifact.
  private let argument: String?
  /// What errors call the whole value: `args.model`, or `value`.
  var root: String { argument.map(ArgumentPath.root) ?? "value" }
  var nodes: [Node] = []
  /// The encodings of leaves and of map keys, in the order in which they came.
  var writer = CBORWriter(capacity: 256)
  /// The first failure inside a call of `Encoder` that cannot throw.
  var failure: LarderError?
  private var level = 0

  /// Errors must then show nothing of the value: neither keys on the path nor what its own code says.
  let isSecret: Bool

  private init(argument: String?, isSecret: Bool) {
    policy = argument == nil ? .value : .key
    self.argument = argument
    self.isSecret = isSecret
    nodes.reserveCapacity(16)
  }

  /// The canonical encoding of an argument.
  ///
  /// - Throws: `LarderError` with code `argument`, whose message names the path.
  static func encode(_ value: some Encodable, argument: String, isSecret: Bool = false) throws -> [UInt8] {
    try encode(value, in: EncodingArena(argument: argument, isSecret: isSecret))
  }

  /// The bytes of an artifact.
  ///
  /// - Throws: `LarderError` with code `encoding`, whose message names the path.
  static func encode(artifact value: some Encodable) throws -> [UInt8] {
    try encode(value, in: EncodingArena(argument: nil, isSecret: false))
  }

  private static func encode(_ value: some Encodable, in arena: EncodingArena) throws -> [UInt8] {
    arena.nodes.append(Node())
    try arena.encode(value, into: 0)
    let node = arena.nodes[0]
    if node.shape == .leaf, node.start == 0, node.end == arena.writer.bytes.count { return arena.writer.bytes }
    return try arena.flattened(0, capacity: arena.writer.bytes.count + 3 * arena.nodes.count)
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
    } else if policy == .key, let marked = value as? any MarkedForm {
      try encodeMarked(marked, into: node)
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
    if policy == .key, nodes[node].shape == .array { try restoreOrder(of: value, in: node) }
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

  /// The encoding of a node with everything in it.
  private func flattened(_ node: Int, capacity: Int) throws -> [UInt8] {
    var output = NodeWriter(nodes: nodes, bytes: writer.bytes, fillsEmptyPlaces: policy == .value)
    output.result.reserveCapacity(capacity)
    do {
      try output.write(node)
    } catch {
      switch error {
      case .duplicateKey(let node): throw self.error(node, "the same key is written twice")
      case .emptyPlace(let node):
        throw self.error(node, "its encode(to:) asks for a place and writes nothing there")
      }
    }
    return output.result
  }

  /// Appends a node's encoding to the arena's own bytes, so that it can serve as a map key or a member of a set.
  func settle(_ node: Int) throws -> Range<Int> {
    if nodes[node].shape == .leaf { return nodes[node].start..<nodes[node].end }
    let encoding = try flattened(node, capacity: 64)
    let start = writer.bytes.count
    writer.bytes.append(contentsOf: encoding)
    return start..<writer.bytes.count
  }
}
