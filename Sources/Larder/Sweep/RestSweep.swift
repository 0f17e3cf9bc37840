internal import LarderBlobs
internal import LarderFormat
internal import LarderIndex
internal import LarderSystem

/// What belongs to no shard: the index as a whole, files that were never whole, and strangers in the directory.
struct RestSweep {
  let sweep: Sweep
  private var store: ArtifactStore { sweep.store }

  func run() throws {
    try checkIndex()
    try checkTotals()
    try checkStaging()
    try findStrangers()
  }

  private func checkIndex() throws {
    for fault in try store.index.check(quick: sweep.options.quick) { sweep.tell(fault: fault) }
    let lost = try store.index.entriesWithoutKey()
    if lost > 0 {
      let action = try sweep.disposal.dropEntriesWithoutKey()
      sweep.ledger.add(.init(.signature, detail: "\(lost) entries whose rows have no key", action: action))
    }
  }

  private func checkTotals() throws {
    let (recorded, counted) = try store.index.countTotals()
    guard recorded != counted else { return }
    let words =
      "totals do not add up: \(recorded.entries) entries, \(recorded.blobs) blobs, \(recorded.storedBytes) stored bytes "
      + "recorded, \(counted.entries), \(counted.blobs) and \(counted.storedBytes) counted"
    sweep.ledger.add(.init(.index, detail: words, action: try sweep.disposal.correctTotals()))
  }

  private func checkStaging() throws {
    for file in try store.tree.stagedFiles() {
      guard let name = file.name else {
        sweep.ledger.add(
          .init(
            .foreign, path: file.path, detail: "no name that Larder gives", bytes: file.status.size,
            age: sweep.age(file.status.changed)))
        continue
      }
      let session = SessionID(rawValue: name.session)
      if try sweep.liveness.isWriting(session) {
        sweep.ledger.count(inFlight: 1)
        continue
      }
      let action = try sweep.keeping(session) { try sweep.disposal.removeResidue(file) }
      sweep.ledger.add(
        .init(
          .staging, path: file.path, detail: "its writer ended before it was whole", bytes: file.status.size,
          age: sweep.age(file.status.changed), action: action))
    }
  }

  private func findStrangers() throws {
    for name in try store.directory.drafts() {
      let action = try sweep.disposal.removeDraft(name)
      sweep.ledger.add(.init(.staging, path: name, detail: "the making of a cache was interrupted", action: action))
    }
    for name in try store.directory.strangers() + store.tree.strangersAmongShards().map({ "blobs/" + $0 }) {
      sweep.ledger.add(.init(.foreign, path: name, detail: "not made by Larder"))
    }
  }
}
