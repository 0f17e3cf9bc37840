internal import Larder
internal import LarderSystem

/// What a command wants of the cache.
enum CachePurpose {
  /// To look; nothing is changed, not even counters.
  case looking
  /// To take artifacts out; uses are counted where they can be.
  case reading
  /// To verify what is there, and mend nothing; when it was verified is recorded where that can be.
  case verifying
  /// To change what is there.
  case changing
  /// To store; a cache is made where there is none.
  case storing
}

extension Invocation {
  /// Opens the cache that this invocation is about.
  ///
  /// - Parameters:
  ///   - purpose: What for.
  ///   - context: What the command may touch.
  ///   - isTold: Hears of each warning besides the user.
  /// - Returns: The open cache.
  /// - Throws: `LarderError`; status 66 where there is no cache and `purpose` is not to store.
  func openCache(
    for purpose: CachePurpose, _ context: Context, telling isTold: (@Sendable (CacheWarning) -> Void)? = nil
  ) throws -> ArtifactStore {
    let path = try ChosenDirectory(self, context).path
    var options = cacheOptions(context)
    if let isTold {
      options.report = { [report = options.report] warning in
        report(warning)
        isTold(warning)
      }
    }
    options.create = false
    options.readOnly = purpose == .looking || flag("read-only")
    options.mends = purpose != .verifying
    do throws(LarderError) {
      return try ArtifactStore(at: path, options: options)
    } catch {
      if purpose == .storing, error.code == .noCache {
        return try ArtifactStore(at: path, options: newCacheOptions(options))
      }
      // Where one can only read, counting is given up and not the artifact.
      guard purpose == .reading || purpose == .verifying, !options.readOnly,
        error.code == .refused || error.code == .fullDisk
      else { throw error }
      options.readOnly = true
      return try ArtifactStore(at: path, options: options)
    }
  }

  func cacheOptions(_ context: Context) -> CacheOptions {
    var options = CacheOptions()
    options.environment = context.environment
    options.failures = .strict
    options.clock = context.clock
    if let nanoseconds = number("wait") { options.wait = .nanoseconds(nanoseconds) }
    options.maximumSize = numberSetting("max-size").map { $0 == 0 ? .unlimited : .bytes($0) }
    return options
  }

  /// The choices that a cache keeps from when it is made. What the command line says of how to store is said of one
  /// artifact, unless the command is there to make a cache.
  private func newCacheOptions(_ options: CacheOptions) -> CacheOptions {
    var options = options
    options.create = true
    options.durability = textSetting("durability").flatMap { CacheOptions.Durability(rawValue: $0) }
    if let index = textSetting("index").flatMap({ IndexKind(address: $0) }) { options.index = index }
    if origin("encoding") != .commandLine {
      options.encoding = textSetting("encoding").flatMap { Encoding(rawValue: $0) }
    }
    return options
  }
}

extension KeyText {
  /// The key that is meant; nil when no entry has a key that begins so.
  ///
  /// - Throws: status 65 when several have, with the first of them.
  func resolved(in store: ArtifactStore) throws -> ArtifactKey? {
    if isWhole { return ArtifactKey(digits) }
    let most = 5
    let found = try store.keys(beginningWith: digits, limit: most + 1)
    guard found.count > 1 else { return found.first }
    let names = found.map(\.description)
    // As many digits as it takes to tell them apart, and some more.
    var length = digits.utf8.count + 4
    while length < 64, Set(names.map { $0.prefix(length) }).count < names.count { length += 4 }
    let shown = names.prefix(most).map { String($0.prefix(length)) }.joined(separator: ", ")
    throw CommandError(
      .badInput,
      "'\(digits)' is the beginning of several keys: \(shown)\(found.count > most ? ", …" : ""). Give more digits.")
  }
}
