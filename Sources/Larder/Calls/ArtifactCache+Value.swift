public import LarderFormat

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
    let request = try CallRequest(self, prepare(function, version, arguments), options, ValueForm<Value>())
    switch try request.begin() {
    case .value(let value): return value
    case .compute(let flight): return try request.complete(flight, flight.run(compute))
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
    let request = try CallRequest(self, prepare(function, version, arguments), options, ValueForm<Value>())
    switch try await request.begin() {
    case .value(let value): return value
    case .compute(let flight): return try await request.complete(flight, await flight.run(compute))
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
  /// - Throws: Never: it cannot be called.
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
  /// - Throws: Never: it cannot be called.
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
