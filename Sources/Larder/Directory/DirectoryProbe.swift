internal import LarderBlobs
internal import LarderIndex
internal import LarderSystem

extension ArtifactStore {
  /// Finds out what the file system under the cache offers.
  ///
  /// - Parameter isTried: Whether small files may be made in `staging` to find out. They are gone at the end; should this
  ///   process be killed, a sweep takes them for what they are: files of a writer that is no more.
  /// - Returns: What was found out.
  package func directoryFacts(trying isTried: Bool) -> DirectoryFacts {
    // The number of no session: what a kill leaves of this is residue for a sweep.
    let session = random.next()
    let names = (1...2).map { StagingName(session: session, n: $0) }
    let found = isTried ? try? tree.facilities(names[0], names[1]) : nil
    return DirectoryFacts(
      fileSystem: directory.handle.fileSystemName,
      isNetwork: (try? FileSystemProbe.system.kind(of: directory.handle))?.networkName != nil,
      indexFormat: directory.description.indexKind?.format ?? 0, unnamedFiles: found?.unnamedFiles,
      exclusiveRename: found?.exclusiveRename,
      links: found?.links, syncsFileSystem: found?.flushOfAll, reflinks: found?.sharedBlocks)
  }
}
