internal import LarderFormat
internal import LarderSystem

/// One change of the tables: what a transaction did, what a journal writes down, and how either is undone.
enum RowChange: Sendable {
  /// Puts a row in the place of the one with the same id, if there is one.
  case put(IndexRow)
  case deleteSession(SessionID)
  case deleteBlob(BlobID)
  case deleteEdge(parent: BlobID, child: BlobID)
  case deleteEntry(EntryID)
  /// Deletes the tombstones up to and with this id.
  case deleteTombstones(through: Int64)
  /// Deletes the rows of the log of removals up to and with this number.
  case deleteRemovals(through: Int64)
  case use(EntryID, uses: Int64, last: Timestamp, score: Double)
  /// Lets an entry refer to another blob.
  case point(EntryID, at: BlobID)
  case condemn(BlobID, evidence: String?)
  case markDurable(BlobID)
  /// Marks the files of a session durable whose ids are above the first and not above the last.
  case markDurableOf(SessionID, after: BlobID, through: BlobID)
  case state(IndexState)
  /// Several, one after the other. Only undoing makes one.
  case several([RowChange])
  /// Takes away what was put where no row was. Only undoing makes one.
  case erase(IndexRow)
}
