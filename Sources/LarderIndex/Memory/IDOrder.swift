/// A set of ids that can be walked in their order: neither one that comes nor one that goes moves all the others.
struct IDOrder {
  /// One bit for each of 1024 ids that follow each other.
  private typealias Chunk = SIMD16<UInt64>
  private static var bits: Int64 { 10 }
  private var chunks: [Int64: Chunk] = [:]

  mutating func insert(_ id: Int64) { chunks[id >> Self.bits, default: .zero][Self.word(id)] |= Self.bit(id) }

  mutating func remove(_ id: Int64) {
    let chunk = id >> Self.bits
    guard var bits = chunks[chunk] else { return }
    bits[Self.word(id)] &= ~Self.bit(id)
    chunks[chunk] = bits == .zero ? nil : bits
  }

  private static func word(_ id: Int64) -> Int { Int(truncatingIfNeeded: id >> 6) & 15 }
  private static func bit(_ id: Int64) -> UInt64 { 1 << UInt64(truncatingIfNeeded: id & 63) }

  /// Visits ids above one, in order, until `visit` says that it is enough.
  func visit(after id: Int64?, _ visit: (Int64) -> Bool) {
    let first = (id ?? .min) >> Self.bits
    for chunk in chunks.keys.filter({ $0 >= first }).sorted() {
      guard let words = chunks[chunk] else { continue }
      for word in 0..<16 {
        var rest = words[word]
        while rest != 0 {
          let found = chunk << Self.bits | Int64(word << 6) | Int64(rest.trailingZeroBitCount)
          rest &= rest - 1
          if let id, found <= id { continue }
          if !visit(found) { return }
        }
      }
    }
  }
}
