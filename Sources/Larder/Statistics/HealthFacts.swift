internal import LarderBlobs
package import LarderFormat
package import LarderIndex
package import LarderSystem

/// What a monitor goes by: nothing of it needs a look at blobs, and nothing is written.
package struct HealthFacts: Sendable {
  /// What the index's own quick check found; a line for each fault.
  package var faults: [String] = []
  package var totals = IndexTotals()
  /// The limit in stored bytes; nil for none.
  package var limit: Int64?
  /// The bytes that the file system of the cache has free.
  package var freeBytes: Int64 = 0
  package var verification = Verification([:])
  /// Misses because something stored was damaged or gone.
  package var damagedMisses: Int64 = 0
  /// Failures of the cache that were kept from jobs.
  package var failures: Int64 = 0
  /// The bytes of what repairs moved aside.
  package var quarantinedBytes: Int64 = 0
  /// The bytes of files that are being written, or whose writers ended before.
  package var stagedBytes: Int64 = 0

  package init() {}

  /// The reasons of misses that something stored is to blame for.
  package static let damage: [MissReason] = [.corrupt, .missingBlob, .signature, .undecodable]
}

extension ArtifactStore {
  /// Looks how the cache is.
  ///
  /// - Parameter since: From when on misses and failures are counted, by whole days.
  /// - Returns: What was found.
  /// - Throws: ``LarderError`` when the index or the directory cannot be read.
  package func healthFacts(since: Timestamp) throws(LarderError) -> HealthFacts {
    var facts = HealthFacts()
    do throws(IndexError) { facts.faults = try index.check(quick: true) } catch { throw failed(error) }
    let status = try status(since: since) { _, _ in true }
    facts.totals = status.totals
    facts.limit = status.limit
    facts.verification = status.verification
    facts.failures = status.activity.failures
    for reason in HealthFacts.damage { facts.damagedMisses.addClamping(status.activity.misses[reason, default: 0]) }
    do throws(SystemError) {
      facts.freeBytes = try directory.handle.freeSpace()
      facts.quarantinedBytes = try tree.quarantinedBytes()
      facts.stagedBytes = try tree.stagedFiles().reduce(0) { $0 + $1.status.size }
    } catch {
      throw .system("look at the cache at '\(directory.path)'", error)
    }
    return facts
  }
}
