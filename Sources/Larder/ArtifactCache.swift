internal import LarderFormat
internal import LarderSystem

/// A content-addressed disk cache for the results of expensive computations.
///
/// ```swift
/// let cache = try ArtifactCache(at: "results.larder")
/// let folds: [Fold] = try await cache.value("train/fold", version: "7", ["csv": .file("train.csv"), "depth": 7]) {
///   try await train("train.csv", depth: 7)
/// }
/// ```
///
/// A value of this type is a handle: copies and namespaces share one open cache. It may be used from any thread, and any
/// number of processes may open one directory at the same time. The directory is closed with its last handle.
public struct ArtifactCache: Sendable {
  let shared: SharedCache
  let namespaceName: String

  /// Opens the cache in a directory, and makes it if there is none.
  ///
  /// Where the directory cannot be used at the moment (a full disk, no permission, an index that is held by others), the
  /// cache is switched off with a warning and every value is computed, unless
  /// ``CacheOptions/failures`` is `strict`.
  ///
  /// - Parameters:
  ///   - path: The directory. Its parents are made too.
  ///   - options: How the cache is opened.
  /// - Throws: ``LarderError`` when the directory holds something else, a format that this version does not read,
  ///   or an index of another cache; and under `strict` when it cannot be used.
  public init(at path: String, options: CacheOptions = .init()) throws {
    shared = try SharedCache(at: path, options)
    namespaceName = ""
  }

  private init(_ shared: SharedCache, _ namespace: String) {
    self.shared = shared
    namespaceName = namespace
  }

  /// The same cache with keys of its own: equal calls in two namespaces do not share a key.
  ///
  /// - Parameter name: The namespace; "" is the one of ``init(at:options:)``. Namespaces do not nest.
  /// - Returns: A handle on the same open cache.
  public func namespace(_ name: String) -> ArtifactCache { ArtifactCache(shared, name) }

  /// The directory that a cache is kept in when nobody says otherwise: `LARDER_DIR`, else the user's cache directory;
  /// for a user without one a directory below `/tmp` that carries the user's number.
  public static var defaultDirectory: String {
    let variables = ProcessEnvironment.variables
    return DefaultDirectory.cache(variables) ?? "/tmp/larder-\(Host.userID)"
  }

  /// Makes everything stored so far durable at the price of one barrier, so that a job can write thousands of artifacts
  /// fast and seal them once.
  ///
  /// - Throws: ``LarderError`` when the file system or the index cannot make it so. This is never degraded to a
  ///   warning: who asks for durability has to know.
  public func sync() throws {
    // Nothing was stored through a cache that its user has switched off.
    if shared.switches.isOff { return }
    try shared.store().sync()
  }

  /// Records buffered counters and ends the session, so that others see them at once. Happens by itself with the last
  /// handle; the cache can still be used afterwards.
  public func flush() { shared.endSession() }
}
