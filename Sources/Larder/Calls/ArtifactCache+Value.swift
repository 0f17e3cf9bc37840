public import LarderFormat
internal import LarderIndex
internal import LarderSystem

extension ArtifactCache {
  /// The value of a call: from the cache if it is there, else computed, stored and returned.
  ///
  /// A key is computed once across threads and processes: others that ask for it meanwhile wait for the value. The
  /// cache never fails the job: where it cannot read or store, the computed value is returned and a warning reported.
  ///
  /// - Parameters:
  ///   - function: The name of the computation.
  ///   - version: Changes when the computation does; "" for none.
  ///   - arguments: Everything else that the value depends on.
  ///   - options: How the value is stored.
  ///   - compute: Makes the value. It must not ask for its own key.
  /// - Returns: The value of the call.
  /// - Throws: What `compute` throws; ``LarderError`` for an argument that cannot be part of a key, and for
  ///   a computation that asks for its own key; under `strict` also for what the cache could not do.
  @_disfavoredOverload
  public func value<Value: Codable>(
    _ function: String, version: String = "", _ arguments: KeyArguments = [:], options: PutOptions = .init(),
    compute: () throws -> Value
  ) throws -> Value {
    let call = try prepare(function, version, arguments)
    let request = try ValueRequest<Value>(self, call, options)
    var miss: Miss
    switch try request.look() {
    case .value(let value): return value
    case .miss(let first): miss = first
    }
    let reason = miss.reason
    guard let place = request.place else { return try request.compute(reason, miss, compute) }
    try request.refuseRecursion(place)
    acquiring: while true {
      switch LeaseTable.process.acquire(place) {
      case .owned: break acquiring
      case .unowned: return try request.compute(reason, miss, compute)
      case .released:
        switch try request.look() {
        case .value(let value): return value
        case .miss(let latest): miss = latest
        }
      }
    }
    defer { LeaseTable.process.release(place) }
    let lease = request.lease()
    lease?.wait()
    switch try request.look() {
    case .value(let value): return value
    case .miss(let latest): miss = latest
    }
    return try LeaseTable.$running.withValue(LeaseTable.running.union([place])) {
      try request.compute(reason, miss, compute)
    }
  }

  /// The value of a call, computed asynchronously if it is not in the cache.
  ///
  /// A hit is read on the caller's own executor and never changes threads.
  ///
  /// - Parameters:
  ///   - function: The name of the computation.
  ///   - version: Changes when the computation does; "" for none.
  ///   - arguments: Everything else that the value depends on.
  ///   - options: How the value is stored.
  ///   - compute: Makes the value, in the isolation of the caller. It must not ask for its own key.
  /// - Returns: The value of the call.
  /// - Throws: What `compute` throws; `CancellationError` when cancelled while waiting for another computation of
  ///   the key; ``LarderError`` for an argument that cannot be part of a key, and for a computation that
  ///   asks for its own key; under `strict` also for what the cache could not do.
  public nonisolated(nonsending) func value<Value: Codable>(
    _ function: String, version: String = "", _ arguments: KeyArguments = [:], options: PutOptions = .init(),
    compute: nonisolated(nonsending) () async throws -> Value
  ) async throws -> Value {
    let call = try prepare(function, version, arguments)
    let request = try ValueRequest<Value>(self, call, options)
    var miss: Miss
    switch try request.look() {
    case .value(let value): return value
    case .miss(let first): miss = first
    }
    let reason = miss.reason
    guard let place = request.place else { return try await request.compute(reason, miss, compute) }
    try request.refuseRecursion(place)
    while try await !LeaseTable.process.acquire(place) {
      switch try request.look() {
      case .value(let value): return value
      case .miss(let latest): miss = latest
      }
    }
    defer { LeaseTable.process.release(place) }
    let lease = request.lease()
    try await lease?.waitAsynchronously()
    switch try request.look() {
    case .value(let value): return value
    case .miss(let latest): miss = latest
    }
    return try await LeaseTable.$running.withValue(LeaseTable.running.union([place])) {
      try await request.compute(reason, miss, compute)
    }
  }

  /// Not available: a computation that returns nothing has no artifact.
  ///
  /// - Parameters:
  ///   - function: The name of the computation.
  ///   - version: Its version.
  ///   - arguments: Its arguments.
  ///   - options: How a value would be stored.
  ///   - compute: The computation.
  @available(
    *, unavailable,
    message:
      "A computation that returns nothing has no artifact to cache. Return a value, or use file(_:version:_:to:compute:) for one that writes a file."
  )
  public func value(
    _ function: String, version: String = "", _ arguments: KeyArguments = [:], options: PutOptions = .init(),
    compute: () async throws -> Void
  ) async throws {}

  /// Not available: a computation that returns nothing has no artifact.
  ///
  /// - Parameters:
  ///   - function: The name of the computation.
  ///   - version: Its version.
  ///   - arguments: Its arguments.
  ///   - options: How a value would be stored.
  ///   - compute: The computation.
  @available(
    *, unavailable,
    message:
      "A computation that returns nothing has no artifact to cache. Return a value, or use file(_:version:_:to:compute:) for one that writes a file."
  )
  @_disfavoredOverload
  public func value(
    _ function: String, version: String = "", _ arguments: KeyArguments = [:], options: PutOptions = .init(),
    compute: () throws -> Void
  ) throws {}
}
