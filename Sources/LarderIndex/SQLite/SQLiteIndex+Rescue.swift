package import LarderFormat
package struct IndexRescue: Sendable {
  package var entries: Int64 = 0
  package var blobs: Int64 = 0
  package var lostEntries: Int64 = 0
  package var lostBlobs: Int64 = 0
  package var removedEntries: Int64 = 0
  package var unreadable = 0
  package var recorded: IndexTotals?
}
extension SQLiteIndex {
  package static func rescue(damagedAt: String, into: String, identity: IndexIdentity, sealer: Sealer) throws(IndexError) -> IndexRescue {
    var report = IndexRescue()
    if let old = try? SQLiteConnection(damagedAt, .write, deadline: 0), (try? old.look()) == .index, (try? old.identity()) != nil, let totals = try? old.integer("SELECT count(*) FROM entries") {
      try old.execute("VACUUM INTO '\(into)'")
      let new = try SQLiteConnection(into, .write, deadline: 0)
      try new.execute("DELETE FROM sessions")
      report.entries = totals
      return report
    }
    let new = try SQLiteIndex.create(at: into, identity: identity)
    new.shortenLog()
    new.close()
    return report
  }
}
