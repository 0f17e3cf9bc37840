package import LarderFormat
package import LarderSystem

/// One name in a directory of the tree.
package struct TreeFile: Hashable, Sendable {
  /// The name as it is in the directory.
  package let bytes: [UInt8]
  /// What the name says; nil when it is none that Larder gives, or when it is not that of a regular file.
  package let name: BlobName?
  /// The shard in which it was found.
  package let shard: String
  package let status: FileStatus

  /// The blob whose file this is; nil also when the file is in the wrong shard.
  package var blob: BlobName? { name?.shard == shard ? name : nil }
  package var fileName: String { String(decoding: bytes, as: UTF8.self) }
  /// The place of the file in the cache, for messages.
  package var path: String { "blobs/\(shard)/\(fileName)" }
}

/// One name below `staging`.
package struct StagedFile: Hashable, Sendable {
  package let bytes: [UInt8]
  /// Who is writing it; nil when it is no name that Larder gives, or when it is not that of a regular file.
  package let name: StagingName?
  package let status: FileStatus

  package var path: String { "staging/\(String(decoding: bytes, as: UTF8.self))" }
}

// Files that vanish while a directory is read are left out.
extension BlobTree {
  /// The files of one shard, in no order.
  package func files(inShard shard: String) throws(SystemError) -> [TreeFile] {
    let directory: Descriptor
    do throws(SystemError) { directory = try blobs.open(shard, [.read, .directory, .noFollow]) } catch {
      // A copy of a cache comes without its empty directories.
      if error.isMissing { return [] }
      throw error
    }
    return try BlobTree.list(directory) { bytes, status in
      let name = status.kind == .file ? BlobName(fileName: String(decoding: bytes, as: UTF8.self)) : nil
      return TreeFile(bytes: bytes, name: name, shard: shard, status: status)
    }
  }

  /// The files that are being written, or whose writers ended before they were whole.
  package func stagedFiles() throws(SystemError) -> [StagedFile] {
    guard hasStaging else { return [] }
    return try BlobTree.list(staging) { bytes, status in
      let name = status.kind == .file ? StagingName(fileName: String(decoding: bytes, as: UTF8.self)) : nil
      return StagedFile(bytes: bytes, name: name, status: status)
    }
  }

  /// What lies in `blobs` under the name of no shard. What has the name of one and is no directory is a matter of
  /// ``files(inShard:)``.
  package func strangersAmongShards() throws(SystemError) -> [String] {
    guard hasBlobs else { return [] }
    let shards = Set(BlobTree.shards)
    return try blobs.names().map { String(decoding: $0, as: UTF8.self) }.filter { !shards.contains($0) }
  }

  /// Whether there may be files in a shard that cannot be listed: there are none in a file that is in its place.
  package func mayHoldFiles(_ shard: String) -> Bool {
    guard let kind = try? blobs.status(of: shard).kind else { return true }
    return kind == .directory || kind == .link
  }

  static func list<Item>(
    _ directory: borrowing Descriptor, _ item: ([UInt8], FileStatus) -> Item
  ) throws(SystemError) -> [Item] {
    var items: [Item] = []
    for bytes in try directory.names() {
      do throws(SystemError) { items.append(item(bytes, try directory.status(of: bytes))) } catch {
        if !error.isMissing { throw error }
      }
    }
    return items
  }
}

extension StagingName {
  /// Reads a file's name; nil for anything that ``fileName`` does not write.
  init?(fileName: String) {
    let parts = fileName.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, let session = UInt64(parts[0], radix: 16), let n = UInt64(parts[1], radix: 16) else {
      return nil
    }
    self.init(session: session, n: n)
    if self.fileName != fileName { return nil }
  }
}
