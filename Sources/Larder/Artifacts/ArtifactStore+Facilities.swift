package import LarderBlobs
package import LarderFormat
internal import LarderSystem

extension ArtifactStore {
  /// What the file system of the cache can do; nil where the cache is open read-only, as it is found out by trying.
  ///
  /// Takes as long as a flush of the file system.
  package func facilities() throws(LarderError) -> FileFacilities? {
    if settings.readOnly { return nil }
    // The number of no session: what a kill leaves of this is residue for a sweep.
    let session = random.next()
    do throws(SystemError) {
      return try tree.facilities(StagingName(session: session, n: 1), StagingName(session: session, n: 2))
    } catch {
      throw .system("find out what the file system of the cache at '\(directory.path)' can do", error)
    }
  }
}
