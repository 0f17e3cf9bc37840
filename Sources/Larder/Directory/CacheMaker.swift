internal import LarderBlobs
internal import LarderFormat
internal import LarderIndex
internal import LarderSystem

/// Makes a cache in a directory. Several processes may do so at once and end with one cache; one that is killed leaves
/// what the next one goes on with.
struct CacheMaker: ~Copyable {
  private let handle: Descriptor
  private let path: String
  private let options: CacheOptions

  init(_ directory: borrowing Descriptor, _ path: String, _ options: CacheOptions) throws(LarderError) {
    do throws(SystemError) { handle = try directory.open(".", [.read, .directory]) } catch {
      throw .creating(path, error)
    }
    self.path = path
    self.options = options
  }

  func make() throws(LarderError) -> CacheDescription {
    do {
      try refuseForeignDirectory()
      let locks = try handle.open(CacheDirectory.locksName, [.readWrite, .create, .noFollow])
      guard try locks.wait(for: .exclusive, at: LockByte.maintenance, options.clock, options.wait) else {
        throw LarderError(.busy, "Another process has been making the cache at '\(path)' for too long. Try again.")
      }
      if let made = try CacheDirectory.readDescription(handle, path) { return made }
      return try makeAll()
    } catch let error as LarderError {
      throw error
    } catch let error as SystemError {
      throw .creating(path, error)
    } catch let error as IndexError {
      throw .creating(path, error)
    } catch {
      throw LarderError(.cannotCreate, "Cannot make a cache at '\(path)'.", cause: error)
    }
  }

  private func refuseForeignDirectory() throws {
    for name in try handle.names() {
      let text = String(decoding: name, as: UTF8.self)
      guard CacheDirectory.ownNames.contains(text) || text.hasPrefix(CacheDescription.fileName + ".") else {
        throw LarderError(
          .cannotCreate,
          "'\(path)' is no cache and is not empty: it holds '\(printable(text))'. Choose an empty or a new directory.")
      }
    }
  }

  private func makeAll() throws -> CacheDescription {
    try BlobTree.create(in: handle)
    try Reserve.make(in: handle)
    let drawn = IndexIdentity(cacheID: newID(), indexID: newID())
    // An index that is there already was left by a maker that was killed, or its description was lost: it decides.
    let kind = try left() ?? options.index
    let identity = try makeIndex(kind, drawn)
    let description = CacheDescription(
      id: identity.cacheID, created: options.clock.now(), index: kind,
      defaults: .init(
        encoding: (options.encoding ?? .zstd).rawValue, durability: (options.durability ?? .fast).rawValue,
        maximumSize: (options.maximumSize ?? .standard).bytes))
    try publish(description)
    return description
  }

  /// The kind of an index that is there without a description.
  private func left() throws(SystemError) -> IndexKind? {
    for kind in IndexKind.allCases where try handle.holds(kind.fileName) { return kind }
    return nil
  }

  private func makeIndex(_ kind: IndexKind, _ drawn: IndexIdentity) throws(IndexError) -> IndexIdentity {
    let file = path + "/" + kind.fileName
    let index: any CacheIndex =
      switch kind {
      case .sqlite: try SQLiteIndex.create(at: file, identity: drawn, deadline: options.wait)
      case .json: try JSONIndex.create(at: file, identity: drawn, deadline: options.wait)
      }
    defer { index.close() }
    return index.identity
  }

  /// The description comes last and in one step: with it the directory is a cache, without it it is not.
  private func publish(_ description: CacheDescription) throws {
    let name = CacheDescription.fileName
    let draft = "\(name).\(Host.processID)"
    let file = try handle.open(draft, [.readWrite, .create, .truncate, .noFollow])
    try file.writeAll(description.json())
    try file.sync()
    try handle.rename(draft, to: name, in: handle)
    try handle.sync()
  }

  private func newID() -> CacheID { CacheID(high: options.random.next(), low: options.random.next()) }
}
