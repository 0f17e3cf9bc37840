internal import Larder
internal import LarderFormat
internal import LarderIndex
internal import LarderSystem

/// Runs a command, or gives what it gave before.
struct Runner {
  let request: RunRequest
  var invocation: Invocation { request.invocation }
  var context: Context { request.context }

  init(_ request: RunRequest) { self.request = request }

  func status() throws -> ExitStatus {
    guard let call = try keyed() else {
      if invocation.flag("dry-run") { return .no }
      return try compute(nil, .disabled).value
    }
    guard let cache = try openCache() else {
      let reason: MissReason = invocation.flag("no-cache") ? .disabled : .cold
      if invocation.flag("dry-run") { return try told(call, reason) }
      return try compute(call, reason).value
    }
    defer { cache.flush() }
    if invocation.flag("dry-run") { return try told(call, dryLook(cache, call)) }
    if invocation.flag("check"), let status = try checked(cache, call) { return status }
    // What was kept of separate streams serves both ways, where their order is known.
    if request.isMerged, let status = try givenInSeparateStreams(cache, call) { return status }
    let fatal = Fatal()
    let status = try cache.assembled(call, options: request.putOptions(isFailure: false)) { tree in
      try give(tree, isMerged: request.isMerged, fatal)
    } compute: { reason in
      if let error = fatal.error { throw error }
      return try compute(call, reason)
    }
    if let error = fatal.error { throw error }
    return status
  }

  /// The call that stands for the command; nil, with a word about it, where a word of the command keeps it from having a
  /// key.
  private func keyed() throws -> PreparedCall? {
    if let pipe = request.inputs.pipe {
      context.note(
        "Not kept: '\(pipe)' is a pipe, and what comes through it is not known before it is read. Copy it to a file, or "
          + "give it with --in -.", invocation)
      return nil
    }
    do { return try request.call() } catch let error as LarderError
      where error.code == .argument && !request.inputs.found.isEmpty
    {
      context.note("Not kept: \(error.message) With --no-auto-in no word is taken for a file.", invocation)
      return nil
    }
  }

  /// Nil where there is none, and none is to be made.
  private func openCache() throws -> ArtifactCache? {
    if invocation.flag("no-cache") { return nil }
    let options = invocation.runOptions(context)
    do {
      return try ArtifactCache(at: ChosenDirectory(invocation, context).path, options: options)
        .namespace(invocation.namespace)
    } catch let error as LarderError where error.code == .noCache && !options.create {
      return nil
    }
  }
}

extension Invocation {
  /// How the cache is opened for a command that must be run whatever the cache can do.
  fileprivate func runOptions(_ context: Context) -> CacheOptions {
    var options = cacheOptions(context)
    options.failures = .degrade
    // What only looks makes no cache.
    options.create = !flag("no-store") && !flag("dry-run") && !flag("read-only")
    options.readOnly = flag("read-only") || flag("dry-run")
    if flag("refresh") { options.environment["LARDER_REFRESH"] = "1" }
    // Who says how long to wait means every wait.
    let limits = ["wait", "timeout"].compactMap { number($0) }
    options.leaseWait = limits.min().map { Duration.nanoseconds($0) }
    return options
  }
}
