package import LarderIndex

/// A store as the checks use it: something that makes and opens indexes.
package protocol IndexStore: Sendable {
  /// For messages.
  var name: String { get }
  /// The files that hold an index in a directory, relative to it; none for a store that has no files.
  var files: [String] { get }
  /// Whether a second opening of the same place finds what the first one wrote.
  var isShared: Bool { get }

  /// Makes a new index for a directory that is there and empty.
  func create(in directory: String, identity: IndexIdentity, durable: Bool) throws(IndexError) -> any CacheIndex
  func open(in directory: String, durable: Bool, readOnly: Bool, deadline: Duration) throws(IndexError)
    -> any CacheIndex
  /// Takes away what is left of an index outside the directory.
  func remove(for directory: String)
}

extension IndexStore {
  package var isShared: Bool { true }

  package func create(in directory: String, identity: IndexIdentity) throws(IndexError) -> any CacheIndex {
    try create(in: directory, identity: identity, durable: false)
  }

  package func open(in directory: String, readOnly: Bool = false) throws(IndexError) -> any CacheIndex {
    try open(in: directory, durable: false, readOnly: readOnly, deadline: .seconds(30))
  }

  package func remove(for directory: String) {}
}
