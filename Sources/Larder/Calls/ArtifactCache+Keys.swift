public import LarderFormat
internal import LarderIndex
internal import LarderSystem

extension ArtifactCache {
  /// The key of a call in this cache's namespace and environment; files and trees among the arguments are read.
  ///
  /// - Parameters:
  ///   - function: The name of the computation.
  ///   - version: Its version; "" for none.
  ///   - arguments: Its arguments.
  /// - Returns: The key.
  /// - Throws: ``LarderError`` with the code `argument`.
  public func key(_ function: String, version: String = "", _ arguments: KeyArguments = [:]) throws -> ArtifactKey {
    try prepare(function, version, arguments).key
  }

  /// Looks an artifact up.
  ///
  /// - Parameters:
  ///   - key: The key.
  ///   - type: The type of the value.
  /// - Returns: The value with its entry, or the reason why there is none.
  /// - Throws: ``LarderError`` under `strict` when the cache cannot be read; never because of what is stored.
  public func lookup<Value: Codable>(_ key: ArtifactKey, as type: Value.Type = Value.self) throws -> ArtifactLookup<
    Value
  > {
    guard let store = shared.storeIfOpen else { return .miss(.disabled) }
    if shared.switches.refresh { return .miss(.refresh) }
    let call = CallName(namespace: namespaceName)
    do throws(LarderError) {
      switch try ValueForm<Value>().load(key, call, from: store) {
      case .miss(let miss):
        store.countMiss(miss.reason, call)
        return .miss(miss.reason)
      case .hit(let entry, let value):
        store.countHit(entry)
        return .hit(value, ArtifactEntry(entry))
      }
    } catch {
      try shared.failed(error, call)
      return .miss(error.code == .busy ? .busy : .error)
    }
  }

  /// Looks several artifacts of one type up.
  ///
  /// - Parameters:
  ///   - keys: The keys.
  ///   - type: The type of the values.
  /// - Returns: What was found, in the order of the keys.
  /// - Throws: ``LarderError`` under `strict` when the cache cannot be read.
  public func lookup<Value: Codable>(
    _ keys: [ArtifactKey], as type: Value.Type = Value.self
  ) throws -> [ArtifactLookup<Value>] {
    try keys.map { try lookup($0, as: type) }
  }

  /// Stores a value under a key, in place of what is there.
  ///
  /// - Parameters:
  ///   - value: The value.
  ///   - key: The key.
  ///   - options: How the value is stored.
  /// - Throws: ``LarderError`` when the value does not encode or an option is unusable; under `strict` also when the
  ///   cache cannot be written.
  public func put<Value: Codable>(_ value: Value, for key: ArtifactKey, options: PutOptions = .init()) throws {
    let encoded = try EncodedValue(value)
    var draft = EntryDraft(key: key, call: CallName(namespace: namespaceName), representation: "")
    try draft.apply(options)
    guard try shared.storeForPut(draft.call) != nil else { return }
    _ = try shared.put(encoded, draft)
  }

  /// Stores a value as the result of a call, in place of what is there, and says under which key.
  ///
  /// - Parameters:
  ///   - value: The value.
  ///   - call: The call.
  ///   - options: How the value is stored.
  /// - Returns: The key of the call.
  /// - Throws: ``LarderError`` when an argument cannot be part of a key, the value does not encode or an option is
  ///   unusable; under `strict` also when the cache cannot be written.
  @discardableResult
  public func put<Value: Codable>(_ value: Value, for call: Call, options: PutOptions = .init()) throws -> ArtifactKey {
    let prepared = try prepare(call.function, call.version, call.arguments)
    let encoded = try EncodedValue(value)
    let draft = try draft(prepared, options)
    guard try shared.storeForPut(draft.call) != nil else { return prepared.key }
    _ = try shared.put(encoded, draft)
    return prepared.key
  }

  /// Whether an artifact can be served, as far as the index and the size of its file tell; its bytes are not read.
  ///
  /// - Parameter key: The key.
  /// - Returns: True for a hit.
  /// - Throws: ``LarderError`` under `strict` when the cache cannot be read.
  public func contains(_ key: ArtifactKey) throws -> Bool {
    guard let store = shared.storeIfOpen, !shared.switches.refresh else { return false }
    let call = CallName(namespace: namespaceName)
    do throws(LarderError) {
      guard case .hit = try store.entry(for: key, call) else { return false }
      return true
    } catch {
      try shared.failed(error, call)
      return false
    }
  }

  /// Removes an artifact. A computation of the key that is running stores nothing when it ends.
  ///
  /// - Parameter key: The key.
  /// - Returns: Whether there was one.
  /// - Throws: ``LarderError`` when the cache cannot be written: a removal that did not happen must not look like one.
  @discardableResult
  public func remove(_ key: ArtifactKey) throws -> Bool {
    try !remove([key]).isEmpty
  }

  /// Removes several artifacts.
  ///
  /// - Parameter keys: The keys.
  /// - Returns: Those that had an artifact.
  /// - Throws: ``LarderError`` when the cache cannot be written.
  @discardableResult
  public func remove(_ keys: [ArtifactKey]) throws -> [ArtifactKey] {
    if shared.switches.isOff { return [] }
    return try shared.store().remove(keys).removed
  }
}

extension Call {
  /// The key of the call without a cache; files and trees among the arguments are read.
  ///
  /// - Parameters:
  ///   - namespace: The namespace; "" for none.
  ///   - environment: What enters the key besides the arguments.
  /// - Returns: The key.
  /// - Throws: ``LarderError`` with the code `argument`.
  public func key(namespace: String = "", environment: KeyEnvironment = .standard) throws -> ArtifactKey {
    let recorder = InputRecorder(FileDigests(CacheOptions()))
    return try document(namespace: namespace, environment: environment, inputs: recorder).key
  }
}
