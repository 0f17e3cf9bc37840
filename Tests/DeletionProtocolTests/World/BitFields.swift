// A state of the model is a few words of bits, so that a million of them fit into memory and compare in no time, even
// where nothing is optimised.
extension UInt64 {
  func field(_ position: Int, _ width: Int) -> Int {
    Int(bitPattern: UInt(self &>> UInt64(position)) & ((1 &<< UInt(width)) &- 1))
  }

  mutating func setField(_ position: Int, _ width: Int, _ value: Int) {
    let mask: UInt64 = ((1 &<< UInt64(width)) &- 1) &<< UInt64(position)
    self = (self & ~mask) | ((UInt64(UInt(bitPattern: value)) &<< UInt64(position)) & mask)
  }
}

/// A set of placements, sessions or keys, by their numbers.
struct Numbers: Equatable {
  var bits: Int

  init(_ bits: Int = 0) { self.bits = bits }

  static func one(_ number: Int) -> Numbers { Numbers(1 &<< number) }

  var isEmpty: Bool { bits == 0 }
  /// The lowest number; the set must not be empty.
  var first: Int { bits.trailingZeroBitCount }
  var all: [Int] {
    var rest = self
    var numbers: [Int] = []
    while !rest.isEmpty {
      numbers.append(rest.first)
      rest.remove(rest.first)
    }
    return numbers
  }

  func contains(_ number: Int) -> Bool { bits & (1 &<< number) != 0 }
  mutating func insert(_ number: Int) { bits |= 1 &<< number }
  mutating func remove(_ number: Int) { bits &= ~(1 &<< number) }
  mutating func formUnion(_ other: Numbers) { bits |= other.bits }
}
