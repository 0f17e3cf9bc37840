internal import LarderCrypto

/// Rows in the order of their digests, and of their ids where those are equal: 256 sorted lists by the first byte, which
/// are short enough to insert into.
struct DigestOrder {
  struct Place: Comparable {
    let words: (UInt64, UInt64, UInt64, UInt64)
    let id: Int64

    init(_ digest: Digest, _ id: Int64) {
      words = digest.withUnsafeBytes { bytes in
        func word(_ index: Int) -> UInt64 {
          UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self))
        }
        return (word(0), word(1), word(2), word(3))
      }
      self.id = id
    }

    var digest: Digest {
      Digest { bytes in
        let raw = UnsafeMutableRawBufferPointer(bytes)
        raw.storeBytes(of: words.0.bigEndian, toByteOffset: 0, as: UInt64.self)
        raw.storeBytes(of: words.1.bigEndian, toByteOffset: 8, as: UInt64.self)
        raw.storeBytes(of: words.2.bigEndian, toByteOffset: 16, as: UInt64.self)
        raw.storeBytes(of: words.3.bigEndian, toByteOffset: 24, as: UInt64.self)
      }
    }

    var shard: Int { Int(words.0 >> 56) }

    func hasSameDigest(as other: Place) -> Bool { words == other.words }

    static func < (left: Place, right: Place) -> Bool {
      if left.words.0 != right.words.0 { return left.words.0 < right.words.0 }
      if left.words.1 != right.words.1 { return left.words.1 < right.words.1 }
      if left.words.2 != right.words.2 { return left.words.2 < right.words.2 }
      if left.words.3 != right.words.3 { return left.words.3 < right.words.3 }
      return left.id < right.id
    }

    static func == (left: Place, right: Place) -> Bool { left.words == right.words && left.id == right.id }
  }

  private var shards = [[Place]](repeating: [], count: 256)

  mutating func insert(_ place: Place) {
    let index = lowerBound(place)
    guard index == shards[place.shard].count || shards[place.shard][index] != place else { return }
    shards[place.shard].insert(place, at: index)
  }

  mutating func remove(_ place: Place) {
    let index = lowerBound(place)
    guard index < shards[place.shard].count, shards[place.shard][index] == place else { return }
    shards[place.shard].remove(at: index)
  }

  /// The index of the first place in its shard that is not below this one.
  private func lowerBound(_ place: Place) -> Int {
    shards[place.shard].withUnsafeBufferPointer { places in
      var (low, high) = (0, places.count)
      while low < high {
        let middle = (low + high) / 2
        if places[middle] < place { low = middle + 1 } else { high = middle }
      }
      return low
    }
  }

  /// Visits places from this one on, in order, until `visit` says that it is enough.
  func visit(from start: Place?, _ visit: (Place) -> Bool) {
    for shard in (start?.shard ?? 0)..<256 {
      let first = shard == start?.shard ? start.map(lowerBound) ?? 0 : 0
      for place in shards[shard][first...] where !visit(place) { return }
    }
  }
}
