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
    var facts = DirectoryFacts(
      fileSystem: directory.handle.fileSystemName,
      isNetwork: (try? FileSystemProbe.system.kind(of: directory.handle))?.networkName != nil,
      indexFormat: SQLiteIndex.format, syncsFileSystem: Descriptor.syncsFileSystems)
    if isTried, let staging = try? directory.handle.open("staging", [.read, .directory, .noFollow]) {
      facts.unnamedFiles = (try? tree.needsStagingNames()).map { !$0 }
      let session = random.next()
      try? facts.probe(staging, names: (0..<4).map { StagingName(session: session, n: $0).fileName })
    }
    return facts
  }
}

extension DirectoryFacts {
  /// Tries what has to be tried, under four names that nobody else uses. What is not known when no file can be made stays
  /// unknown.
  fileprivate mutating func probe(_ staging: borrowing Descriptor, names: [String]) throws(SystemError) {
    defer { for name in names { try? staging.remove(name) } }
    let file = try staging.open(names[0], [.readWrite, .create, .exclusive, .noFollow], mode: 0o600)
    let other = try staging.open(names[1], [.readWrite, .create, .exclusive, .noFollow], mode: 0o600)
    try file.writeAll([UInt8](repeating: 0, count: 4096))
    reflinks = (try? other.clone(from: file)) != nil
    // A file system without links says EPERM, as one does that forbids them: neither has them for Larder.
    links = (try? staging.link(file, as: names[2])) != nil
    exclusiveRename = (try? staging.renameExclusively(names[0], to: names[3], in: staging)) != nil
  }
}
