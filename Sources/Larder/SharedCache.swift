package import LarderFormat
internal import LarderIndex
internal import LarderSystem

/// What all handles of an open cache share: the store, or the reason why there is none, and how failures are told.
package final class SharedCache: Sendable {
  let options: CacheOptions
  let switches: CacheSwitches
  let inputs: FileDigests
  private let path: String
  private let opened: Locked<Opened>
  private let told = Locked<Set<LarderError.Code>>([])

  private struct Opened {
    var store: Result<ArtifactStore, LarderError>
    /// Why nothing can be written where the caller did not ask for that. Told when something would have been: hits are none
    /// the worse for it.
    var refusal: LarderError?
    /// How often the index was replaced; a disk that damages one after the other is left alone.
    var recoveries = 0
  }

  private static let recoveries = 3

  package init(at path: String, _ given: CacheOptions) throws {
    var options = given
    switches = try CacheSwitches(options.environment)
    if switches.readOnly { options.readOnly = true }
    inputs = FileDigests(options)
    self.path = path.hasPrefix("/") ? path : workingDirectory() + "/" + path
    self.options = options
    if switches.isOff {
      opened = Locked(
        Opened(store: .failure(LarderError(.refused, "The cache is switched off by LARDER_NO_CACHE."))))
      return
    }
    let result = Self.open(path, options)
    opened = Locked(result)
    if case .failure(let error) = result.store {
      // Who may only read has nothing to make a cache with.
      let isAbsent = error.code == .noCache && options.readOnly && options.create
      guard options.failures == .degrade, error.isPassing || isAbsent else { throw error }
      warn(error)
    }
  }

  /// Opens for reading what may not be written: hits are served all the same.
  private static func open(_ path: String, _ options: CacheOptions) -> Opened {
    let refusal: LarderError
    do throws(LarderError) { return Opened(store: .success(try ArtifactStore(at: path, options: options))) } catch {
      guard error.code == .refused, !options.readOnly else { return Opened(store: .failure(error)) }
      refusal = error
    }
    var reading = options
    reading.readOnly = true
    guard let store = try? ArtifactStore(at: path, options: reading) else { return Opened(store: .failure(refusal)) }
    return Opened(store: .success(store), refusal: .readingOnly(path, refusal))
  }

  /// The store, or nil where the cache is switched off.
  var storeIfOpen: ArtifactStore? {
    guard case .success(let store) = opened.withLock({ $0.store }) else { return nil }
    return store.isDamaged ? replaced(store) : store
  }

  package func store() throws(LarderError) -> ArtifactStore {
    if let store = storeIfOpen { return store }
    return try opened.withLock { $0.store }.get()
  }

  /// The store for somebody who only looks: an index that proved damaged is looked at as it is, and not replaced.
  func storeAsItIs() throws(LarderError) -> ArtifactStore { try opened.withLock { $0.store }.get() }

  /// Opens the cache again whose index proved damaged, which recovers the index where this is its only user. Meanwhile
  /// other calls do without the cache.
  private func replaced(_ store: ArtifactStore) -> ArtifactStore? {
    let isMine = opened.withLock { opened in
      guard case .success(let current) = opened.store, current === store else { return false }
      opened.store = .failure(
        LarderError(.damaged, "The index of the cache at '\(path)' is damaged, and is being recovered. Try again."))
      opened.recoveries += 1
      return true
    }
    guard isMine else { return nil }
    store.abandon()
    let count = opened.withLock { $0.recoveries }
    var result =
      count > Self.recoveries
      ? Opened(
        store: .failure(
          LarderError(
            .damaged,
            "The index of the cache at '\(path)' was damaged \(count) times while it was open. Check the disk.")))
      : Self.open(path, options)
    result.recoveries = count
    opened.withLock { [result] in $0 = result }
    switch result.store {
    case .success(let store):
      return store
    case .failure(let error):
      if options.failures == .degrade { warn(error) }
      return nil
    }
  }

  func endSession() { storeIfOpen?.endSession() }

  /// Whether a put would be of any use: nobody asked for a cache that is only read, and it is not switched off.
  ///
  /// - Throws: Under `strict`, why a cache cannot be written that should be.
  func storeForPut(_ call: CallName) throws -> ArtifactStore? {
    guard let store = storeIfOpen else { return nil }
    guard store.settings.readOnly else { return store }
    if let refusal = opened.withLock({ $0.refusal }) { try failed(refusal, call) }
    return nil
  }

  /// Keeps a failure of the cache from the job: told once for each kind, counted each time; thrown under `strict`.
  func failed(_ error: LarderError, _ call: CallName) throws {
    if options.failures == .strict { throw error }
    let store = storeIfOpen
    store?.count(call) { $0.failures += 1 }
    // An index that was recovered by now has been told of, with what became of it.
    if error.code == .damaged, store != nil { return }
    warn(error)
  }

  private func warn(_ error: LarderError) {
    let isNew = told.withLock { $0.insert(error.code).inserted }
    if isNew {
      options.report(
        CacheWarning(error: LarderError(error.code, error.message + " Values are computed.", cause: error.cause)))
    }
  }
}

extension LarderError {
  /// Whether the failure lies in the circumstances, and not in what was asked for.
  fileprivate var isPassing: Bool {
    [.cannotCreate, .io, .fullDisk, .index, .damaged, .busy, .refused].contains(code)
  }

  fileprivate static func readingOnly(_ path: String, _ refusal: LarderError) -> LarderError {
    LarderError(
      .refused, "The cache at '\(path)' cannot be written, so it is only read. \(refusal.message)", cause: refusal.cause
    )
  }
}

/// The switches that users throw from outside a program.
struct CacheSwitches: Sendable {
  var isOff = false
  var readOnly = false
  var refresh = false
  var allowsNetwork = false

  /// - Throws: ``LarderError`` with the code `configuration` for a value that is neither 0 nor 1.
  init(_ environment: [String: String]) throws(LarderError) {
    isOff = try Self.flag("LARDER_NO_CACHE", environment)
    readOnly = try Self.flag("LARDER_READ_ONLY", environment)
    refresh = try Self.flag("LARDER_REFRESH", environment)
    allowsNetwork = try Self.flag("LARDER_NETWORK", environment)
  }

  private static func flag(_ name: String, _ environment: [String: String]) throws(LarderError) -> Bool {
    switch environment[name] {
    case nil, "", "0": false
    case "1": true
    case .some(let other):
      throw LarderError(.configuration, "\(name) is '\(printable(other))'. Say 0 or 1.")
    }
  }
}
