internal import Dispatch
internal import LarderBlobs
internal import LarderFormat
internal import LarderIndex
internal import LarderSystem

/// Lets durable commits that come at the same time share one flush of the files and one transaction.
///
/// Whoever comes first leads: it flushes and commits for itself and for all who have come by then. Who comes meanwhile
/// waits, and the first of those leads next. Nobody waits for company, so a lone put pays for itself alone: one `fsync`.
final class CommitGroup: Sendable {
  /// Files that could not be made durable. They must be written again: the kernel may have dropped their bytes, and the
  /// next flush would report success.
  struct FlushFailure: Error { let cause: SystemError }

  private typealias Answer = Result<CommitOutcome, any Error>

  private final class Member: Sendable {
    let commit: EntryCommit
    let files: [BlobName]
    /// Signalled when there is an answer, or when it is this member's turn to lead.
    let turn = DispatchSemaphore(value: 0)
    let answer = Locked<Answer?>(nil)

    init(_ commit: EntryCommit, _ files: [BlobName]) {
      self.commit = commit
      self.files = files
    }
  }

  private struct State {
    var isLed = false
    var waiting: [Member] = []
  }

  private let tree: BlobTree
  private let index: any CacheIndex
  private let state = Locked(State())

  init(_ tree: BlobTree, _ index: any CacheIndex) {
    self.tree = tree
    self.index = index
  }

  /// Makes files durable and then commits, together with whoever else is about to.
  ///
  /// - Parameters:
  ///   - commit: What is committed, unless the flush fails.
  ///   - files: The placed files that it stands on and that nobody has flushed.
  /// - Returns: The outcome of this commit.
  /// - Throws: ``FlushFailure`` before anything was committed, else what the index throws.
  func commit(_ commit: EntryCommit, files: [BlobName]) throws -> CommitOutcome {
    let member = Member(commit, files)
    let leads = state.withLock { state in
      if state.isLed {
        state.waiting.append(member)
        return false
      }
      state.isLed = true
      return true
    }
    if !leads {
      member.turn.wait()
      if let answer = member.answer.withLock({ $0 }) { return try answer.get() }
    }
    let members = state.withLock { state in
      defer { state.waiting = [] }
      return [member] + state.waiting
    }
    let answers = settle(members)
    handOver()
    for (other, answer) in zip(members, answers).dropFirst() {
      other.answer.withLock { $0 = answer }
      other.turn.signal()
    }
    return try answers[0].get()
  }

  /// How many wait for the one that leads.
  var waitingCount: Int { state.withLock { $0.waiting.count } }

  private func handOver() {
    let next: Member? = state.withLock { state in
      if state.waiting.isEmpty {
        state.isLed = false
        return nil
      }
      return state.waiting.removeFirst()
    }
    next?.turn.signal()
  }

  private func settle(_ members: [Member]) -> [Answer] {
    do throws(SystemError) { try tree.sync(members.flatMap(\.files)) } catch {
      return members.map { _ in .failure(FlushFailure(cause: error)) }
    }
    if members.count == 1 { return members.map(commitAlone) }
    do throws(IndexError) { return try index.commit(members.map(\.commit)).map { .success($0) } } catch {
      // One commit that the index cannot take must not cost the others theirs.
      if error.code == .failed && !error.isOutcomeUnknown { return members.map(commitAlone) }
      return members.map { _ in .failure(error) }
    }
  }

  private func commitAlone(_ member: Member) -> Answer {
    do throws(IndexError) { return .success(try index.commit(member.commit)) } catch { return .failure(error) }
  }
}
