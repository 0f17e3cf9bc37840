/// Writes nodes of an arena out as deterministic CBOR, the keys of each map sorted.
///
/// A struct over copies of the arena's arrays, because every access to a property of a class is checked for exclusivity
/// at run time.
struct NodeWriter {
  enum Failure: Error {
    case duplicateKey(Int)
    case emptyPlace(Int)
  }

  let nodes: [EncodingArena.Node]
  /// The encodings of leaves and of map keys.
  let bytes: [UInt8]
  /// Whether a place that nothing was written to is an empty map; otherwise it is a failure.
  let fillsEmptyPlaces: Bool
  var result: [UInt8] = []

  init(nodes: [EncodingArena.Node], bytes: [UInt8], fillsEmptyPlaces: Bool) {
    self.nodes = nodes
    self.bytes = bytes
    self.fillsEmptyPlaces = fillsEmptyPlaces
  }

  mutating func write(_ index: Int) throws(Failure) {
    let node = nodes[index]
    switch node.shape {
    case .leaf: result.append(contentsOf: bytes[node.start..<node.end])
    case .array:
      head(.array, Int(node.childCount))
      var child = Int(node.firstChild)
      while child >= 0 {
        try write(child)
        child = Int(nodes[child].nextSibling)
      }
    case .map:
      head(.map, Int(node.childCount))
      for child in try sortedChildren(of: node) {
        result.append(contentsOf: bytes[nodes[child].keyStart..<nodes[child].keyEnd])
        try write(child)
      }
    case .empty:
      guard fillsEmptyPlaces else { throw .emptyPlace(index) }
      head(.map, 0)
    }
  }

  private func sortedChildren(of node: EncodingArena.Node) throws(Failure) -> [Int] {
    var children: [Int] = []
    children.reserveCapacity(Int(node.childCount))
    var child = Int(node.firstChild)
    while child >= 0 {
      children.append(child)
      child = Int(nodes[child].nextSibling)
    }
    if children.count <= 16 { sortFew(&children) } else { children.sort { order($0, $1) < 0 } }
    for place in children.indices.dropFirst() where order(children[place - 1], children[place]) == 0 {
      throw .duplicateKey(children[place])
    }
    return children
  }

  /// Insertion sort: most maps are structs of a few properties.
  private func sortFew(_ children: inout [Int]) {
    for place in children.indices.dropFirst() {
      let child = children[place]
      var hole = place
      while hole > 0, order(children[hole - 1], child) > 0 {
        children[hole] = children[hole - 1]
        hole -= 1
      }
      children[hole] = child
    }
  }

  private func order(_ first: Int, _ second: Int) -> Int {
    bytes.withUnsafeBytes { bytes in
      bytewiseOrder(
        UnsafeRawBufferPointer(rebasing: bytes[nodes[first].keyStart..<nodes[first].keyEnd]),
        UnsafeRawBufferPointer(rebasing: bytes[nodes[second].keyStart..<nodes[second].keyEnd]))
    }
  }

  private mutating func head(_ major: CBORWriter.Major, _ count: Int) {
    if count < 24 {
      result.append(major.rawValue << 5 | UInt8(count))
    } else {
      var writer = CBORWriter()
      writer.head(major, UInt64(count))
      result.append(contentsOf: writer.bytes)
    }
  }
}
