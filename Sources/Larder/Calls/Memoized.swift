public import LarderFormat

/// A function with a cache in front of it; it is called like the function.
public struct Memoized<each Argument: Encodable & Sendable, Value: Codable & Sendable>: Sendable {
  let cache: ArtifactCache
  let function: String
  let version: String
  let options: PutOptions
  let body: @Sendable (repeat each Argument) throws -> Value

  /// The value for these arguments: from the cache, or computed and stored.
  ///
  /// - Parameter argument: The arguments.
  /// - Returns: The value.
  /// - Throws: What the function throws, and what `ArtifactCache.value` throws.
  public func callAsFunction(_ argument: repeat each Argument) throws -> Value {
    try cache.value(function, version: version, keyArguments(repeat each argument), options: options) {
      try body(repeat each argument)
    }
  }

  /// The key for these arguments.
  ///
  /// - Parameter argument: The arguments.
  /// - Returns: The key.
  /// - Throws: ``LarderError`` with the code `argument`.
  public func key(for argument: repeat each Argument) throws -> ArtifactKey {
    try cache.key(function, version: version, keyArguments(repeat each argument))
  }

  /// Whether the value for these arguments is in the cache.
  ///
  /// - Parameter argument: The arguments.
  /// - Returns: True for a hit.
  /// - Throws: ``LarderError`` with the code `argument`.
  public func isCached(_ argument: repeat each Argument) throws -> Bool {
    try cache.contains(key(for: repeat each argument))
  }

  /// Removes the value for these arguments.
  ///
  /// - Parameter argument: The arguments.
  /// - Returns: Whether there was one.
  /// - Throws: ``LarderError``.
  @discardableResult
  public func invalidate(_ argument: repeat each Argument) throws -> Bool {
    try cache.remove(key(for: repeat each argument))
  }
}

/// An asynchronous function with a cache in front of it; it is called like the function.
public struct AsyncMemoized<each Argument: Encodable & Sendable, Value: Codable & Sendable>: Sendable {
  let cache: ArtifactCache
  let function: String
  let version: String
  let options: PutOptions
  let body: @Sendable @concurrent (repeat each Argument) async throws -> Value

  /// The value for these arguments: from the cache, or computed and stored.
  ///
  /// - Parameter argument: The arguments.
  /// - Returns: The value.
  /// - Throws: What the function throws, and what `ArtifactCache.value` throws.
  public nonisolated(nonsending) func callAsFunction(_ argument: repeat each Argument) async throws -> Value {
    try await cache.value(function, version: version, keyArguments(repeat each argument), options: options) {
      try await body(repeat each argument)
    }
  }

  /// The key for these arguments.
  ///
  /// - Parameter argument: The arguments.
  /// - Returns: The key.
  /// - Throws: ``LarderError`` with the code `argument`.
  public func key(for argument: repeat each Argument) throws -> ArtifactKey {
    try cache.key(function, version: version, keyArguments(repeat each argument))
  }

  /// Whether the value for these arguments is in the cache.
  ///
  /// - Parameter argument: The arguments.
  /// - Returns: True for a hit.
  /// - Throws: ``LarderError`` with the code `argument`.
  public func isCached(_ argument: repeat each Argument) throws -> Bool {
    try cache.contains(key(for: repeat each argument))
  }

  /// Removes the value for these arguments.
  ///
  /// - Parameter argument: The arguments.
  /// - Returns: Whether there was one.
  /// - Throws: ``LarderError``.
  @discardableResult
  public func invalidate(_ argument: repeat each Argument) throws -> Bool {
    try cache.remove(key(for: repeat each argument))
  }
}

/// Arguments named by their place: "0", "1", …
private func keyArguments<each Argument: Encodable & Sendable>(_ argument: repeat each Argument) -> KeyArguments {
  var arguments = KeyArguments()
  var place = 0
  for value in repeat each argument {
    arguments.append(String(place), value)
    place += 1
  }
  return arguments
}

extension ArtifactCache {
  /// Puts the cache in front of a function.
  ///
  /// ```swift
  /// let embed = cache.memoize("embed", version: "2") { (text: String, size: Int) in
  ///   try await model.embed(text, size)
  /// }
  /// let vector = try await embed("hello", 64)
  /// ```
  ///
  /// - Parameters:
  ///   - function: The name of the computation.
  ///   - version: Changes when the computation does; "" for none.
  ///   - options: How values are stored.
  ///   - body: The function.
  /// - Returns: A callable of the same shape, which can also tell keys.
  public func memoize<each Argument: Encodable & Sendable, Value: Codable & Sendable>(
    _ function: String, version: String = "", options: PutOptions = .init(),
    _ body: @escaping @Sendable (repeat each Argument) throws -> Value
  ) -> Memoized<repeat each Argument, Value> {
    Memoized(cache: self, function: function, version: version, options: options, body: body)
  }

  /// Puts the cache in front of an asynchronous function.
  ///
  /// - Parameters:
  ///   - function: The name of the computation.
  ///   - version: Changes when the computation does; "" for none.
  ///   - options: How values are stored.
  ///   - body: The function.
  /// - Returns: A callable of the same shape, which can also tell keys.
  public func memoize<each Argument: Encodable & Sendable, Value: Codable & Sendable>(
    _ function: String, version: String = "", options: PutOptions = .init(),
    _ body: @escaping @Sendable @concurrent (repeat each Argument) async throws -> Value
  ) -> AsyncMemoized<repeat each Argument, Value> {
    AsyncMemoized(cache: self, function: function, version: version, options: options, body: body)
  }
}
