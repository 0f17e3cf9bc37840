internal import LarderFormat
internal import LarderIndex
internal import LarderSystem

/// By what entries are ranked: the highest comes first.
enum EntryOrder: String, Sendable {
  case cost, size, age, score

  fileprivate func comesFirst(_ left: StoredEntry, _ right: StoredEntry) -> Bool {
    switch self {
    case .cost where left.record.cost != right.record.cost: left.record.cost > right.record.cost
    case .size where left.record.size != right.record.size: left.record.size > right.record.size
    case .age where left.record.created != right.record.created: left.record.created < right.record.created
    case .score where left.use.score != right.use.score: left.use.score > right.use.score
    // Keys decide between equals, so that a list is the same every time.
    default: left.record.key.description < right.record.key.description
    }
  }
}

/// The highest of the entries that are put in; memory grows with how many are wanted and not with how many there are.
struct RankedEntries {
  let order: EntryOrder
  let count: Int
  private var kept: [StoredEntry] = []

  init(_ order: EntryOrder, _ count: Int) {
    self.order = order
    self.count = count
  }

  mutating func insert(_ entry: StoredEntry) {
    kept.append(entry)
    // Sorted when twice as many are there as are wanted, which costs each of them a constant number of sorts.
    if count < .max / 2, kept.count >= 2 * count { cut() }
  }

  private mutating func cut() {
    kept.sort(by: order.comesFirst)
    if kept.count > count { kept.removeLast(kept.count - count) }
  }

  /// The entries in their order.
  mutating func ranked() -> [StoredEntry] {
    cut()
    return kept
  }
}
