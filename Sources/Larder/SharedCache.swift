package import LarderFormat
internal import LarderIndex
internal import LarderSystem

/// What all handles of an open cache share: the store, or the reason why there is none, and how failures are told.
package final class SharedCache: Sendable {
  let options: CacheOptions
  let switches: CacheSwitches
  let inputs: FileDigests
  private let opened: Result<ArtifactStore, LarderError>
  private let told = Locked<Set<LarderError.Code>>([])

  package init(at path: String, _ given: CacheOptions) throws {
    var options = given
    switches = try CacheSwitches(options.environment)
    if switches.readOnly { options.readOnly = true }
    inputs = FileDigests(options)
    if switches.isOff {
      opened = .failure(LarderError(.refused, "The cache is switched off by LARDER_NO_CACHE."))
    } else {
      do throws(LarderError) { opened = .success(try ArtifactStore(at: path, options: options)) } catch {
        // Who may only read has nothing to make a cache with.
        let isAbsent = error.code == .noCache && options.readOnly && options.create
        guard options.failures == .degrade, error.isPassing || isAbsent else { throw error }
        opened = .failure(error)
      }
    }
    self.options = options
    if case .failure(let error) = opened, !switches.isOff { warn(error) }
  }

  /// The store, or nil where the cache is switched off.
  var storeIfOpen: ArtifactStore? {
    if case .success(let store) = opened { store } else { nil }
  }

  package func store() throws(LarderError) -> ArtifactStore { try opened.get() }

  func endSession() { storeIfOpen?.endSession() }

  /// Keeps a failure of the cache from the job: told once for each kind, counted each time; thrown under `strict`.
  func failed(_ error: LarderError, _ call: CallName) throws {
    if options.failures == .strict { throw error }
    storeIfOpen?.count(call) { $0.failures += 1 }
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
    [.cannotCreate, .io, .fullDisk, .index, .busy, .refused].contains(code)
  }
}

/// The switches that users throw from outside a program.
struct CacheSwitches: Sendable {
  var isOff = false
  var readOnly = false
  var refresh = false

  /// - Throws: ``LarderError`` with the code `configuration` for a value that is neither 0 nor 1.
  init(_ environment: [String: String]) throws(LarderError) {
    isOff = try Self.flag("LARDER_NO_CACHE", environment)
    readOnly = try Self.flag("LARDER_READ_ONLY", environment)
    refresh = try Self.flag("LARDER_REFRESH", environment)
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
