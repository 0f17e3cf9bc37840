internal import LarderCrypto
internal import LarderFormat
internal import LarderSystem

extension SQLiteIndex {
  package func commit(_ commit: EntryCommit) throws(IndexError) -> CommitOutcome {
    try write { (transaction) throws(IndexError) in
      try transaction.connection.refuseWithoutSpace()
      let outcome = try transaction.commit(commit)
      if case .committed = outcome { return outcome }
      transaction.isAbandoned = true
      return outcome
    }
  }

  package func commit(_ commits: [EntryCommit]) throws(IndexError) -> [CommitOutcome] {
    try write { (transaction) throws(IndexError) in
      var outcomes: [CommitOutcome] = []
      for commit in commits { outcomes.append(try transaction.commitOrUndo(commit)) }
      let changes = outcomes.contains { outcome in if case .committed = outcome { true } else { false } }
      transaction.isAbandoned = !changes
      return outcomes
    }
  }
}

extension WriteTransaction {
  /// What is there under a key.
  private struct Present {
    var id: Int64
    var blob: Int64
    var uses: Int64
    var seal: Seal
  }

  /// One commit among others: nothing of it is left when it is refused.
  fileprivate mutating func commitOrUndo(_ commit: EntryCommit) throws(IndexError) -> CommitOutcome {
    let before = self
    // Only after a child has its row can a refusal follow a change.
    let marks = !commit.children.isEmpty
    if marks { try connection.run(.mark) }
    let outcome = try self.commit(commit)
    if case .committed(let surplus, let condemned) = outcome {
      if marks { try connection.run(.releaseMark) }
      return .committed(surplus: surplus, condemned: Array(condemned.dropFirst(before.condemned.count)))
    }
    self = before
    if marks {
      try connection.run(.rollbackToMark)
      try connection.run(.releaseMark)
    }
    return outcome
  }

  fileprivate mutating func commit(_ commit: EntryCommit) throws(IndexError) -> CommitOutcome {
    guard state == .open else { return .refused(.indexClosed) }
    guard try isOpen(commit.session) else { return .refused(.sessionClosed) }
    let key = commit.entry.key
    let present = try present(key)
    // An entry that is there was put after any removal, so it is the better answer to a caller that does not replace.
    if let present, !replaces(present, commit.mode), let entry = try connection.entry(for: key) {
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
    for child in children {
      var edge = try connection.query(.insertEdge)
      edge.bind(blob.rawValue)
      edge.bind(child.rawValue)
      try edge.run()
    }

    let bytes: Int64
    if children.isEmpty, case .placed(let record, _) = commit.blob {
      bytes = record.form.storedSize
    } else {
      bytes = try storedBytes(of: blob)
    }
    // How often the key was used outlives a new value of it.
    let uses = max(present?.uses ?? 1, 1)
    let score = retentionScore(floor: meta.floor, uses: uses, cost: commit.entry.cost, bytes: bytes)
    if let present {
      var update = try connection.query(.updateEntry)
      update.bind(commit, blob: blob, uses: uses, score: score)
      update.bind(present.id)
      try update.run()
      // Healing has moved references since the row was read, and then nothing is left to release at the old blob.
      if present.blob != blob.rawValue { try release(BlobID(rawValue: present.blob)) }
    } else {
      var insert = try connection.query(.insertEntry)
      insert.bind(key.digest)
      insert.bind(commit, blob: blob, uses: uses, score: score)
      try insert.run()
      meta.totals.entries &+= 1
    }
    return .committed(surplus: surplus, condemned: condemned)
  }

  private func isOpen(_ session: SessionID) throws(IndexError) -> Bool {
    var query = try connection.query(.sessionState)
    query.bind(session.column)
    return try query.step() && query.text(0) == "open"
  }

  private func present(_ key: ArtifactKey) throws(IndexError) -> Present? {
    var query = try connection.query(.entryState)
    query.bind(key.digest)
    guard try query.step() else { return nil }
    return Present(
      id: query.integer(0), blob: query.integer(1), uses: query.integer(2),
      seal: Seal(digest: query.digest(3), keyID: query.text(4)))
  }

  private func replaces(_ present: Present, _ mode: EntryCommit.Mode) -> Bool {
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
    if try wasNamed(entry.key, since: seen) { return true }
    return try wasSelected(entry, since: seen)
  }

  private func wasNamed(_ key: ArtifactKey, since seen: Int64) throws(IndexError) -> Bool {
    var query = try connection.query(.removedSince)
    query.bind(seen)
    query.bind(key.description)
    return try query.step() && query.flag(0)
  }

  private func wasSelected(_ entry: EntryRecord, since seen: Int64) throws(IndexError) -> Bool {
    var query = try connection.query(.selectedSince)
    query.bind(seen)
    while try query.step() {
      // One that says something this version does not know may have meant the entry.
      guard let selection = LoggedSelection.selection(list: query.text(0)) else { return true }
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
      try markDurable(blob)
      return blob
    case .placed(let record, let seal):
      return try place(record, seal, &surplus)
    case .healed(let old, let record, let seal):
      guard try isSame(old, as: record) else {
        // Somebody else has healed or removed it: then this is a placement like any other.
        return try place(record, seal, &surplus)
      }
      return try heal(old, record, seal)
    }
  }

  private mutating func place(_ record: BlobRecord, _ seal: Seal, _ surplus: inout [BlobName]) throws(IndexError)
    -> BlobID
  {
    var query = try connection.query(.winner)
    query.bind(record.form.contentDigest)
    query.bind(record.domain)
    guard try query.step() else {
      query.again()
      return try insert(record, seal)
    }
    let id = BlobID(rawValue: query.integer(0))
    guard let winner = try connection.check(query.storedBlob(), record.form.contentDigest, record.domain) else {
      // Nobody can read a row whose encoding or place is unknown: this placement heals it.
      query.again()
      return try heal(id, record, seal)
    }
    if record.durable && !winner.record.durable {
      // A durable entry must not stand on bytes that another writer never flushed: this placement takes over.
      query.again()
      return try heal(id, record, seal, evidence: nil)
    }
    // The same file where a tree has the same content twice, or where a commit is made again: then it is in use.
    if let name = record.name, name != winner.record.name { surplus.append(name) }
    return id
  }

  /// Whether a row is live and of this content.
  private func isSame(_ blob: BlobID, as record: BlobRecord) throws(IndexError) -> Bool {
    var query = try connection.query(.contentOfBlob)
    query.bind(blob.rawValue)
    return try query.step() && query.digest(0) == record.form.contentDigest && query.text(1) == record.domain
  }

  /// Puts a new row in the place of one whose bytes are missing or damaged, or may get lost.
  private mutating func heal(
    _ old: BlobID, _ record: BlobRecord, _ seal: Seal,
    evidence: String? = "it was damaged when the same content was stored again"
  ) throws(IndexError) -> BlobID {
    // First, as only one row of this content may be live.
    let others = self.evidence
    self.evidence = evidence
    try condemn(old.rawValue)
    self.evidence = others
    let new = try insert(record, seal)
    for statement in [SQL.pointEntries, .pointChildren, .pointParents] {
      var query = try connection.query(statement)
      query.bind(new.rawValue)
      query.bind(old.rawValue)
      try query.run()
    }
    return new
  }
}
