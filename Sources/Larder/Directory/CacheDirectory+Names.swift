internal import LarderBlobs
internal import LarderIndex
internal import LarderSystem

// What lies in the directory of a cache.
extension CacheDirectory {
  /// Names that Larder did not give.
  func strangers() throws(SystemError) -> [String] {
    try texts().filter { !Self.ownNames.contains($0) && !Self.isDraft($0) }
  }

  /// Descriptions that were never published: the making of the cache was interrupted, and somebody else ended it.
  func drafts() throws(SystemError) -> [String] { try texts().filter(Self.isDraft) }

  private func texts() throws(SystemError) -> [String] {
    try handle.names().map { String(decoding: $0, as: UTF8.self) }.sorted()
  }

  private static func isDraft(_ name: String) -> Bool {
    let prefix = CacheDescription.fileName + "."
    return name.hasPrefix(prefix) && name.dropFirst(prefix.count).allSatisfy { ("0"..."9").contains($0) }
  }
}
