extension World {
  /// The blob of the entry under a key.
  func entry(_ key: Int) -> Int? {
    let value = tables.field(key &* 7, 4)
    return value == 0 ? nil : value &- 1
  }
  mutating func setEntry(_ key: Int, _ blob: Int?) { tables.setField(key &* 7, 4, blob.map { $0 &+ 1 } ?? 0) }

  /// Stands for the seal of the entry under a key: each put changes it, and healing does not.
  func seal(_ key: Int) -> Int { tables.field(key &* 7 &+ 4, 3) }
  mutating func changeSeal(_ key: Int) { tables.setField(key &* 7 &+ 4, 3, seal(key) &+ 1) }

  /// Whether an entry or an edge refers to a blob.
  func isReferred(_ blob: Int) -> Bool { isReferredByEntry(blob) || isReferredByEdge(blob) }

  func isReferredByEntry(_ blob: Int) -> Bool {
    for key in 0..<Self.keys where tables.field(key &* 7, 4) == blob &+ 1 { return true }
    return false
  }

  func isReferredByEdge(_ blob: Int) -> Bool {
    if edges == 0 { return false }
    for manifest in 0..<8 where children(manifest).contains(blob) { return true }
    return false
  }

  // The log of removals by users

  var removals: Int { tables.field(28, 2) }
  /// Removals up to this number are no longer in the log.
  var removalsFrom: Int { tables.field(30, 2) }
  func lastRemoval(_ key: Int) -> Int { tables.field(32 &+ key &* 2, 2) }

  /// Notes a removal; the log keeps the last one.
  mutating func logRemoval(_ key: Int) {
    let number = removals &+ 1
    tables.setField(28, 2, number)
    tables.setField(30, 2, max(number &- 1, 0))
    for other in 0..<Self.keys where lastRemoval(other) < number { tables.setField(32 &+ other &* 2, 2, 0) }
    tables.setField(32 &+ key &* 2, 2, number)
  }

  // What the environment may still do

  var damageLeft: Int { tables.field(40, 2) }
  mutating func setDamageLeft(_ count: Int) { tables.setField(40, 2, count) }

  var lostAnswersLeft: Int { tables.field(42, 2) }
  mutating func setLostAnswersLeft(_ count: Int) { tables.setField(42, 2, count) }
}
