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
  let locks: Descriptor?

  static let indexName = "index.sqlite"
  static let locksName = "locks"
  static let reserveName = "reserve"
  static let reserveSize: Int64 = 1 << 20

  /// Everything that a cache keeps in its directory; what is not in here was not put there by Larder.
  static let ownNames: Set<String> = [
    CacheDescription.fileName, "blobs", "staging", locksName, reserveName, "quarantine", indexName, indexName + "-wal",
    indexName + "-shm", indexName + "-journal",
  ]

  var cacheID: CacheID? { CacheID(description.id) }
  /// Where the index is, whatever the working directory becomes: connections to it are opened later too.
  let indexPath: String

  /// Opens the cache at `path`; makes one if there is none and `create` says so.
  init(at path: String, create: Bool, options: CacheOptions) throws(LarderError) {
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw LarderError(.usage, "The path of a cache must not be empty or contain a NUL. Name a directory.")
    }
    let handle = try Self.openDirectory(path, create: create, options)
    let description = try Self.describe(handle, path, create: create, options)
    let locks = try Self.openLocks(handle, path, options)
    self.init(path, description, handle, locks)
  }

  private init(
    _ path: String, _ description: CacheDescription, _ handle: consuming Descriptor, _ locks: consuming Descriptor?
  ) {
    self.path = path
    self.description = description
    indexPath = (path.hasPrefix("/") ? path : workingDirectory() + "/" + path) + "/" + description.index.place
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
    guard CacheID(description.id) != nil, description.index.kind == "sqlite", !description.index.place.contains("/")
    else {
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
      let file: Descriptor
      do throws(SystemError) { file = try handle.open(locksName, [.readWrite, .noFollow]) } catch {
        guard options.readOnly || error.isRefused || error.isReadOnly else { throw error }
        guard let readable = try? handle.open(locksName, [.read, .noFollow]) else { return nil }
        file = readable
      }
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
