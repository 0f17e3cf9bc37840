internal import LarderBlobs
internal import LarderCrypto
internal import LarderFormat
internal import LarderIndex
internal import LarderSystem

/// The directory of a cache, open: its description, its locks, and the names of what lies in it.
package struct CacheDirectory: ~Copyable, Sendable {
  package let path: String
  package let description: CacheDescription
  let handle: Descriptor
  /// Nil where they may not be had; then nothing can be written.
  let locks: Descriptor?

  static let locksName = "locks"
  static let reserveName = "reserve"

  /// Everything that a cache keeps in its directory; what is not in here was not put there by Larder.
  static let ownNames: Set<String> = Set(IndexKind.allCases.flatMap { IndexRecovery.names(of: $0.fileName) }).union([
    CacheDescription.fileName, "blobs", "staging", locksName, reserveName, BlobTree.quarantineName, IndexRecovery.mark,
  ])

  var cacheID: CacheID? { CacheID(description.id) }
  /// The directory, whatever the working directory becomes: connections to the index are opened later too.
  let absolutePath: String
  var indexPath: String { absolutePath + "/" + description.index.place }

  /// Opens the cache at `path`; makes one if there is none and `create` says so.
  init(at path: String, create: Bool, options: CacheOptions) throws(LarderError) {
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw LarderError(.usage, "The path of a cache must not be empty or contain a NUL. Name a directory.")
    }
    let handle = try Self.openDirectory(path, create: create, options)
    try Self.refuseNetwork(handle, path, options)
    let description = try Self.describe(handle, path, create: create, options)
    let locks = try Self.openLocks(handle, path, options)
    self.init(path, description, handle, locks)
  }

  private init(
    _ path: String, _ description: CacheDescription, _ handle: consuming Descriptor, _ locks: consuming Descriptor?
  ) {
    self.path = path
    self.description = description
    absolutePath = path.hasPrefix("/") ? path : workingDirectory() + "/" + path
    self.handle = handle
    self.locks = locks
  }

  private static func openDirectory(
    _ path: String, create: Bool, _ options: CacheOptions
  ) throws(LarderError) -> Descriptor {
    do throws(SystemError) { return try Descriptor(directory: path) } catch {
      guard error.isMissing else { throw .opening(path, error) }
      guard create, !options.readOnly else { throw .noCache(path) }
    }
    do throws(SystemError) { try makeDirectories(path) } catch { throw .creating(path, error) }
    do throws(SystemError) { return try Descriptor(directory: path) } catch { throw .opening(path, error) }
  }

  /// SQLite's log is shared memory, which two hosts do not have.
  private static func refuseNetwork(
    _ handle: borrowing Descriptor, _ path: String, _ options: CacheOptions
  ) throws(LarderError) {
    let kind: FileSystemKind
    do throws(SystemError) { kind = try options.fileSystems.kind(of: handle) } catch { throw .opening(path, error) }
    guard let network = kind.networkName else { return }
    let switches = try CacheSwitches(options.environment)
    if options.allowsNetworkFileSystem || switches.allowsNetwork { return }
    throw .onNetwork(path, network)
  }

  private static func describe(
    _ handle: borrowing Descriptor, _ path: String, create: Bool, _ options: CacheOptions
  ) throws(LarderError) -> CacheDescription {
    let description: CacheDescription
    if let found = try readDescription(handle, path) {
      description = found
    } else {
      guard create, !options.readOnly else { throw .noCache(path) }
      description = try CacheMaker(handle, path, options).make()
    }
    guard CacheID(description.id) != nil, description.indexKind != nil, !description.index.place.contains("/") else {
      throw LarderError(
        .format,
        "'\(path)/\(CacheDescription.fileName)' names an index or an id that this Larder cannot use. "
          + "Update Larder, or choose another directory.")
    }
    return description
  }

  static func readDescription(_ handle: borrowing Descriptor, _ path: String) throws(LarderError) -> CacheDescription? {
    let name = CacheDescription.fileName
    do {
      let file = try handle.open(name, [.read, .noFollow, .nonBlocking])
      guard let bytes = try file.contents(limit: 1 << 20) else {
        throw LarderError(.format, "'\(path)/\(name)' is too long to describe a cache. Choose another directory.")
      }
      return try CacheDescription(reading: bytes, path: path + "/" + name)
    } catch let error as SystemError {
      if error.isMissing { return nil }
      throw .opening(path, error)
    } catch let error as LarderError {
      throw error
    } catch {
      throw LarderError(.io, "Cannot read '\(path)/\(name)'.", cause: error)
    }
  }

  /// Opens the lock file and takes the shared lock that every opener holds; nil where the directory is read-only and
  /// has no lock file that can be opened.
  private static func openLocks(
    _ handle: borrowing Descriptor, _ path: String, _ options: CacheOptions
  ) throws(LarderError) -> Descriptor? {
    do {
      guard let file = try lockFile(handle, options) else { return nil }
      guard try file.wait(for: .shared, at: LockByte.openers, options.clock, options.wait) else {
        throw LarderError(
          .busy, "The cache at '\(path)' is being upgraded or moved by another process. Try again when it is done.")
      }
      return file
    } catch let error as LarderError {
      throw error
    } catch let error as SystemError {
      throw .opening(path, error)
    } catch {
      throw LarderError(.io, "Cannot open the locks of the cache at '\(path)'.", cause: error)
    }
  }

  private static func lockFile(
    _ handle: borrowing Descriptor, _ options: CacheOptions
  ) throws(SystemError) -> Descriptor? {
    if options.readOnly {
      do throws(SystemError) { return try handle.open(locksName, [.readWrite, .noFollow]) } catch {
        return try? handle.open(locksName, [.read, .noFollow])
      }
    }
    // Made where it is missing: a copy may have left out what is empty.
    return try handle.open(locksName, [.readWrite, .create, .noFollow])
  }
}

/// The byte map of the file `locks`: byte ranges are locked, nothing is created or deleted for a lock.
enum LockByte {
  /// Shared by every opener; exclusive for upgrade and migration.
  static let openers: Int64 = 0
  /// Held by whoever makes, repairs or compacts.
  static let maintenance: Int64 = 2

  static func session(_ id: SessionID) -> Int64 { (1 << 61) + Int64(id.rawValue % (1 << 61)) }

  static func lease(_ key: ArtifactKey) -> Int64 {
    let head = key.digest.bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    return (1 << 62) + Int64(head % ((1 << 62) - 1))
  }
}

extension Descriptor {
  /// Polls for a range lock, from 2 to 50 ms apart: a wait inside the kernel could not be given up.
  borrowing func wait(
    for lock: RangeLock, at byte: Int64, _ clock: Clock, _ limit: Duration
  ) throws(SystemError) -> Bool {
    let start = clock.uptime()
    var pause: UInt64 = 2_000_000
    while try !tryLock(lock, at: byte) {
      if clock.uptime() - start > limit.nanoseconds { return false }
      Clock.rest(nanoseconds: pause)
      pause = min(pause * 3 / 2, 50_000_000)
    }
    return true
  }
}
