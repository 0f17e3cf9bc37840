/// What was saved of a damaged index.
package struct IndexRescue: Hashable, Sendable {
  /// Saved, each with a seal that verifies.
  package var entries: Int64 = 0
  /// Saved; each has an entry that needs it.
  package var blobs: Int64 = 0
  /// Read, but lost: their seals do not verify, or what they need is lost.
  package var lostEntries: Int64 = 0
  /// Read, but lost: their seals or bytes do not verify, or no entry needs them any more.
  package var lostBlobs: Int64 = 0
  /// Read, and kept away because they were removed: a user's removal holds, whatever the damage brings to light.
  package var removedEntries: Int64 = 0
  /// How many stretches of rows could not be read at all.
  package var unreadable = 0
  /// What the damaged index said it held; nil where that cannot be read either.
  package var recorded: IndexTotals?

  package init() {}
}
