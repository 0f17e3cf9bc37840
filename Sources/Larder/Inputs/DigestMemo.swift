internal import LarderCrypto
internal import LarderFormat
internal import LarderIndex
internal import LarderSystem

/// What this user's files hashed to, across processes: in a private file, because whoever could write there could make
/// others compute wrong keys.
package struct DigestMemo: Sendable {
  private let table: DigestTable

  /// Opens the memo; nil where it cannot be had: then files are hashed once for each process.
  init?(path: String?, wait: Duration) {
    guard let path, let table = try? DigestTable.open(at: path, deadline: wait) else { return nil }
    self.table = table
  }

  /// `LARDER_MEMO`, or a file in the user's cache directory; nil when it is switched off by an empty name, and for a
  /// user without such a directory: in one of everybody's others could plant digests.
  package static func path(_ environment: [String: String]) -> String? {
    if let chosen = environment["LARDER_MEMO"] { return chosen.isEmpty ? nil : chosen }
    return DefaultDirectory.user(environment).map { $0 + "/larder-digests.sqlite" }
  }

  func digest(of status: FileStatus) -> Digest? { try? table.digest(of: status) }

  func remember(_ status: FileStatus, _ digest: Digest) { try? table.remember(status, digest) }
}
