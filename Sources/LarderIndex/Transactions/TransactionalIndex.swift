internal import LarderFormat
internal import LarderSystem

/// An index whose store brings tables and transactions: what is decided in them is the same for all such stores, and is
/// said once, in ``WriteTransaction``.
///
/// A transaction that writes excludes every other one of the same index, in whichever process or on whichever host: the
/// deletion protocol was checked for transactions that follow each other.
package protocol TransactionalIndex: CacheIndex {
  associatedtype Tables: IndexTables

  /// Runs one transaction that writes.
  ///
  /// - Parameters:
  ///   - durably: Whether it returns only when this and everything before it is durable; nil for what the index was
  ///     opened with.
  ///   - limit: How long it waits for others at most, where that is less than the deadline of the index.
  ///   - body: What to do; it may abandon the transaction, which then changes nothing.
  /// - Returns: What `body` returned.
  /// - Throws: What `body` threw, or ``IndexError/Code/busy`` when the deadline is over. Where the commit itself failed,
  ///   ``IndexError/isOutcomeUnknown`` is true.
  func write<Result: Sendable>(
    durably: Bool?, within limit: Duration?,
    _ body: (inout WriteTransaction<Tables>) throws(IndexError) -> Result
  ) throws(IndexError) -> Result
}

extension TransactionalIndex {
  func write<Result: Sendable>(
    durably: Bool? = nil, _ body: (inout WriteTransaction<Tables>) throws(IndexError) -> Result
  ) throws(IndexError) -> Result {
    try write(durably: durably, within: nil, body)
  }
}
