/// A set of ids that can be walked in their order: neither one that comes nor one that goes moves all the others.
struct IDOrder {
  private static var bits: Int64 { 10 }
  private var chunks: [Int64: Set<Int64>] = [:]

  mutating func insert(_ id: Int64) { chunks[id >> Self.bits, default: []].insert(id) }

  mutating func remove(_ id: Int64) {
    let chunk = id >> Self.bits
    chunks[chunk]?.remove(id)
    if chunks[chunk]?.isEmpty == true { chunks[chunk] = nil }
  }

  /// Visits ids above one, in order, until `visit` says that it is enough.
  func visit(after id: Int64?, _ visit: (Int64) -> Bool) {
    let first = (id ?? .min) >> Self.bits
    for chunk in chunks.keys.filter({ $0 >= first }).sorted() {
      for found in (chunks[chunk] ?? []).sorted() where id.map({ found > $0 }) ?? true {
        if !visit(found) { return }
      }
    }
  }
}
