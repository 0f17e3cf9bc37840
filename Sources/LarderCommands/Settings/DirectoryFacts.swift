/// What the file system under a cache offers.
package struct DirectoryFacts: Hashable, Sendable {
  /// Such as `ext4`; its number where it has no name here.
  package var fileSystem: String
  /// Whether it is shared over a network.
  package var isNetwork: Bool
  package var indexFormat: Int64
  /// Files that have no name until they are whole; nil where that was not tried, as below.
  package var unnamedFiles: Bool?
  /// Renaming that never replaces.
  package var exclusiveRename: Bool?
  /// Several names for one file.
  package var links: Bool?
  /// One barrier for everything that was written.
  package var syncFileSystem: Bool?
  /// Copies that share their blocks.
  package var reflinks: Bool?

  package init(
    fileSystem: String, isNetwork: Bool, indexFormat: Int64, unnamedFiles: Bool? = nil, exclusiveRename: Bool? = nil,
    links: Bool? = nil, syncFileSystem: Bool? = nil, reflinks: Bool? = nil
  ) {
    self.fileSystem = fileSystem
    self.isNetwork = isNetwork
    self.indexFormat = indexFormat
    self.unnamedFiles = unnamedFiles
    self.exclusiveRename = exclusiveRename
    self.links = links
    self.syncFileSystem = syncFileSystem
    self.reflinks = reflinks
  }

  /// For machines, for people, and whether it is there.
  var abilities: [(key: String, name: String, isThere: Bool?)] {
    [
      ("unnamed_files", "unnamed files", unnamedFiles), ("exclusive_rename", "exclusive rename", exclusiveRename),
      ("links", "links", links), ("syncfs", "syncfs", syncFileSystem), ("reflinks", "reflinks", reflinks),
    ]
  }
}
