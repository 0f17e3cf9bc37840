/// Several ids for each of many, most of which have one.
struct IDMap {
  private var one: [Int64: Int64] = [:]
  private var more: [Int64: Set<Int64>] = [:]

  /// False where it is there.
  @discardableResult
  mutating func insert(_ value: Int64, for id: Int64) -> Bool {
    guard !contains(value, for: id) else { return false }
    if one[id] == nil { one[id] = value } else { more[id, default: []].insert(value) }
    return true
  }

  mutating func remove(_ value: Int64, for id: Int64) {
    if one[id] == value {
      one[id] = nil
    } else {
      more[id]?.remove(value)
      if more[id]?.isEmpty == true { more[id] = nil }
    }
  }

  func contains(_ value: Int64, for id: Int64) -> Bool { one[id] == value || more[id]?.contains(value) == true }
  func holds(_ id: Int64) -> Bool { one[id] != nil || more[id] != nil }

  /// In the order of ids.
  func values(of id: Int64) -> [Int64] {
    guard let others = more[id] else { return one[id].map { [$0] } ?? [] }
    return (others + (one[id].map { [$0] } ?? [])).sorted()
  }
}
