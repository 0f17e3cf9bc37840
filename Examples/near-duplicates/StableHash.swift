/// A hash that is the same in every process on every machine, unlike `Hasher`: what is computed from it goes into a
/// cache that outlives the process.
///
/// Bytes are mixed as in FNV-1a (Fowler, Noll, Vo), and the result is finished as in SplitMix64 (Steele, Lea, Flood),
/// because the signature needs all 64 bits to be evenly spread.
struct StableHash {
  private var state: UInt64 = 0xcbf2_9ce4_8422_2325

  mutating func append(_ byte: UInt8) {
    state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
  }

  var value: UInt64 { StableHash.mix(state) }

  static func mix(_ value: UInt64) -> UInt64 {
    var z = value &+ 0x9e37_79b9_7f4a_7c15
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
