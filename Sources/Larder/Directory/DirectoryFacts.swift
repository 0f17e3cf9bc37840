/// What the file system under a cache offers. Larder has another way for each ability that is missing.
package struct DirectoryFacts: Hashable, Sendable {
  /// Such as `ext4`.
  package var fileSystem: String
  /// Whether it is shared over a network.
  package var isNetwork: Bool
  /// The version of the index's tables.
  package var indexFormat: Int64
  /// Files that have no name until they are whole; nil where that was not tried, as below.
  package var unnamedFiles: Bool?
  /// Renaming that never replaces.
  package var exclusiveRename: Bool?
  /// Several names for one file.
  package var links: Bool?
  /// One barrier for everything that was written.
  package var syncsFileSystem: Bool?
  /// Copies that share their blocks.
  package var reflinks: Bool?

  package init(
    fileSystem: String, isNetwork: Bool, indexFormat: Int64, unnamedFiles: Bool? = nil, exclusiveRename: Bool? = nil,
    links: Bool? = nil, syncsFileSystem: Bool? = nil, reflinks: Bool? = nil
  ) {
    self.fileSystem = fileSystem
    self.isNetwork = isNetwork
    self.indexFormat = indexFormat
    self.unnamedFiles = unnamedFiles
    self.exclusiveRename = exclusiveRename
    self.links = links
    self.syncsFileSystem = syncsFileSystem
    self.reflinks = reflinks
  }
}
