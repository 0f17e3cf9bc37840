extension World {
  /// Removes an entry, and condemns what nothing else refers to.
  mutating func remove(_ key: Int, _ mutation: Mutation?, _ condemned: inout Numbers) {
    guard let blob = entry(key) else { return }
    setEntry(key, nil)
    release(blob, mutation, &condemned)
  }

  /// Condemns those of the blobs that are live and that nothing refers to.
  mutating func condemnUnreferenced(_ blobs: Numbers, _ mutation: Mutation?) -> Numbers {
    var condemned = Numbers()
    for blob in blobs.all where row(blob) == Row.live {
      if mutation == .condemnUnchecked {
        condemn(blob, &condemned)
      } else {
        release(blob, mutation, &condemned)
      }
    }
    return condemned
  }

  /// Drops everything that depends on a blob that is missing or damaged, if its row is still live.
  ///
  /// - Returns: The rows condemned, and the keys whose entries are gone.
  mutating func withdraw(_ blob: Int, _ mutation: Mutation?) -> (condemned: Numbers, keys: Numbers) {
    var condemned = Numbers()
    var keys = Numbers()
    guard row(blob) == Row.live else { return (condemned, keys) }
    for key in 0..<Self.keys {
      guard let target = entry(key), target == blob || children(target).contains(blob) else { continue }
      keys.insert(key)
      remove(key, mutation, &condemned)
    }
    for manifest in 0..<8 where children(manifest).contains(blob) { release(manifest, mutation, &condemned) }
    release(blob, mutation, &condemned)
    return (condemned, keys)
  }
}
