/// Where a blob of a commit comes from.
struct Source {
  static let existing = 1
  static let placed = 2
  static let healed = 3

  var kind: Int
  /// The placement of the writer's own file.
  var own = 0
  /// The row that was found.
  var found = 0
}

struct Commit {
  static let replace = 0
  static let ifAbsent = 1
  static let ifSeal = 2

  var key: Int
  var mode: Int
  /// With the mode `ifSeal`.
  var seal = 0
  var session: Int
  var removalsSeen: Int?
  var blob: Source
  var children: [Source] = []
}

enum CommitOutcome {
  /// `surplus`: own files that another one's row made superfluous.
  case committed(blobs: Numbers, surplus: Numbers, condemned: Numbers)
  case present
  case invalidated
  case blobGone
  case sessionClosed
}

/// The transaction of a commit, step for step as the index takes it.
extension World {
  mutating func commit(_ commit: Commit, _ mutation: Mutation?) -> CommitOutcome {
    let before = self
    var transaction = self
    let outcome = transaction.run(commit, mutation)
    if case .committed = outcome { self = transaction } else { self = before }
    return outcome
  }

  private mutating func run(_ commit: Commit, _ mutation: Mutation?) -> CommitOutcome {
    if !isOpen(commit.session, mutation) { return .sessionClosed }
    let present = entry(commit.key)
    if present != nil {
      if commit.mode == Commit.ifAbsent { return .present }
      if commit.mode == Commit.ifSeal && commit.seal != seal(commit.key) { return .present }
    }
    if let seen = commit.removalsSeen, wasRemoved(commit.key, since: seen, mutation) { return .invalidated }

    var surplus = Numbers()
    var condemned = Numbers()
    var children = Numbers()
    for source in commit.children {
      let isConditional = mutation != .childrenWithoutCondition && mutation != .commitInTwoSteps
      guard let child = resolve(source, isConditional, mutation, &surplus, &condemned) else { return .blobGone }
      children.insert(child)
    }
    let isConditional = mutation != .reuseWithoutCondition && mutation != .commitInTwoSteps
    guard let blob = resolve(commit.blob, isConditional, mutation, &surplus, &condemned) else { return .blobGone }
    if !children.isEmpty {
      var edges = self.children(blob)
      edges.formUnion(children)
      setChildren(blob, edges)
    }
    setEntry(commit.key, blob)
    if let present, present != blob { release(present, mutation, &condemned) }
    var blobs = children
    blobs.insert(blob)
    return .committed(blobs: blobs, surplus: surplus, condemned: condemned)
  }

  private func isOpen(_ session: Int, _ mutation: Mutation?) -> Bool {
    if mutation == .commitWithoutFence || mutation == .commitInTwoSteps { return true }
    let state = sessionRow(session)
    return state == SessionRow.open || mutation == .absentSessionIsOpen && state == SessionRow.absent
  }

  private func wasRemoved(_ key: Int, since seen: Int, _ mutation: Mutation?) -> Bool {
    if mutation == .removalsIgnored || seen >= removals { return false }
    if seen < removalsFrom && mutation != .removalsForgottenSilently { return true }
    return lastRemoval(key) > seen
  }

  private mutating func resolve(
    _ source: Source, _ isConditional: Bool, _ mutation: Mutation?, _ surplus: inout Numbers,
    _ condemned: inout Numbers
  ) -> Int? {
    switch source.kind {
    case Source.existing: return row(source.found) == Row.live || !isConditional ? source.found : nil
    case Source.healed where row(source.found) == Row.live: return heal(source, mutation, &condemned)
    default: return place(source.own, mutation, &surplus)
    }
  }

  private mutating func place(_ own: Int, _ mutation: Mutation?, _ surplus: inout Numbers) -> Int {
    guard let winner = liveRow(content(own)) else {
      setRow(own, Row.live)
      return own
    }
    if winner != own { surplus.insert(mutation == .loserUnlinksWinner ? winner : own) }
    return winner
  }

  /// Puts a new row in the place of one whose file is missing or damaged.
  private mutating func heal(_ source: Source, _ mutation: Mutation?, _ condemned: inout Numbers) -> Int {
    let (old, new) = (source.found, source.own)
    if mutation != .healWithoutCondemning { condemn(old, &condemned) }
    setRow(new, Row.live)
    if mutation == .healWithoutRepointing { return new }
    for key in 0..<Self.keys where entry(key) == old { setEntry(key, new) }
    let children = children(old)
    if !children.isEmpty {
      setChildren(old, Numbers())
      setChildren(new, children)
    }
    for manifest in 0..<8 where self.children(manifest).contains(old) {
      var children = self.children(manifest)
      children.remove(old)
      children.insert(new)
      setChildren(manifest, children)
    }
    return new
  }
}
