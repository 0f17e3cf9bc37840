internal import LarderBlobs
package import LarderFormat
internal import LarderIndex
internal import LarderSystem

/// What a store still has to make durable.
struct BarrierDebt: Sendable {
  /// The sessions of this store whose blobs no barrier has made durable yet, ended ones included.
  var sessions: Set<SessionID> = []
  /// Blobs that other sessions placed, that nobody has flushed, and that entries of this store stand on. Their bytes
  /// were checked when they were reused, so a flush in the same life of the machine makes the right bytes durable.
  var borrowed: [BlobID: BlobName] = [:]
  /// Whether entries stand on files that nobody has flushed; else they are in the index as a whole.
  var hasFiles = false
  /// Counts what was stored without a flush.
  var stored: UInt64 = 0
  /// What ``stored`` was before the last barrier that succeeded.
  var settled: UInt64 = 0
  /// Why a barrier failed. What was stored by then may be lost whatever a later one says: the kernel reports the failure
  /// of a file once.
  var failure: LarderError?
}

extension ArtifactStore {
  /// Makes everything stored so far durable at the price of one barrier.
  package func sync() throws(LarderError) {
    guard !settings.readOnly else { return }
    let (debt, current) = session.withLock { ($0.debt, $0.id) }
    if let failure = debt.failure { throw failure }
    guard debt.stored != debt.settled else { return }
    do {
      let highest = try index.highestBlob()
      if debt.hasFiles { try flush(debt) }
      try index.markDurable(Array(debt.sessions), upTo: highest, and: Array(debt.borrowed.keys))
    } catch let error as LarderError {
      throw error
    } catch let error as IndexError {
      throw failed(error)
    } catch {
      throw LarderError(.io, "Cannot make the cache at '\(directory.path)' durable.", cause: error)
    }
    session.withLock { session in
      session.debt.settled = max(session.debt.settled, debt.stored)
      if session.debt.stored == debt.stored { session.debt.hasFiles = false }
      // A session that had ended before has placed nothing since.
      session.debt.sessions.subtract(debt.sessions.filter { $0 != current })
      for blob in debt.borrowed.keys { session.debt.borrowed[blob] = nil }
    }
  }

  private func flush(_ debt: BarrierDebt) throws(LarderError) {
    do throws(SystemError) {
      try tree.sync(sessions: Set(debt.sessions.map(\.rawValue)), and: Array(debt.borrowed.values))
    } catch {
      let failure = LarderError.system("make the cache at '\(directory.path)' durable", error)
      if error.call == .syncfs || error.call == .fsync {
        let lasting = LarderError(
          failure.code,
          "What was stored in the cache at '\(directory.path)' may be lost in a power cut, because the disk failed when "
            + "it was to be made durable. Check the disk, open the cache again and store it again.", cause: error)
        session.withLock { $0.debt.failure = lasting }
      }
      throw failure
    }
  }

  /// Notes what a fast commit left to the next barrier.
  ///
  /// - Parameters:
  ///   - hasFiles: Whether it stands on files that it has placed.
  ///   - surplus: What it has placed and does not stand on.
  func owe(hasFiles: Bool, surplus: [BlobName]) {
    session.withLock { session in
      session.debt.stored += 1
      if hasFiles { session.debt.hasFiles = true }
    }
    // Another session was first with this content, a moment ago.
    for name in surplus {
      if let winner = try? index.liveBlob(name.contentDigest, domain: "") { borrow(winner) }
    }
  }

  /// Notes a blob that is reused without a flush.
  func borrow(_ blob: StoredBlob) {
    guard !blob.record.durable, let name = blob.record.name else { return }
    session.withLock { session in
      session.debt.hasFiles = true
      if !session.debt.sessions.contains(SessionID(rawValue: name.session)) { session.debt.borrowed[blob.id] = name }
    }
  }
}
