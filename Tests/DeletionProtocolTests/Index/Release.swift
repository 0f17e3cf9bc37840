/// The steps that commits and removals share, as the index takes them inside of a transaction.
extension World {
  /// Condemns a live row.
  mutating func condemn(_ blob: Int, _ condemned: inout Numbers) {
    guard row(blob) == Row.live else { return }
    setRow(blob, Row.condemned)
    condemned.insert(blob)
  }

  /// Condemns a blob to which no entry and no edge refers; with a manifest those of its children that are left alone.
  mutating func release(_ blob: Int, _ mutation: Mutation?, _ condemned: inout Numbers) {
    var candidates = Numbers.one(blob)
    while !candidates.isEmpty {
      let candidate = candidates.first
      candidates.remove(candidate)
      if isReferredByEntry(candidate) { continue }
      if mutation != .condemnWithoutEdges && isReferredByEdge(candidate) { continue }
      let children = children(candidate)
      if !children.isEmpty {
        setChildren(candidate, Numbers())
        candidates.formUnion(children)
      }
      condemn(candidate, &condemned)
    }
  }
}
