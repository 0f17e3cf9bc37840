internal import LarderBlobs
internal import LarderCrypto
internal import LarderFormat
internal import LarderIndex

/// What is to be done about something that a sweep found. The decision is taken where it is found; it is carried out by
/// ``Disposal`` when everything was looked at, so that one repair is not in the way of what another is about to find, and
/// a repair finds what a sweep that only looks finds.
enum Repair: Sendable {
  /// Moves a file that has no use in its place aside, or deletes it.
  case removeFile(TreeFile, reason: String, SessionID)
  /// Deletes a file that was never whole: nobody could have a use for it.
  case removeResidue(StagedFile, SessionID)
  /// Deletes the draft of a description that was published by somebody else.
  case removeDraft(String)
  /// Moves a file to where its row says that it is.
  case putInPlace(TreeFile, BlobName)
  /// Removes the row of a blob that cannot be served, with the entries that depend on it. With a name only if there is
  /// still no file of that name.
  case withdraw(BlobID, MissReason, words: String, ifMissing: BlobName? = nil)
  /// Removes an entry that cannot be served, if it is still the one that was seen.
  case drop(ArtifactKey, EntrySighting, MissReason)
  /// Removes a blob to which nothing refers, if that is still so.
  case removeUnreferenced(BlobID)
  /// Finishes what an interrupted removal left.
  case finish(CondemnedBlob)
  /// Removes entries that nobody can look up.
  case dropEntriesWithoutKey
  /// Removes the edges of a blob that lead to no file of the tree whose manifest it is: to all but these; to all where it
  /// is none.
  case dropFalseEdges(BlobID, but: Set<Digest>?)
  /// Counts the totals anew.
  case correctTotals

  var putsInPlace: Bool { if case .putInPlace = self { true } else { false } }
}

/// A repair with what was told of it.
struct PlannedRepair: Sendable {
  let repair: Repair
  let kind: SweepReport.Kind
  let path: String?
  let bytes: Int64
  let action: SweepReport.Action
}
