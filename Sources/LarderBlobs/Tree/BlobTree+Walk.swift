package import LarderFormat
package import LarderSystem

/// One name in a shard.
package struct TreeFile: Hashable, Sendable {
  /// The name as it is in the directory.
  package let fileName: String
  /// Nil when the name is none that Larder gives, when the file is in the wrong shard, or when it is no regular file.
  package let blob: BlobName?
  package let status: FileStatus
}

extension BlobTree {
  /// The files of one shard, in no order; files that vanish meanwhile are left out.
  package func files(inShard shard: String) throws(SystemError) -> [TreeFile] {
    let directory: Descriptor
    do throws(SystemError) { directory = try blobs.open(shard, [.read, .directory, .noFollow]) } catch {
      // A copy of a cache comes without its empty directories.
      if error.isMissing { return [] }
      throw error
    }
    var files: [TreeFile] = []
    for bytes in try directory.names() {
      let fileName = String(decoding: bytes, as: UTF8.self)
      do throws(SystemError) {
        let status = try directory.status(of: fileName)
        let name = status.kind == .file ? BlobName(fileName: fileName) : nil
        files.append(TreeFile(fileName: fileName, blob: name?.shard == shard ? name : nil, status: status))
      } catch {
        if !error.isMissing { throw error }
      }
    }
    return files
  }
}
