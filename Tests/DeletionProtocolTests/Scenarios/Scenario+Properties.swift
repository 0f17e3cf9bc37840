extension Scenario {
  /// What is wrong with a state.
  func fault(_ world: World) -> String? {
    if properties.contains(.servable) {
      for key in 0..<World.keys {
        if let blob = world.entry(key), let fault = fault(ofEntry: key, blob, world) { return fault }
      }
    }
    if properties.contains(.unique) {
      var contents = 0
      for blob in world.rows(Row.live).all {
        let bit = 1 &<< world.content(blob)
        if contents & bit != 0 { return "two rows of one content are live" }
        contents |= bit
      }
    }
    if properties.contains(.accounted) {
      for blob in world.files().all where world.row(blob) == Row.none {
        if world.sessionRow(world.session(of: blob)) == SessionRow.absent {
          return "nobody can tell whose the file \(name(blob, world)) is"
        }
      }
    }
    return nil
  }

  private func fault(ofEntry key: Int, _ blob: Int, _ world: World) -> String? {
    if let fault = fault(ofBlob: blob, world) { return "the entry \(keyName(key)) refers to \(fault)" }
    guard let contents = trees[world.content(blob)] else { return nil }
    let children = world.children(blob).all
    for content in contents where !children.contains(where: { world.content($0) == content }) {
      return "the tree \(keyName(key)) has lost a file"
    }
    for child in children {
      if let fault = fault(ofBlob: child, world) { return "the tree \(keyName(key)) refers to \(fault)" }
    }
    return nil
  }

  private func fault(ofBlob blob: Int, _ world: World) -> String? {
    if world.row(blob) != Row.live { return "\(name(blob, world)), whose row is not live" }
    if world.file(file(of: blob, in: world)) == File.sound || world.isHarmed(blob) { return nil }
    return "\(name(blob, world)), whose file is gone"
  }

  /// Whether an entry is there and every file of it is sound.
  func isServable(_ key: Int, _ world: World) -> Bool {
    guard let blob = world.entry(key) else { return false }
    if !isSound(blob, world) { return false }
    for child in world.children(blob).all where !isSound(child, world) { return false }
    return true
  }

  private func isSound(_ blob: Int, _ world: World) -> Bool {
    world.row(blob) == Row.live && world.file(file(of: blob, in: world)) == File.sound
  }

  /// What is wrong when everybody has ended.
  func faultAtEnd(_ world: World) -> String? {
    guard properties.contains(.clean) else { return nil }
    for blob in world.files().all where world.row(blob) == Row.none { return "the file \(name(blob, world)) is left" }
    for blob in world.rows(Row.condemned).all { return "the condemned \(name(blob, world)) is left" }
    for blob in world.rows(Row.live).all where !world.isReferred(blob) {
      return "nothing refers to \(name(blob, world))"
    }
    if !world.sessions(SessionRow.dead).isEmpty { return "a dead session is left on record" }
    if !world.sessions(SessionRow.open).isEmpty { return "a session of nobody is left open" }
    for key in 0..<World.keys where world.entry(key) != nil && !isServable(key, world) {
      return "the entry \(keyName(key)) is left damaged"
    }
    return nil
  }

  // Words for traces

  func keyName(_ key: Int) -> String { ["k", "l", "m", "n"][key] }

  /// `A.2.1`: content A, session 2, placement 1 of its store.
  func name(_ placement: Int, _ world: World) -> String {
    let content = ["A", "B", "C", "D"][world.content(placement)]
    let session = world.session(of: placement)
    if session == World.bygone { return "\(content).0.\(placement)" }
    var number = placement - firstPlacement(0)
    for store in stores.indices where placement >= firstPlacement(store) { number = placement - firstPlacement(store) }
    return mutation == .namesWithoutNumbers ? "\(content).\(session + 1)" : "\(content).\(session + 1).\(number + 1)"
  }

  func names(_ placements: Numbers, _ world: World) -> String {
    placements.all.map { name($0, world) }.joined(separator: " ")
  }

  func describe(_ world: World) -> String {
    var lines: [String] = []
    let entries = (0..<World.keys).compactMap { key in
      world.entry(key).map { "\(keyName(key)) → \(name($0, world))" }
    }
    lines.append("  entries: \(entries.joined(separator: ", "))")
    let rows = ["", "live", "condemned"]
    lines.append(
      "  rows: "
        + (world.rows(Row.live).all + world.rows(Row.condemned).all).map { blob in
          let children = world.children(blob)
          return "\(name(blob, world)) \(rows[world.row(blob)])"
            + (children.isEmpty ? "" : " (\(names(children, world)))")
        }.joined(separator: ", "))
    lines.append(
      "  files: "
        + world.files().all.map { name($0, world) + (world.file($0) == File.damaged ? " damaged" : "") }
        .joined(separator: ", "))
    let states = ["absent", "open", "dead"]
    lines.append(
      "  sessions: "
        + (0..<firstSession(stores.count)).map { session in
          "\(session + 1) \(states[world.sessionRow(session)])\(world.isLocked(session) ? ", locked" : "")"
        }.joined(separator: "; "))
    return lines.joined(separator: "\n")
  }
}
