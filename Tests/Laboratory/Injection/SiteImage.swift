import Foundation

/// Everything below a directory, in memory, and brought back after each strike. Only what differs is written: a cache
/// has 256 directories that no strike changes.
struct SiteImage {
  private struct Item {
    var kind: UInt8
    var mode: mode_t
    var size: Int
    /// Up to the last byte that is not zero.
    var bytes: [UInt8]
  }

  private var items: [String: Item] = [:]
  private let order: [String]

  init(of root: String) throws {
    var found: [String: Item] = [:]
    for (path, kind) in Self.list(root) {
      var status = stat()
      guard lstat(root + "/" + path, &status) == 0 else { throw Child.Failure("cannot look at \(path)") }
      var item = Item(kind: kind, mode: status.st_mode & 0o7777, size: Int(status.st_size), bytes: [])
      if kind == UInt8(DT_REG) {
        item.bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: root + "/" + path)))
        while item.bytes.last == 0 { item.bytes.removeLast() }
      }
      found[path] = item
    }
    items = found
    order = found.keys.sorted()
  }

  /// Makes the directory what it was.
  func restore(_ root: String) throws {
    mkdir(root, 0o777)
    var there: Set<String> = []
    // Children come after their parents, so they go first.
    for (path, kind) in Self.list(root).reversed() {
      let isKnown = items[path]?.kind == kind
      // Blob files never change under their names; everything else may have.
      if isKnown && (kind == UInt8(DT_DIR) || Self.isBlob(path)) {
        there.insert(path)
      } else if kind == UInt8(DT_DIR) {
        rmdir(root + "/" + path)
      } else {
        unlink(root + "/" + path)
      }
    }
    for path in order where !there.contains(path) {
      guard let item = items[path] else { continue }
      try Self.write(item, to: root + "/" + path)
    }
  }

  private static func isBlob(_ path: String) -> Bool { path.contains("/blobs/") }

  private static func write(_ item: Item, to path: String) throws {
    if item.kind == UInt8(DT_DIR) {
      mkdir(path, item.mode)
      return
    }
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw Child.Failure("cannot write \(path): \(String(cString: strerror(errno)))") }
    defer { close(file) }
    var written = 0
    while written < item.bytes.count {
      let count = item.bytes[written...].withUnsafeBytes { Foundation.write(file, $0.baseAddress, $0.count) }
      guard count > 0 else { throw Child.Failure("cannot write \(path): \(String(cString: strerror(errno)))") }
      written += count
    }
    guard ftruncate(file, item.size) == 0, fchmod(file, item.mode) == 0 else {
      throw Child.Failure("cannot write \(path): \(String(cString: strerror(errno)))")
    }
  }

  /// Everything below a directory, parents before children.
  static func list(_ root: String) -> [(path: String, kind: UInt8)] {
    var found: [(String, UInt8)] = []
    func walk(_ prefix: String) {
      guard let stream = opendir(root + "/" + prefix) else { return }
      var directories: [String] = []
      while let entry = readdir(stream) {
        let name = withUnsafeBytes(of: &entry.pointee.d_name) { raw in
          String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
        }
        if name == "." || name == ".." { continue }
        let path = prefix + name
        found.append((path, entry.pointee.d_type))
        if entry.pointee.d_type == UInt8(DT_DIR) { directories.append(path) }
      }
      closedir(stream)
      for directory in directories { walk(directory + "/") }
    }
    walk("")
    return found
  }
}
