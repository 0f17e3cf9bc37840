internal import LarderSystem

/// The file `reserve`: space set aside, so that there is some to remove entries with when the disk is full.
enum Reserve {
  static let size: Int64 = 1 << 20
  /// The disk has room again when this much is free. Not much more than it takes: without the reserve a disk that is
  /// full again would leave no way to remove anything, and a put without room makes some.
  private static let room = size + size / 2

  /// Sets the space aside.
  static func make(in cache: borrowing Descriptor) throws(SystemError) {
    let file = try cache.open(CacheDirectory.reserveName, [.readWrite, .create, .noFollow], mode: 0o600)
    try file.truncate(to: size)
    try file.preallocate(size)
  }

  /// Gives the space to whoever needs it; says false when there is none to give.
  static func giveUp(in cache: borrowing Descriptor) -> Bool {
    guard isWhole(in: cache), let file = try? cache.open(CacheDirectory.reserveName, [.readWrite, .noFollow]) else {
      return false
    }
    return (try? file.truncate(to: 0)) != nil
  }

  /// Sets the space aside again if it was given up, or not copied with the cache, and there is room.
  static func restore(in cache: borrowing Descriptor) {
    guard !isWhole(in: cache), let free = try? cache.freeSpace(), free >= room else { return }
    do throws(SystemError) { try make(in: cache) } catch { _ = giveUp(in: cache) }
  }

  private static func isWhole(in cache: borrowing Descriptor) -> Bool {
    guard let status = try? cache.status(of: CacheDirectory.reserveName) else { return false }
    return status.kind == .file && status.size == size
  }
}
