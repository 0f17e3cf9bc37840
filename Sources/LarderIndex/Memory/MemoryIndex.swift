internal import LarderFormat
internal import LarderSystem

/// An index in memory: for one process and as long as it lives, in tests and as a tier in front of others.
package final class MemoryIndex: TransactionalIndex, MemoryReading {
  package let identity: IndexIdentity
  private let state: Locked<State>

  private struct State {
    let tables = MemoryTables(path: MemoryIndex.name)
    var isClosed = false
    /// For sessions opened here, the blob up to which their files are known to be durable.
    var durableUpTo: [SessionID: BlobID] = [:]
  }

  private static let name = "(in memory)"

  package init(identity: IndexIdentity) {
    self.identity = identity
    state = Locked(State())
  }

  package var capabilities: IndexCapabilities {
    IndexCapabilities(severalProcesses: false, severalHosts: false, inlineBlobs: true)
  }

  package func read<Result: Sendable>(
    _ body: (MemoryTables) throws(IndexError) -> Result
  ) throws(IndexError) -> Result {
    try state.withLock { (state) throws(IndexError) in
      if state.isClosed { throw .closed(Self.name) }
      return try body(state.tables)
    }
  }

  package func write<Result: Sendable>(
    durably: Bool?, within limit: Duration?,
    _ body: (inout WriteTransaction<MemoryTables>) throws(IndexError) -> Result
  ) throws(IndexError) -> Result {
    try state.withLock { (state) throws(IndexError) in
      if state.isClosed { throw .closed(Self.name) }
      let result = try state.tables.transact(&state.durableUpTo, body) { _ in }
      return result
    }
  }

  package func check(quick: Bool) throws(IndexError) -> [String] { try read { $0.faults() } }
  /// There is nothing on disk.
  package func shortenLog() {}
  package func close() { state.withLock { $0.isClosed = true } }
}

extension MemoryTables {
  /// Runs a transaction: what it changed is handed to `keep`, and undone where that fails.
  func transact<Result>(
    _ durableUpTo: inout [SessionID: BlobID],
    _ body: (inout WriteTransaction<MemoryTables>) throws(IndexError) -> Result,
    keep: ([RowChange]) throws(IndexError) -> Void
  ) throws(IndexError) -> Result {
    do throws(IndexError) {
      var transaction = try WriteTransaction(self)
      transaction.durableUpTo = durableUpTo
      let result = try body(&transaction)
      guard !transaction.isAbandoned else {
        abandonTransaction()
        return result
      }
      try transaction.finish()
      try keep(changes)
      finishTransaction()
      durableUpTo = transaction.durableUpTo
      return result
    } catch {
      abandonTransaction()
      throw error
    }
  }
}

extension IndexError {
  static func closed(_ path: String) -> IndexError {
    IndexError(.failed, "The index '\(path)' is closed: open the cache again.")
  }
}
