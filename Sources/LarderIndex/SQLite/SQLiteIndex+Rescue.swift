package import LarderFormat
package struct IndexRescue: Sendable { package var entries: Int64 = 0; package var blobs: Int64 = 0 }
extension SQLiteIndex {
  package static func rescue(damagedAt: String, into: String, identity: IndexIdentity, sealer: Sealer) throws(IndexError) -> IndexRescue {
    let new = try SQLiteIndex.create(at: into, identity: identity)
    new.close()
    return IndexRescue()
  }
}
