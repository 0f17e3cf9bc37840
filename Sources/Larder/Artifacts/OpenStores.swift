internal import LarderSystem

/// The stores that are open in this process, so that an orderly exit records what they have buffered: a cache in a
/// global variable lives as long as its process and is never deinitialised.
enum OpenStores {
  private struct Reference: Sendable {
    weak let store: ArtifactStore?
  }

  private static let list: Locked<[Reference]> = {
    ProcessExit.register { OpenStores.endAll() }
    return Locked([])
  }()

  static func add(_ store: ArtifactStore) {
    list.withLock { list in
      list.removeAll { $0.store == nil }
      list.append(Reference(store: store))
    }
  }

  private static func endAll() {
    for reference in list.withLock({ $0 }) { reference.store?.endSession() }
  }
}
