internal import LarderCrypto
internal import LarderFormat
internal import LarderSystem

extension TransactionalIndex {
  package func commit(_ commit: EntryCommit) throws(IndexError) -> CommitOutcome {
    try write { (transaction) throws(IndexError) in
      try transaction.tables.makeSureOfRoom()
      try transaction.tables.expect([commit])
      let outcome = try transaction.commit(commit)
      if case .committed = outcome { return outcome }
      transaction.isAbandoned = true
      return outcome
    }
  }

  package func commit(_ commits: [EntryCommit]) throws(IndexError) -> [CommitOutcome] {
    try write { (transaction) throws(IndexError) in
      try transaction.tables.expect(commits)
      var outcomes: [CommitOutcome] = []
      for commit in commits { outcomes.append(try transaction.commitOrUndo(commit)) }
      let changes = outcomes.contains { outcome in if case .committed = outcome { true } else { false } }
      transaction.isAbandoned = !changes
      return outcomes
    }
  }
}

extension WriteTransaction {
  /// One commit among others: nothing of it is left when it is refused.
  fileprivate mutating func commitOrUndo(_ commit: EntryCommit) throws(IndexError) -> CommitOutcome {
    let before = self
    // Only after a child has its row can a refusal follow a change.
    let marks = !commit.children.isEmpty
    if marks { try tables.mark() }
    let outcome = try self.commit(commit)
    if case .committed(let surplus, let condemned) = outcome {
      if marks { try tables.releaseMark() }
      return .committed(surplus: surplus, condemned: Array(condemned.dropFirst(before.condemned.count)))
    }
    self = before
    if marks {
      try tables.undoToMark()
      try tables.releaseMark()
    }
    return outcome
  }

  fileprivate mutating func commit(_ commit: EntryCommit) throws(IndexError) -> CommitOutcome {
    guard state == .open else { return .refused(.indexClosed) }
    guard try tables.stateOfSession(commit.session) == .open else { return .refused(.sessionClosed) }
    let key = commit.entry.key
    let present = try tables.head(of: key)
    // An entry that is there was put after any removal, so it is the better answer to a caller that does not replace.
    if let present, !replaces(present, commit.mode), let entry = try tables.entry(for: key) {
      return .present(entry)
    }
    if let seen = commit.removalsSeen, try wasRemoved(commit.entry, since: seen) { return .refused(.invalidated) }

    var surplus: [BlobName] = []
    var children: [BlobID] = []
    for source in commit.children {
      guard let child = try resolve(source, &surplus) else { return .refused(.blobGone) }
      children.append(child)
    }
    guard let blob = try resolve(commit.blob, &surplus) else { return .refused(.blobGone) }
    for child in children { try tables.insertEdge(blob, child) }

    let bytes: Int64
    if children.isEmpty, case .placed(let record, _) = commit.blob {
      bytes = record.form.storedSize
    } else {
      bytes = try tables.storedBytes(of: blob)
    }
    // How often the key was used outlives a new value of it.
    let uses = max(present?.uses ?? 1, 1)
    let row = EntryRow(
      commit.entry, commit.seal, blob: blob, session: commit.session, uses: uses, lastUse: commit.entry.created,
      score: retentionScore(floor: meta.floor, uses: uses, cost: commit.entry.cost, bytes: bytes))
    if let present {
      // Healing has moved references since the row was read, and then nothing is left to release at the old blob.
      try tables.update(present.id, row)
      if present.blob != blob { try release(present.blob) }
    } else {
      try tables.insert(row)
      meta.totals.entries &+= 1
    }
    return .committed(surplus: surplus, condemned: condemned)
  }

  private func replaces(_ present: EntryHead, _ mode: EntryCommit.Mode) -> Bool {
    switch mode {
    case .replace: true
    case .ifAbsent: false
    case .ifSeal(let seal): present.seal == seal
    }
  }

  /// Whether a user removed the entry after there had been `seen` removals, or may have: old removals are forgotten.
  private func wasRemoved(_ entry: EntryRecord, since seen: Int64) throws(IndexError) -> Bool {
    if seen >= meta.removals { return false }
    if seen < meta.removalsFrom { return true }
    for text in try tables.removals(after: seen, meaning: entry.key) {
      // One that says something this version does not know may have meant the entry, and one with keys names it.
      guard let selection = LoggedSelection.selection(text) else { return true }
      if selection.matches(entry) { return true }
    }
    return false
  }

  /// The row of a blob that a commit needs, made where it is missing; nil when one that it counts on is no longer live.
  private mutating func resolve(_ source: EntryCommit.BlobSource, _ surplus: inout [BlobName]) throws(IndexError)
    -> BlobID?
  {
    switch source {
    case .existing(let blob):
      return try isLive(blob) ? blob : nil
    case .flushed(let blob):
      guard try isLive(blob) else { return nil }
      try tables.markDurable(blob)
      return blob
    case .placed(let record, let seal):
      return try place(record, seal, &surplus)
    case .healed(let old, let record, let seal):
      guard try tables.content(of: old) == BlobContentName(record.form.contentDigest, domain: record.domain) else {
        // Somebody else has healed or removed it: then this is a placement like any other.
        return try place(record, seal, &surplus)
      }
      return try heal(old, record, seal)
    }
  }

  private mutating func place(_ record: BlobRecord, _ seal: Seal, _ surplus: inout [BlobName]) throws(IndexError)
    -> BlobID
  {
    guard let winner = try tables.winner(record.form.contentDigest, domain: record.domain) else {
      return try insert(record, seal)
    }
    // Nobody can read a row whose encoding or place is unknown: this placement heals it.
    guard let blob = winner.blob else { return try heal(winner.id, record, seal) }
    // A durable entry must not stand on bytes that another writer never flushed: this placement takes over.
    if record.durable && !blob.record.durable { return try heal(winner.id, record, seal, evidence: nil) }
    // The same file where a tree has the same content twice, or where a commit is made again: then it is in use.
    if let name = record.name, name != blob.record.name { surplus.append(name) }
    return winner.id
  }

  /// Puts a new row in the place of one whose bytes are missing or damaged, or may get lost.
  private mutating func heal(
    _ old: BlobID, _ record: BlobRecord, _ seal: Seal,
    evidence: String? = "it was damaged when the same content was stored again"
  ) throws(IndexError) -> BlobID {
    // First, as only one row of this content may be live.
    let others = self.evidence
    self.evidence = evidence
    try condemn(old)
    self.evidence = others
    let new = try insert(record, seal)
    try tables.moveReferences(from: old, to: new)
    return new
  }
}
