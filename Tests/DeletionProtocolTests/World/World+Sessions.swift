/// The row of a session.
enum SessionRow {
  static let absent = 0
  static let open = 1
  static let dead = 2
}

extension World {
  func sessionRow(_ session: Int) -> Int {
    session == Self.bygone ? SessionRow.absent : tables.field(44 &+ session &* 3, 2)
  }
  mutating func setSessionRow(_ session: Int, _ state: Int) { tables.setField(44 &+ session &* 3, 2, state) }

  /// Whether the lock byte of a session is held.
  func isLocked(_ session: Int) -> Bool {
    session != Self.bygone && tables.field(44 &+ session &* 3 &+ 2, 1) == 1
  }
  mutating func setLocked(_ session: Int, _ isLocked: Bool) {
    tables.setField(44 &+ session &* 3 &+ 2, 1, isLocked ? 1 : 0)
  }

  func sessions(_ state: Int) -> Numbers {
    var found = Numbers()
    for session in 0..<Self.sessions where sessionRow(session) == state { found.insert(session) }
    return found
  }

  mutating func fence(_ session: Int) {
    if sessionRow(session) != SessionRow.absent { setSessionRow(session, SessionRow.dead) }
  }

  /// Gives up a session of a store, whose other threads may still place files in it: it is dead, and its lock free.
  ///
  /// - Returns: False if another thread has done so.
  @discardableResult mutating func abandon(_ session: Int, of store: Int) -> Bool {
    guard currentSession(store) == session else { return false }
    setCurrentSession(store, nil)
    fence(session)
    setLocked(session, false)
    return true
  }

  // Stores

  /// The session that a store writes in.
  func currentSession(_ store: Int) -> Int? {
    let value = stores.field(store &* 10, 3)
    return value == 0 ? nil : value &- 1
  }
  mutating func setCurrentSession(_ store: Int, _ session: Int?) {
    stores.setField(store &* 10, 3, session.map { $0 &+ 1 } ?? 0)
  }

  /// How many sessions a store has opened.
  func opened(_ store: Int) -> Int { stores.field(store &* 10 &+ 3, 3) }
  mutating func setOpened(_ store: Int, _ count: Int) { stores.setField(store &* 10 &+ 3, 3, count) }

  /// How many placements a store has made; never set back.
  func placed(_ store: Int) -> Int { stores.field(store &* 10 &+ 6, 4) }
  mutating func setPlaced(_ store: Int, _ count: Int) { stores.setField(store &* 10 &+ 6, 4, count) }
}
